"""Slippage and latency: worse than the quote, later than the click, and the same again for the same seed."""

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from brokers.paper.engine.events import Rules
from brokers.paper.engine.seeded_random import delay, slipped
from core.ids import BrokerOrderId
from core.orders.order import Action
from tests.paper.engine.rig import BUY, COMPLETE, LIMIT, OPEN, PENDING, REJECTED, SELL, SL_M, Rig, filled

SLIPPERY = Rules(slippage_bps=Decimal(100), seed=7)
SLOW = Rules(latency=timedelta(seconds=2))


@pytest.mark.parametrize("action", [BUY, SELL])
def test_a_market_fill_is_worse_by_a_part_of_the_slippage_in_whole_ticks(action: Action) -> None:
    rig = Rig(rules=SLIPPERY)
    price = rig.place(action).average_price
    worse = price - 100 if action is BUY else 100 - price
    assert 0 < worse <= Decimal("1.05")
    assert price % Decimal("0.05") == 0


def test_the_slippage_is_the_first_number_drawn_from_seed_order_and_filled_quantity() -> None:
    rig = Rig(rules=SLIPPERY)
    order = rig.place(BUY)
    luck = Decimal(str(Random(f"7:slip:{order.broker_order_id}:0").random()))
    exact = 100 * (1 + Decimal("0.01") * luck)
    assert 0 <= order.average_price - exact < Decimal("0.05")


def test_every_fill_of_an_order_has_its_own_luck() -> None:
    rig = Rig(rules=SLIPPERY)
    rig.quote(100, sizes=(0, 4))
    order = rig.place(BUY, 8)
    luck = Decimal(str(Random(f"7:slip:{order.broker_order_id}:4").random()))
    rig.tick(100)
    assert 0 <= rig.trades[1].price - 100 * (1 + Decimal("0.01") * luck) < Decimal("0.05")


def test_a_sale_never_slips_below_one_tick(rig: Rig) -> None:
    order = rig.place(SELL)
    assert slipped(order, Decimal("0.05"), Decimal("0.05"), SLIPPERY) == Decimal("0.05")


def test_without_slippage_the_quote_is_the_price_even_off_the_tick(rig: Rig) -> None:
    rig.quote("100.03")
    assert rig.place(BUY).average_price == Decimal("100.03")


def test_limit_fills_never_slip() -> None:
    rig = Rig(rules=SLIPPERY)
    assert rig.place(BUY, 10, LIMIT, 101).average_price == 100


def test_an_order_reaches_the_exchange_with_the_first_quote_after_the_latency() -> None:
    rig = Rig(rules=SLOW)
    order = rig.place(BUY)
    assert (order.status, order.arrives_at) == (OPEN, rig.now + timedelta(seconds=2))
    rig.wait(seconds=1)
    assert rig.tick(101) is None
    rig.wait(seconds=1)
    rig.tick(102)
    assert filled(rig.now_is(order)) == (COMPLETE, Decimal(10), Decimal(102))


def test_the_latency_has_a_random_part_of_whole_microseconds() -> None:
    rules = Rules(latency=timedelta(seconds=1), latency_jitter=timedelta(seconds=4), seed=3)
    luck = Random("3:late:26112300000003").random()
    expected = timedelta(seconds=1, microseconds=int(4_000_000 * luck))
    assert delay(BrokerOrderId("26112300000003"), rules) == expected


def test_a_limit_order_on_its_way_arrives_at_the_quote_of_that_moment() -> None:
    rig = Rig(rules=SLOW)
    order = rig.place(BUY, 10, LIMIT, 99)
    rig.wait(seconds=3)
    rig.tick(95)
    assert filled(rig.now_is(order)) == (COMPLETE, Decimal(10), Decimal(95))


def test_a_stop_order_on_its_way_is_pending_and_its_trigger_is_looked_at_when_it_arrives() -> None:
    rig = Rig(rules=SLOW)
    order = rig.place(BUY, 10, SL_M, trigger=99)
    assert order.status is PENDING
    rig.tick(100)
    assert rig.now_is(order).status is PENDING
    rig.wait(seconds=2)
    rig.tick(98)
    assert rig.now_is(order).status is PENDING
    rig.tick(99)
    assert rig.now_is(order).status is COMPLETE


def test_an_order_on_its_way_needs_any_price_and_meets_a_fresh_one_or_is_rejected() -> None:
    rig = Rig(rules=SLOW)
    rig.wait(hours=1)
    order = rig.place(BUY)
    assert order.status is OPEN
    rig.quote(100)
    rig.wait(hours=1)
    rig.show()
    assert rig.now_is(order).status is REJECTED
    rig.quotes.clear()
    assert rig.place(BUY).status is REJECTED


def test_an_order_on_its_way_can_be_changed_and_taken_back_without_arriving_sooner() -> None:
    rig = Rig(rules=SLOW)
    order = rig.place(BUY, 10, LIMIT, 99)
    changed = rig.modify(order, quantity=20, price=101)
    assert (changed.status, changed.arrives_at) == (OPEN, order.arrives_at)
    rig.cancel(order)
    rig.wait(seconds=5)
    assert rig.tick(90) is None


def test_it_waits_in_the_queue_from_when_it_reached_the_exchange() -> None:
    rig = Rig(rules=Rules(latency=timedelta(seconds=2)))
    late = rig.place(BUY, 1, LIMIT, 98)
    rig.rules = Rules(latency=timedelta(seconds=1))
    early = rig.place(BUY, 1, LIMIT, 98)
    rig.wait(seconds=5)
    rig.tick(98, sizes=(0, 1))
    assert [rig.now_is(order).status for order in (late, early)] == [OPEN, COMPLETE]
