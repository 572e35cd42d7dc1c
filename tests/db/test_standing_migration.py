"""A database with rows from before there were standing approvals."""

from bot.process.bootstrap import open_runtime
from tests.older_database import take_back_to
from tests.runtime import Spine, settings_for


async def test_in_a_database_of_before_there_were_standing_approvals_every_order_waits(spine: Spine) -> None:
    approved = await spine.approved()
    before = spine.sql("SELECT * FROM orders")
    take_back_to(spine.path, "0012")
    assert spine.sql("SELECT name FROM sqlite_master WHERE name LIKE 'standing%'") == []

    async with open_runtime(settings_for(spine.path.parent), spine.clock) as upgraded:
        in_force = await upgraded.services.standing_book.list(await upgraded.services.accounts.get("main"))
        order = await upgraded.executor.get(approved)
        breaks = (await upgraded.audit.verify()).breaks

    assert (in_force, order.standing_id, breaks) == ([], None, [])
    assert spine.sql("SELECT * FROM orders") == before
