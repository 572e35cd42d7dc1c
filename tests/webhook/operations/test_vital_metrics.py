"""What an operator looks at first: what waits, what nobody knows, how late everything is, which program this is."""

from importlib import metadata

import pytest

from core.accounts import OrderMode
from tests.runtime import Spine
from tests.services.operations.test_order_journal import show_cards
from tests.webhook.operations.test_metrics import families, http, numbers
from tests.webhook.talking import Http

__all__ = ["http"]


async def test_what_waits_and_what_nobody_knows_is_told(spine: Spine, http: Http) -> None:
    nothing = await numbers(http)
    await spine.queue()
    spine.clock.advance(seconds=42)
    await spine.queue()
    lost = await spine.approved()
    spine.sql("UPDATE legs SET broker_status = 'unknown' WHERE order_id = ?", lost)
    spine.services.clock.observe(spine.clock.now())
    spine.clock.advance(seconds=7)

    found = await numbers(http)

    assert (nothing["countersign_oldest_undecided_seconds"], nothing["countersign_legs_unknown"]) == (0, 0)
    assert "countersign_telegram_lag_seconds" not in nothing
    assert found["countersign_oldest_undecided_seconds"] == 49
    assert found["countersign_legs_unknown"] == 1
    assert found["countersign_telegram_lag_seconds"] == 7
    last_tick = spine.feed.state.last_tick
    assert last_tick is not None
    assert found["countersign_feed_age_seconds"] == (spine.clock.now() - last_tick).total_seconds()


async def test_the_times_to_the_card_and_to_the_broker_are_spread_over_buckets(spine: Spine, http: Http) -> None:
    await spine.services.vital_signs.begin()
    order_id = await spine.queue()
    spine.clock.advance(seconds=2)
    await show_cards(spine.services.cards)
    spine.clock.advance(seconds=20)
    await spine.approve(order_id)
    spine.clock.advance(milliseconds=300)
    await spine.execute()
    await spine.switch(order_mode=OrderMode.AUTO)
    await spine.send()

    found, again = await numbers(http), await numbers(http)

    assert {name: count for name, count in again.items() if "_to_" in name and count != found[name]} == {}
    assert [found[f"countersign_{what}_seconds_count"] for what in ("order_to_card", "tap_to_broker")] == [2, 1]
    assert found["countersign_order_to_card_seconds_sum"] == 4
    assert found["countersign_tap_to_broker_seconds_sum"] == pytest.approx(0.3)
    assert [
        found[f'countersign_tap_to_broker_seconds_bucket{{le="{le}"}}'] for le in ("0.25", "0.5", "300", "+Inf")
    ] == [0, 1, 1, 1]


async def test_the_program_tells_its_version(http: Http) -> None:
    (built,) = (await families(http))["countersign_build_info"].samples

    assert (built.value, built.labels["version"]) == (1, metadata.version("countersign"))
