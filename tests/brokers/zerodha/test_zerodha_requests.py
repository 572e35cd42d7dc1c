"""What leaves for Kite, and what is not sent at all."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.local_brokers.kite_book import Row
from core.errors import BrokerRefused, BrokerUnavailable
from core.orders.broker_order import Accepted, NotSent, OrderChange, Refused, Sought
from core.orders.order import Action, LegTerms, PriceType, Product
from core.portfolio.margin import Priced
from tests.brokers.zerodha.fake_zerodha import FakeKite, running
from tests.brokers.zerodha.kite_rig import KiteRig, kite_rig, open_broker
from tests.contract.broker_contract import PRICE, buy, request
from tests.waiting import until

CRUDE = LegTerms("MCX", "CRUDEOIL18DEC26FUT", Action.SELL, Decimal(200), PriceType.LIMIT, Product.NRML, Decimal(801))


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[KiteRig]:
    """A logged in client."""
    async with kite_rig(tmp_path) as rig:
        yield rig


async def sent(rig: KiteRig, terms: LegTerms) -> Row:
    """An order as it came to Kite's book."""
    placed = await rig.broker.place(request(terms))
    assert isinstance(placed, Accepted), placed
    return rig.fake.book.orders[-1]


async def test_an_option_goes_under_kite_s_name_with_our_tag(rig: KiteRig) -> None:
    terms = LegTerms(
        "NFO", "NIFTY01DEC2626000CE", Action.BUY, Decimal(75), PriceType.LIMIT, Product.NRML, Decimal("112.50")
    )
    order = request(terms)

    assert isinstance(await rig.broker.place(order), Accepted)

    row = rig.fake.book.orders[-1]
    assert (row["exchange"], row["tradingsymbol"], row["quantity"]) == ("NFO", "NIFTY26D0126000CE", 75)
    assert (row["price"], row["product"], row["tag"]) == (Decimal("112.5"), "NRML", order.client_order_id)


@pytest.mark.parametrize("pricetype", [PriceType.MARKET, PriceType.SL_M])
async def test_orders_at_the_market_go_with_kite_s_own_protection(rig: KiteRig, pricetype: PriceType) -> None:
    # The stand-in refuses them without, as Kite does.
    trigger = Decimal(900) if pricetype is PriceType.SL_M else Decimal(0)

    row = await sent(rig, replace(buy(), pricetype=pricetype, trigger_price=trigger))

    assert row["order_type"] == pricetype.value
    assert (row["price"], row["trigger_price"]) == (0, trigger)


async def test_lots_leave_as_lots_and_come_back_as_units(rig: KiteRig) -> None:
    row = await sent(rig, CRUDE)

    assert (row["tradingsymbol"], row["quantity"]) == ("CRUDEOIL26DECFUT", 2)
    (order,) = await rig.broker.list_orders()
    assert order.terms == CRUDE
    changed = await rig.broker.modify(order.broker_order_id, OrderChange(replace(CRUDE, quantity=Decimal(300))))
    assert (row["quantity"], changed.terms.quantity) == (3, Decimal(300))


@pytest.mark.parametrize(
    "terms",
    [
        replace(CRUDE, quantity=Decimal(150)),
        replace(CRUDE, symbol="STEELREBAR18DEC26FUT"),
        replace(buy(), symbol="NOTLISTED"),
        replace(buy(), exchange="NSE_INDEX", symbol="NIFTY"),
        replace(buy(), quantity=Decimal(0)),
    ],
)
async def test_what_kite_cannot_have_meant_is_refused_here(rig: KiteRig, terms: LegTerms) -> None:
    assert isinstance(await rig.broker.place(request(terms)), Refused)
    assert not [one for one in rig.fake.asked if one[0] == "POST"]


async def test_without_a_list_of_instruments_nothing_is_sent(tmp_path: Path) -> None:
    fake = FakeKite()
    async with running(fake) as url:
        broker = open_broker(url, tmp_path)

        placement = await broker.place(request(buy()))

        assert isinstance(placement, NotSent)
        assert not fake.asked
        await broker.close()


@pytest.mark.parametrize(
    "other",
    [{"symbol": "INFY"}, {"exchange": "BSE"}, {"product": Product.CNC}, {"action": Action.SELL}],
)
async def test_kite_can_change_neither_instrument_nor_side_nor_product(rig: KiteRig, other: dict[str, str]) -> None:
    await sent(rig, buy(limit=PRICE - 10))
    (order,) = await rig.broker.list_orders()

    with pytest.raises(BrokerRefused, match="can only change"):
        await rig.broker.modify(order.broker_order_id, OrderChange(replace(order.terms, **other)))  # type: ignore[arg-type]

    assert not [one for one in rig.fake.asked if one[0] == "PUT"]


async def test_an_order_of_another_kind_is_cancelled_under_its_own(rig: KiteRig) -> None:
    row = await sent(rig, buy(limit=PRICE - 10))
    row["variety"] = "amo"

    await rig.broker.cancel((await rig.broker.list_orders())[0].broker_order_id)

    assert ("DELETE", f"/orders/amo/{row['order_id']}") in rig.fake.asked


async def test_two_orders_of_one_tag_are_both_found(rig: KiteRig) -> None:
    order = request(buy(limit=PRICE - 10))
    await rig.broker.place(order)
    await rig.broker.place(order)

    found = await rig.broker.find(Sought(order.client_order_id, order.terms, order.deadline))

    assert len({one.broker_order_id for one in found}) == 2


async def test_margin_charges_and_prices_are_asked_for(rig: KiteRig) -> None:
    basket = [Priced(buy(), PRICE), Priced(CRUDE, Decimal(801))]

    assert (await rig.broker.get_margin(basket)).total == (10 + 2) * 160
    assert await rig.broker.estimate_charges(basket) == Decimal("2.50")
    assert await rig.broker.estimate_charges([]) is None
    (share,) = await rig.broker.fetch([("NSE", "SBIN"), ("NSE", "NOTLISTED")])
    assert (share.symbol, share.ltp) == ("SBIN", PRICE)
    assert await rig.broker.fetch_depth("NSE", "NOTLISTED") is None


async def test_the_margin_of_what_is_not_listed_is_not_known(rig: KiteRig) -> None:
    with pytest.raises(BrokerUnavailable, match="NOTLISTED on NSE"):
        await rig.broker.get_margin([Priced(replace(buy(), symbol="NOTLISTED"), PRICE)])


async def test_orders_leave_at_the_pace_that_the_settings_say_exits_first(tmp_path: Path) -> None:
    fake = FakeKite()
    async with running(fake) as url:
        broker = open_broker(url, tmp_path, orders_per_second=2)
        await broker.load_instruments()
        entries = [request(buy(number, PRICE - 10)) for number in (1, 2, 3, 4)]
        leaving = [*entries, replace(request(buy(9, PRICE - 10)), is_exit=True)]
        began = asyncio.get_running_loop().time()

        sending = asyncio.gather(*map(broker.place, leaving))
        await until(lambda: len(fake.book.orders) > 3)

        assert asyncio.get_running_loop().time() - began >= 0.95
        assert {row["quantity"] for row in fake.book.orders[2:4]} == {9, 3}
        sending.cancel()
        await broker.close()
