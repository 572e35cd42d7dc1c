"""Figures of orders and the ledger of missed signals, over generated orders."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.insight.missed_signals import MISSED, Unknown, missed_signals, would_have_made
from core.insight.statistics import AskedLeg, AskedOrder, median, summarise
from core.orders.order import Action
from core.orders.states import QueueStatus

NOW = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
SYMBOLS = ("SBIN", "TCS", "INFY")
DECIDED = frozenset({QueueStatus.APPROVED, QueueStatus.REJECTED})
PRICES = st.decimals("0.05", "100000", places=2)
LEGS = st.builds(
    AskedLeg,
    st.just("NSE"),
    st.sampled_from(SYMBOLS),
    st.sampled_from(Action),
    st.integers(1, 10_000).map(Decimal),
    st.none() | PRICES,
)
LENGTHS = st.integers(0, 100_000).map(lambda seconds: timedelta(seconds=seconds))
ORDERS = st.builds(
    AskedOrder,
    st.sampled_from(("momentum", "pairs")),
    st.sampled_from(QueueStatus),
    st.just(NOW),
    st.lists(LEGS, min_size=1, max_size=3).map(tuple),
    st.none(),
    st.booleans(),
).flatmap(lambda order: st.just(order) if order.status not in DECIDED or order.is_clients else _decided(order))
MARKETS = st.dictionaries(st.sampled_from(SYMBOLS), PRICES)


def _decided(order: AskedOrder) -> st.SearchStrategy[AskedOrder]:
    return LENGTHS.map(lambda length: replace(order, decided_after=length))


def mirrored(order: AskedOrder) -> AskedOrder:
    """The same order on the other side."""
    other = {Action.BUY: Action.SELL, Action.SELL: Action.BUY}
    return replace(order, legs=tuple(replace(leg, action=other[leg.action]) for leg in order.legs))


@given(st.lists(ORDERS))
def test_every_order_is_counted_once_in_each_way(orders: list[AskedOrder]) -> None:
    figures = summarise(orders)

    assert figures.orders == len(orders) == figures.buys + figures.sells + figures.mixed
    assert sum(one.orders for one in figures.strategies) + figures.by_clients == len(orders)
    assert figures.by_clients == sum(order.is_clients for order in orders)
    decided = [order for order in orders if order.status in DECIDED and not order.is_clients]
    assert sum(one.decided for one in figures.strategies) == len(decided)
    for one in figures.strategies:
        assert one.approval_rate is None or 0 <= one.approval_rate <= 1
        assert (one.approval_rate is None) == (one.median is None) == (one.decided == 0)


@given(st.lists(LENGTHS, min_size=1))
def test_half_of_the_decisions_took_no_longer_than_the_median(lengths: list[timedelta]) -> None:
    middle = median(lengths)

    assert middle is not None
    assert sum(one <= middle for one in lengths) * 2 >= len(lengths)
    assert sum(one >= middle for one in lengths) * 2 >= len(lengths)


@given(ORDERS, MARKETS)
def test_the_other_side_would_have_made_the_opposite(order: AskedOrder, market: dict[str, Decimal]) -> None:
    def last(_: str, symbol: str) -> Decimal | None:
        return market.get(symbol)

    one, other = would_have_made(order, last), would_have_made(mirrored(order), last)

    if isinstance(one, Unknown):
        assert one is other
    else:
        assert isinstance(other, Decimal)
        assert one == -other


@given(ORDERS)
def test_at_the_price_of_entry_nothing_is_made(order: AskedOrder) -> None:
    alone = replace(order, legs=order.legs[:1])
    entry = alone.legs[0].entry

    made = would_have_made(alone, lambda *_: entry)

    assert made == (Unknown.NO_ENTRY if entry is None else 0)


@given(st.lists(ORDERS), MARKETS)
def test_the_ledger_adds_up_and_invents_nothing(orders: list[AskedOrder], market: dict[str, Decimal]) -> None:
    def last(_: str, symbol: str) -> Decimal | None:
        return market.get(symbol)

    ledger = missed_signals(orders, last)

    missed = [order for order in orders if order.status in MISSED and not order.is_clients]
    made = [one for one in (would_have_made(order, last) for order in missed) if isinstance(one, Decimal)]
    assert ledger.count == len(missed) == ledger.known + ledger.no_entry + ledger.no_price
    assert ledger.profit == sum(made)
    assert ledger.gains + ledger.losses <= ledger.known
    knowable = [all(leg.entry is not None and leg.symbol in market for leg in order.legs) for order in missed]
    assert ledger.known == sum(knowable)
