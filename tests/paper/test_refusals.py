"""What the paper broker refuses, in which words, and that it keeps the refusal."""

import re

import pytest

from core.errors import BrokerRefused
from core.orders.order import LegTerms
from core.orders.states import BrokerStatus
from tests.paper.rig import BUY, CNC, LIMIT, NRML, SELL, SL, SL_M, Rig, call, terms

NOTHING_TO_DELIVER = (
    "Cannot sell SBIN in CNC. No position or holding is there to be delivered; "
    "MIS allows selling short within the day."
)
REFUSED = {
    "unknown symbol": (terms(symbol="NOPE"), "Symbol NOPE not found on NSE"),
    "unknown exchange": (terms(exchange="MCX"), "Symbol SBIN not found on MCX"),
    "index": (terms(exchange="NSE_INDEX", symbol="NIFTY"), "NIFTY on NSE_INDEX is an index and cannot be traded"),
    "lots": (call(70), "Quantity must be in multiples of lot size 65"),
    "half a share": (terms(quantity="0.5"), "Quantity must be in multiples of lot size 1"),
    "beyond arithmetic": (terms(quantity="1e40"), "Quantity must be in multiples of lot size 1"),
    "nothing": (terms(quantity=0), "Quantity must be a positive number"),
    "NRML equity": (
        terms(product=NRML),
        "NRML cannot be used for NSE equity. Use CNC for delivery or MIS for intraday.",
    ),
    "CNC derivative": (
        call(65, CNC),
        "CNC cannot be used on NFO. Use NRML to carry forward or MIS for intraday.",
    ),
    "LIMIT without price": (terms(BUY, 10, LIMIT), "LIMIT orders require price"),
    "SL without price": (terms(BUY, 10, SL, trigger_price=805), "SL orders require price"),
    "SL without trigger": (terms(BUY, 10, SL, 805), "SL orders require trigger price"),
    "SL-M without trigger": (terms(BUY, 10, SL_M), "SL-M orders require trigger price"),
    "price off tick": (
        terms(BUY, 10, LIMIT, "790.03"),
        "Price 790.03 is not a multiple of the tick size 0.05",
    ),
    "trigger off tick": (
        terms(BUY, 10, SL_M, trigger_price="790.03"),
        "Trigger price 790.03 is not a multiple of the tick size 0.05",
    ),
    "delivery of nothing": (
        terms(SELL, 10, product=CNC),
        NOTHING_TO_DELIVER,
    ),
    "money": (
        terms(BUY, 20_000),
        "Insufficient funds. Required: ₹1,60,00,000.00, Available: ₹1,00,00,000.00, Shortage: ₹60,00,000.00",
    ),
}


@pytest.mark.parametrize(("wanted", "text"), REFUSED.values(), ids=REFUSED)
async def test_refusal_says_why_and_stays_in_the_order_book(rig: Rig, wanted: LegTerms, text: str) -> None:
    with pytest.raises(BrokerRefused, match=f"^{re.escape(text)}$"):
        await rig.place(wanted)
    (kept,) = await rig.broker.list_orders()
    assert (kept.status, kept.message, kept.terms) == (BrokerStatus.REJECTED, text, wanted)
    assert not await rig.broker.list_trades()
    assert not await rig.broker.list_positions()


async def test_market_order_without_a_price_is_refused(rig: Rig) -> None:
    rig.pin(0)
    text = "Cannot place MARKET order for SBIN: NSE has no price for it"
    with pytest.raises(BrokerRefused, match=re.escape(text)):
        await rig.place(terms())


async def test_contract_trades_on_its_last_day_and_not_after(rig: Rig) -> None:
    rig.clock.advance(days=36)
    rig.feed.tick_once()
    await rig.place(call(65))
    rig.clock.advance(days=1)
    with pytest.raises(BrokerRefused, match="NIFTY29DEC2626000CE expired on 29 Dec 2026"):
        await rig.place(call(65))


async def test_repeated_client_order_id_is_refused_and_leaves_one_order(rig: Rig) -> None:
    client_order_id = rig.next_client_order_id()
    first = await rig.broker.add_order(client_order_id, terms(), "momentum")
    with pytest.raises(BrokerRefused, match="already used"):
        await rig.broker.add_order(client_order_id, terms(SELL, 99), "momentum")
    assert await rig.broker.list_orders() == [first]
    assert (await rig.position()).quantity == 10


async def test_refused_client_order_id_is_used_up_too(rig: Rig) -> None:
    client_order_id = rig.next_client_order_id()
    with pytest.raises(BrokerRefused, match="not found on NSE"):
        await rig.broker.add_order(client_order_id, terms(symbol="NOPE"), "momentum")
    with pytest.raises(BrokerRefused, match="already used"):
        await rig.broker.add_order(client_order_id, terms(), "momentum")
    kept = await rig.broker.find_ours(client_order_id)
    assert kept is not None
    assert kept.status is BrokerStatus.REJECTED
