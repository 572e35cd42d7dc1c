"""The counts of orders by status are kept beside the orders, in the transaction that moves them."""

from typing import Any

from bot.process.bootstrap import open_runtime
from core.orders.states import QueueStatus
from tests.older_database import take_back_to
from tests.runtime import Spine, settings_for


async def counts(spine: Spine) -> dict[QueueStatus, int]:
    """What a strategy is told, without what is 0."""
    listing = await spine.services.order_list.page(spine.account.id, None, None, 1)
    return {status: count for status, count in listing.counts.items() if count}


async def test_every_order_is_counted_where_it_stands(spine: Spine) -> None:
    first, second, *_ = [await spine.queue() for _ in range(4)]
    await spine.reject(first)
    await spine.services.withdraw.withdraw(await spine.services.keys.authenticate(spine.secret), second)

    assert await counts(spine) == {QueueStatus.PENDING: 2, QueueStatus.REJECTED: 1, QueueStatus.WITHDRAWN: 1}


async def test_a_decision_that_is_rolled_back_is_not_counted(spine: Spine) -> None:
    await spine.queue()

    async with spine.runtime.engines.writing() as connection:
        await connection.run_sync(lambda writing: writing.exec_driver_sql("UPDATE orders SET status = 'rejected'"))

    assert await counts(spine) == {QueueStatus.PENDING: 1}


async def test_the_orders_of_an_older_version_are_counted_at_the_upgrade(spine: Spine) -> None:
    await spine.reject(await spine.queue())
    await spine.queue()
    take_back_to(spine.path, "0012")

    async with open_runtime(settings_for(spine.path.parent), spine.clock) as upgraded:
        listing = await upgraded.services.order_list.page(spine.account.id, None, None, 1)
        breaks = (await upgraded.audit.verify()).breaks

    assert (listing.counts[QueueStatus.PENDING], listing.counts[QueueStatus.REJECTED], breaks) == (1, 1, [])


async def test_a_count_that_was_changed_is_named(spine: Spine) -> None:
    await spine.queue()

    spine.sql("UPDATE status_counts SET orders = 7 WHERE status = 'pending'")

    (broken,) = (await spine.runtime.audit.verify()).breaks
    assert broken.what == "the count of pending orders is 7, and there are 1"


async def test_asking_for_a_page_counts_no_orders(spine: Spine) -> None:
    await spine.queue()
    async with spine.runtime.engines.reading() as reading:
        driver: Any = await reading.run_sync(lambda connection: connection.connection.driver_connection)
    seen: list[str] = []
    driver.set_trace_callback(seen.append)

    await counts(spine)

    driver.set_trace_callback(None)
    assert [sql for sql in seen if "count(" in sql] == []
    assert any("status_counts" in sql for sql in seen)
