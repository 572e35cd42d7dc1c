"""Who gets how much of a quoted size."""

from decimal import Decimal

import pytest

from brokers.paper.engine.events import Rules, Taken
from core.orders.order import Action
from core.orders.states import BrokerStatus
from tests.paper.engine.rig import BUY, COMPLETE, LIMIT, NRML, OPEN, SELL, SL, SL_M, Rig, contract, filled


def test_a_market_order_gets_the_quoted_size_and_the_rest_waits_for_the_next_quotes(rig: Rig) -> None:
    rig.quote(100, ask=100, sizes=(0, 4))
    order = rig.place(BUY, 10)
    assert filled(order) == (OPEN, Decimal(4), Decimal(100))
    rig.tick(102, sizes=(0, 4))
    assert filled(rig.now_is(order)) == (OPEN, Decimal(8), Decimal(101))
    rig.tick(106)
    assert filled(rig.now_is(order)) == (COMPLETE, Decimal(10), Decimal(102))


def test_each_fill_is_a_trade_of_its_own(rig: Rig) -> None:
    rig.quote(100, sizes=(0, 4))
    order_id = rig.place(BUY, 10).broker_order_id
    rig.tick(102, sizes=(0, 4))
    rig.tick(106)
    assert [trade.trade_id for trade in rig.trades] == [
        f"TRADE-{order_id}",
        f"TRADE-{order_id}-4",
        f"TRADE-{order_id}-8",
    ]
    assert [(int(trade.quantity), int(trade.price)) for trade in rig.trades] == [(4, 100), (4, 102), (2, 106)]
    assert {trade.strategy for trade in rig.trades} == {"momentum"}


def test_a_sell_takes_from_the_bid_s_size(rig: Rig) -> None:
    rig.quote(100, sizes=(3, 99))
    assert rig.place(SELL, 10).filled_quantity == 3


@pytest.mark.parametrize(("share", "size", "gets"), [("0.5", 9, 4), ("0.1", 9, 1), ("1", 9, 9)])
def test_orders_get_their_share_rounded_down_but_at_least_one(share: str, size: int, gets: int) -> None:
    rig = Rig(rules=Rules(fill_share=Decimal(share)))
    rig.quote(100, sizes=(0, size))
    assert rig.place(BUY, 10).filled_quantity == gets


@pytest.mark.parametrize(("size", "gets"), [(64, 65), (129, 65), (130, 130)])
def test_a_share_is_whole_lots(size: int, gets: int) -> None:
    rig = Rig(capital=10_000_000)
    rig.instrument, rig.product = contract("NIFTY24NOV26FUT"), NRML
    rig.quote(26_000, sizes=(0, size))
    assert rig.place(BUY, 260).filled_quantity == gets


def test_what_was_taken_from_a_quote_is_gone_until_the_next(rig: Rig) -> None:
    rig.quote(100, sizes=(0, 10))
    rig.taken = Taken(buy=Decimal(7))
    assert rig.place(BUY, 5).filled_quantity == 3
    rig.taken = Taken(buy=Decimal(10))
    order = rig.place(BUY, 5)
    assert filled(order) == (OPEN, Decimal(0), Decimal(0))
    assert rig.place(SELL, 5).status is COMPLETE


def _fill_one(rig: Rig, ltp: int) -> None:
    rig.tick(ltp, sizes=(1, 1))


def test_market_orders_go_first_then_the_higher_buy_then_the_older(rig: Rig) -> None:
    rig.taken = Taken(buy=Decimal(1))
    low = rig.place(BUY, 1, LIMIT, 97)
    rig.wait(seconds=1)
    older = rig.place(BUY, 1, LIMIT, 98)
    rig.wait(seconds=1)
    younger = rig.place(BUY, 1, LIMIT, 98)
    rig.quote(100, sizes=(0, 1))
    rig.taken = Taken(buy=Decimal(1))
    market = rig.place(BUY, 1)
    served = []
    for _ in range(4):
        _fill_one(rig, 96)
        served.append(rig.trades[-1].broker_order_id)
    assert served == [order.broker_order_id for order in (market, older, younger, low)]


def test_the_lower_sell_goes_first_and_of_one_moment_the_lower_number(rig: Rig) -> None:
    orders = [rig.place(SELL, 1, LIMIT, price) for price in (103, 102, 102)]
    for _ in orders:
        _fill_one(rig, 104)
    served = [trade.broker_order_id for trade in rig.trades]
    assert served == [orders[1].broker_order_id, orders[2].broker_order_id, orders[0].broker_order_id]


def test_an_order_that_was_just_triggered_comes_after_those_that_waited_at_its_price(rig: Rig) -> None:
    triggered = rig.place(BUY, 1, SL, 106, 105)
    rig.wait(seconds=1)
    rig.quote(110)
    waiting = rig.place(BUY, 1, LIMIT, 106)
    rig.wait(seconds=1)
    rig.tick(105, ask=106, sizes=(0, 1))
    assert rig.now_is(waiting).status is COMPLETE
    assert rig.now_is(triggered).status is OPEN


def test_a_triggered_stop_market_goes_before_every_limit(rig: Rig) -> None:
    limit = rig.place(BUY, 1, LIMIT, 99)
    stop = rig.place(BUY, 1, SL_M, trigger=101)
    rig.tick(101, ask=99, sizes=(0, 1))
    assert rig.now_is(stop).status is COMPLETE
    assert rig.now_is(limit).status is OPEN


@pytest.mark.parametrize(
    ("quantity", "price", "first"), [(4, "98", 0), (6, "98", 1), (5, "98.05", 1)], ids=["smaller", "larger", "price"]
)
def test_only_a_smaller_quantity_keeps_the_place_in_the_queue(
    rig: Rig, quantity: int, price: str, first: int
) -> None:
    orders = [rig.place(BUY, 5, LIMIT, 98), rig.place(BUY, 5, LIMIT, 98)]
    rig.wait(seconds=1)
    rig.modify(orders[0], quantity, price)
    rig.modify(orders[0], price=98)
    rig.tick(98, sizes=(0, 1))
    assert rig.trades[-1].broker_order_id == orders[first].broker_order_id


def test_buys_and_sells_each_have_their_own_size(rig: Rig) -> None:
    buy, sell = rig.place(BUY, 5, LIMIT, 98), rig.place(SELL, 5, LIMIT, 102)
    rig.tick(100, bid=102, ask=98, sizes=(2, 3))
    assert [rig.now_is(order).filled_quantity for order in (buy, sell)] == [Decimal(3), Decimal(2)]


@pytest.mark.parametrize("action", [BUY, SELL])
def test_of_an_unknown_size_everybody_gets_everything(rig: Rig, action: Action) -> None:
    orders = [rig.place(action, 1_000, LIMIT, 98 if action is BUY else 102) for _ in range(3)]
    rig.tick(90 if action is BUY else 110)
    assert {rig.now_is(order).status for order in orders} == {BrokerStatus.COMPLETE}
