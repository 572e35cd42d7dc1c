"""Order ids: their form, and that no two are alike."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.paper.book.order_numbers import BookKey, broker_order_id, next_order_number
from core.accounts import TradingMode
from core.errors import Unready
from core.ids import AccountId
from core.orders.states import BrokerStatus
from tests.paper.rig import BUY, CNC, LIMIT, SANDBOX, Rig, terms

moments = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
books = st.integers(0, 4_999)


async def test_order_id_is_the_ist_date_and_eight_digits(rig: Rig) -> None:
    rig.clock.moment = datetime(2026, 11, 22, 18, 31, tzinfo=UTC)
    order = await rig.place(terms())
    assert order.broker_order_id[:6] == "261123"
    assert len(order.broker_order_id) == 14
    assert order.broker_order_id.isdigit()


async def test_live_and_sandbox_orders_of_an_account_have_different_ids(rig: Rig) -> None:
    live = await rig.place(terms())
    sandbox = await rig.brokers.book(SANDBOX).add_order(rig.next_client_order_id(), terms(), "momentum")
    assert live.broker_order_id != sandbox.broker_order_id


@given(books, books, st.lists(moments, min_size=2, max_size=20))
def test_no_two_orders_share_an_id(one: int, other: int, when: list[datetime]) -> None:
    ids = []
    for book in {one, other}:
        number = 0
        for moment in when:
            number = next_order_number(number, moment)
            ids.append(broker_order_id(book, number))
    assert len(set(ids)) == len(ids)


@given(moments, st.integers(19_990, 20_010))
def test_full_day_runs_into_the_next(moment: datetime, orders: int) -> None:
    first = next_order_number(0, moment)
    last = first + orders
    ids = {broker_order_id(3, number) for number in (first, last, next_order_number(last, moment))}
    ids.add(broker_order_id(3, next_order_number(last + 1, moment + timedelta(days=1))))
    assert len(ids) == 4
    assert {len(one) for one in ids} == {14}


def test_account_beyond_the_last_number_is_refused() -> None:
    assert BookKey(TradingMode.SANDBOX, AccountId(2_499)).number == 4_999
    with pytest.raises(Unready, match="account 2500"):
        _ = BookKey(TradingMode.LIVE, AccountId(2_500)).number


async def test_books_show_today_and_what_still_rests(rig: Rig) -> None:
    await rig.place(terms(product=CNC))
    resting = await rig.place(terms(BUY, 5, LIMIT, 790, product=CNC))
    rig.clock.advance(days=1)
    rig.pin(800)
    today = await rig.place(terms(product=CNC))
    resting = await rig.now(resting)
    assert resting.status is BrokerStatus.CANCELLED
    assert list(await rig.broker.list_orders()) == [resting, today]
    assert [t.broker_order_id for t in await rig.broker.list_trades()] == [today.broker_order_id]
