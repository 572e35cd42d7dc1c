"""What a person hides leaves their lists only, and an old database can hide as well."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

import db.upgrade
from bot.process.bootstrap import open_runtime
from core.ids import OrderId
from core.insight.order_filter import OrderFilter
from core.orders.states import BrokerStatus
from tests.factories import ASHA, OMKAR, RAVI, SettableClock, some_terms
from tests.runtime import Spine, settings_for


async def listed(spine: Spine, shown: OrderFilter = OrderFilter.NEWEST) -> list[OrderId]:
    """What Asha sees."""
    page = (await spine.services.insight.lists.page(ASHA, shown, None, 300)).page
    return [order.id for order in page.orders]


async def test_what_is_still_at_work_stays_listed_until_hidden_again(spine: Spine) -> None:
    resting = await spine.approved(some_terms(limit=700))
    await spine.execute()
    assert (await spine.order(resting)).broker_status is BrokerStatus.OPEN
    filled = await spine.approved(some_terms())
    await spine.execute()

    assert await spine.services.insight.lists.hide(ASHA, None)

    assert await listed(spine) == [resting]
    assert await listed(spine, OrderFilter.APPROVED) == [resting]
    assert await listed(spine, OrderFilter.ALL) == [filled, resting]


async def test_pages_of_what_was_kept_and_what_is_new_hold_every_order_once(spine: Spine) -> None:
    for _ in range(20):
        await spine.queue()
    await spine.reject(OrderId(7))
    await spine.services.insight.lists.hide(ASHA, None)
    for _ in range(10):
        await spine.queue()
    seen: list[OrderId] = []
    before: OrderId | None = None

    while True:
        page = (await spine.services.insight.lists.page(ASHA, OrderFilter.NEWEST, before, 4)).page
        seen += [order.id for order in page.orders]
        before = page.next_before
        if before is None:
            break

    assert seen == [number for number in range(30, 0, -1) if number != 7]


async def test_nobody_hides_for_others_or_in_accounts_that_are_not_theirs(spine: Spine) -> None:
    await spine.reject(await spine.queue())

    assert not await spine.services.insight.lists.hide(OMKAR, spine.account.id)
    assert await spine.services.insight.lists.hide(RAVI, spine.account.id)

    assert await listed(spine) == [1]


async def test_a_database_with_rows_of_the_version_before_is_upgraded(
    spine: Spine, tmp_path: Path, clock: SettableClock
) -> None:
    await spine.reject(await spine.queue())
    old = tmp_path / "old"
    old.mkdir()
    with closing(sqlite3.connect(old / "test.db")) as copy, closing(sqlite3.connect(spine.path)) as source:
        source.backup(copy)
    (old / "secret").write_bytes((tmp_path / "secret").read_bytes())
    config = Config()
    config.set_main_option("script_location", str(Path(db.upgrade.__file__).parent / "migrations"))
    engine = create_engine(f"sqlite:///{old / 'test.db'}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0008")
    engine.dispose()

    async with open_runtime(settings_for(old), clock) as upgraded:
        assert await upgraded.services.insight.lists.hide(ASHA, None)
