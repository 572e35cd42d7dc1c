"""A lost order is looked for by its terms and its time, and nothing is guessed."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.clock import IST
from core.errors import BrokerUnavailable
from core.ids import BrokerOrderId, ClientOrderId
from core.orders.broker_order import Accepted, Sought, Unknown
from core.orders.order import Action, LegTerms, PriceType, Product
from tests.brokers.fault_contract import RESTING, place_into
from tests.brokers.faults import DOUBTFUL
from tests.brokers.openalgo.fake_books import FakeOrder
from tests.brokers.openalgo.rig import OpenAlgoRig
from tests.contract.broker_contract import buy, request

SENT_AT = datetime.now(UTC)
LIMIT = buy(10, RESTING)
STOP = LegTerms("NSE", "SBIN", Action.BUY, Decimal(10), PriceType.SL_M, Product.MIS, trigger_price=Decimal("810.5"))


def put(rig: OpenAlgoRig, terms: LegTerms, **other: object) -> str:
    """An order in the broker's book, whoever placed it; returns its number."""
    fields = {
        "symbol": terms.symbol,
        "exchange": terms.exchange,
        "action": terms.action.value,
        "quantity": str(terms.quantity),
        "pricetype": terms.pricetype.value,
        "product": terms.product.value,
        "price": str(terms.price),
        "trigger_price": str(terms.trigger_price),
    }
    texts = {name: str(value) for name, value in other.items() if name in fields}
    order = FakeOrder({**fields, **texts})
    order.at = (SENT_AT - timedelta(seconds=int(str(other.get("seconds_ago", 0))))).astimezone(IST)
    rig.fake.books.orders.append(order)
    return order.orderid


async def candidates(rig: OpenAlgoRig, terms: LegTerms, known: AbstractSet[str] = frozenset()) -> set[str]:
    """What may be an order that was sent at that moment."""
    excluded = frozenset(BrokerOrderId(one) for one in known)
    found = await rig.broker.find(Sought(ClientOrderId("C1"), terms, SENT_AT, excluded))
    assert all(order.client_order_id is None for order in found)
    return {str(order.broker_order_id) for order in found}


async def test_between_two_nothing_is_guessed(rig: OpenAlgoRig) -> None:
    both = {put(rig, LIMIT), put(rig, LIMIT)}

    assert await candidates(rig, LIMIT) == both


async def test_lost_order_is_told_apart_from_its_twin_by_what_was_there_before(rig: OpenAlgoRig) -> None:
    first = await rig.broker.place(request(LIMIT))
    assert isinstance(first, Accepted)
    lost = await place_into(rig, request(LIMIT), DOUBTFUL["reset-after-the-broker-got-it"])
    assert isinstance(lost, Unknown)

    found = await candidates(rig, LIMIT, {first.order.broker_order_id})

    assert found == {rig.fake.books.orders[1].orderid}


@pytest.mark.parametrize(
    "other",
    [
        {"symbol": "INFY"},
        {"exchange": "BSE"},
        {"action": "SELL"},
        {"quantity": 11},
        {"product": "CNC"},
        {"price": "790.05"},
        {"pricetype": "SL"},
        {"seconds_ago": 3},
    ],
    ids=str,
)
async def test_other_terms_or_an_earlier_time_are_another_order(rig: OpenAlgoRig, other: dict[str, object]) -> None:
    put(rig, LIMIT, **other)

    assert await candidates(rig, LIMIT) == set()


async def test_price_of_a_currency_is_found_although_the_book_rounds_it(rig: OpenAlgoRig) -> None:
    rupee = replace(LIMIT, exchange="CDS", symbol="USDINR29DEC26FUT", price=Decimal("83.4575"))
    put(rig, replace(rupee, price=Decimal("83.4700")))
    wanted = put(rig, rupee)

    assert await candidates(rig, rupee) == {wanted}


async def test_clock_of_the_broker_may_be_two_seconds_behind(rig: OpenAlgoRig) -> None:
    wanted = put(rig, LIMIT, seconds_ago=2)

    assert await candidates(rig, LIMIT) == {wanted}


async def test_order_without_a_price_may_have_been_given_a_protective_one(rig: OpenAlgoRig) -> None:
    market = put(rig, buy(10), pricetype="LIMIT", price="808.00")
    stop = put(rig, STOP, pricetype="SL", price="812.00")
    put(rig, STOP, pricetype="SL", price="812.00", trigger_price="811")

    assert await candidates(rig, buy(10)) == {market}
    assert await candidates(rig, STOP) == {stop}


async def test_order_whose_time_cannot_be_read_may_be_it(rig: OpenAlgoRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeOrder, "stated_at", "just now")
    wanted = put(rig, LIMIT, seconds_ago=3600)

    assert await candidates(rig, LIMIT) == {wanted}


@pytest.mark.parametrize("unreadable", [{"product": "BO"}, {"pricetype": "ICEBERG"}, {"symbol": ""}], ids=str)
async def test_row_that_cannot_be_read_is_not_passed_over_where_it_may_be_the_order(
    rig: OpenAlgoRig, unreadable: dict[str, str]
) -> None:
    put(rig, LIMIT, **unreadable)

    with pytest.raises(BrokerUnavailable, match="may be this one"):
        await candidates(rig, LIMIT)
    infosys = replace(LIMIT, symbol="INFY", exchange="BSE")
    other = put(rig, infosys)
    assert await candidates(rig, infosys) == {other}
