"""What a standing approval lets through, for any order and any terms."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.accounts import TradingMode
from core.ids import AccountId, UserId
from core.orders.order import Action, ApiType, LegTerms
from core.orders.states import BrokerStatus, QueueStatus
from core.standing.approvals import ANY, Bound, Size, StandingApproval, StandingId, Terms, Unit
from core.standing.grammar import dump_terms, parse_terms
from core.standing.judging import COVERED, Asked, AskedLeg, Use, Valid, Waits, judge, size_of
from core.standing.usage import UsedLeg, UsedOrder, used_of
from tests.factories import START

SYMBOLS = ("SBIN", "INFY", "RELIANCE")
amounts = st.decimals(Decimal("0.01"), Decimal(100_000), places=2)
bounds = st.builds(Bound, st.sampled_from(Unit), st.integers(1, 200_000).map(Decimal))
tickers = st.frozensets(st.sampled_from(SYMBOLS).map(lambda symbol: ("NSE", symbol)))


@st.composite
def approvals(draw: st.DrawFn) -> StandingApproval:
    """Any terms, complete or not: what is stored is not believed either."""
    terms = Terms(
        account_id=AccountId(1),
        strategy=draw(st.sampled_from(("momentum", "pairs"))),
        trading_mode=draw(st.sampled_from(TradingMode)),
        broker="paper",
        tickers=draw(tickers),
        action=draw(st.sampled_from([None, *Action])),
        exits_only=draw(st.booleans()),
        per_order=draw(st.none() | bounds),
        per_day=draw(st.none() | bounds),
        until=date(2026, 12, 31),
    )
    return StandingApproval(StandingId(draw(st.integers(1, 9))), terms, "Asha", UserId(1), START)


@st.composite
def asked_legs(draw: st.DrawFn) -> AskedLeg:
    """A leg of which anything may not be known."""
    quantity = Decimal(draw(st.integers(1, 500)))
    terms = LegTerms("NSE", draw(st.sampled_from(SYMBOLS)), draw(st.sampled_from(Action)), quantity)
    value, lot = draw(st.none() | amounts), draw(st.none() | st.integers(1, 75))
    return AskedLeg(
        terms, value, lot, draw(st.sampled_from((None, True, False))), draw(st.sampled_from(("", "", "old")))
    )


orders = st.builds(
    Asked,
    st.sampled_from(ApiType),
    st.sampled_from(("momentum", "pairs")),
    st.sampled_from(TradingMode),
    st.lists(asked_legs(), max_size=3).map(tuple),
)
sizes = st.builds(Size, amounts, st.integers(0, 500), amounts)
valid = st.lists(st.builds(Valid, approvals(), sizes), max_size=4)


@given(valid, orders)
def test_nothing_passes_but_what_every_word_of_an_approval_covers(valid: list[Valid], asked: Asked) -> None:
    said = judge(valid, asked)

    if isinstance(said, Waits):
        return
    terms = said.approval.terms
    assert asked.legs
    assert asked.api_type in COVERED
    assert (asked.strategy, asked.trading_mode) == (terms.strategy, terms.trading_mode)
    for leg in asked.legs:
        assert leg.ticker in terms.tickers or (terms.exits_only and terms.tickers == ANY)
        assert terms.action in (None, leg.terms.action)
        assert not leg.doubt
        assert leg.exits or not terms.exits_only
        assert leg.value is not None
        assert leg.lot is not None
    assert terms.exits_only or (terms.per_order and terms.per_day and terms.action)
    assert terms.per_order is None or said.size.measured_in(terms.per_order.unit) <= terms.per_order.most
    assert terms.per_day is None or said.used.measured_in(terms.per_day.unit) <= terms.per_day.most


@given(valid, orders, st.builds(Valid, approvals(), sizes))
def test_another_approval_never_outvotes_one_that_refuses(valid: list[Valid], asked: Asked, other: Valid) -> None:
    before = judge(valid, asked)

    if isinstance(before, Waits) and before.why:
        assert isinstance(judge([*valid, other], asked), Waits)


@given(approvals(), st.lists(orders, max_size=12))
def test_a_day_of_orders_never_uses_more_than_its_bound(approval: StandingApproval, day: list[Asked]) -> None:
    used = Size()

    for asked in day:
        said = judge([Valid(approval, used)], asked)
        if isinstance(said, Use):
            assert said.used == used.plus(said.size)
            used = said.used

    bound = approval.terms.per_day
    assert bound is None or used.measured_in(bound.unit) <= bound.most


@given(st.lists(asked_legs(), min_size=1, max_size=4))
def test_a_size_is_the_sum_of_its_legs_and_a_begun_lot_is_a_lot(legs: list[AskedLeg]) -> None:
    size = size_of(legs)

    if any(leg.value is None or leg.lot is None for leg in legs):
        assert size is None
        return
    assert size is not None
    assert size.shares == sum(leg.terms.quantity for leg in legs)
    assert size.rupees == sum(leg.value for leg in legs if leg.value is not None)
    assert size.lots == sum(-(-int(leg.terms.quantity) // (leg.lot or 1)) for leg in legs)


@given(approvals())
def test_terms_are_read_as_they_were_written(approval: StandingApproval) -> None:
    assert parse_terms(dump_terms(approval.terms)) == approval.terms


used_legs = st.builds(
    UsedLeg, st.sampled_from(BrokerStatus), st.integers(0, 3).map(Decimal), st.sampled_from((None, START))
)
used_orders = st.builds(
    UsedOrder, st.integers(1, 2).map(StandingId), sizes, st.sampled_from(QueueStatus), st.lists(used_legs, max_size=3)
)


@given(st.lists(used_orders, max_size=6))
def test_only_what_certainly_did_nothing_is_given_back(orders: list[UsedOrder]) -> None:
    mine = [one for one in orders if one.standing_id == 1]
    given_back = [one for one in mine if not one.counts]

    total = used_of(StandingId(1), orders)

    assert total.shares == sum(one.size.shares for one in mine) - sum(one.size.shares for one in given_back)
    for one in given_back:
        for leg in one.legs if one.status is not QueueStatus.EXPIRED else ():
            assert not leg.filled_quantity
            assert leg.broker_status is BrokerStatus.REJECTED or leg.sent_at is None
            assert leg.broker_status in {BrokerStatus.REJECTED, BrokerStatus.CANCELLED}
