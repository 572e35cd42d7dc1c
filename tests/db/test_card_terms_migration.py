"""A database of before orders had a note: its orders stay as they were, and take part in everything new."""

from pathlib import Path

from bot.process.bootstrap import open_runtime
from tests.older_database import take_back_to
from tests.runtime import Spine, settings_for


async def test_orders_of_an_older_version_are_read_and_can_be_decided(spine: Spine, tmp_path: Path) -> None:
    order_id = await spine.queue()
    take_back_to(spine.path, "0009")

    async with open_runtime(settings_for(tmp_path), spine.clock) as upgraded:
        order = await upgraded.executor.get(order_id)
        verified = await upgraded.audit.verify()

    assert (order.note, order.bounds, dict(order.signal_prices)) == (None, None, {})
    assert (verified.orders, verified.breaks) == (1, [])
