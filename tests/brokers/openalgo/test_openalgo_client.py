"""The adapter asks as OpenAlgo's own client does: the same paths, headers that matter, and bodies."""

import asyncio
import json
from collections.abc import Callable
from decimal import Decimal

from openalgo import api

from core.orders.broker_order import Accepted, OrderChange
from core.orders.order import Action, LegTerms, PriceType, Product
from tests.brokers.fault_server import Heard
from tests.brokers.openalgo.fake_openalgo import KEY
from tests.brokers.openalgo.rig import OpenAlgoRig
from tests.contract.broker_contract import buy, request

STOP = LegTerms(
    "NFO",
    "NIFTY29DEC2626000CE",
    Action.SELL,
    Decimal(75),
    PriceType.SL,
    Product.NRML,
    Decimal("100.5"),
    Decimal("101.05"),
    25,
)


async def by_sdk(rig: OpenAlgoRig, ask: Callable[[api], object]) -> Heard:
    """What OpenAlgo's client sends."""
    await asyncio.to_thread(ask, api(KEY, host=rig.faults.url))
    return rig.faults.heard[-1]


def said(heard: Heard) -> tuple[str, str, str, object]:
    """Method, path, content type and body."""
    lines = heard.raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return heard.method, heard.path, headers["content-type"], json.loads(heard.body)


async def test_order_is_sent_as_its_client_sends_it(rig: OpenAlgoRig) -> None:
    await rig.broker.place(request(STOP))
    ours = rig.faults.heard[-1]

    theirs = await by_sdk(
        rig,
        lambda client: client.placeorder(
            strategy="contract",
            symbol=STOP.symbol,
            action="SELL",
            exchange="NFO",
            price_type="SL",
            product="NRML",
            quantity=75,
            price=100.5,
            trigger_price=101.05,
            disclosed_quantity=25,
        ),
    )

    assert said(ours) == said(theirs)


async def test_changes_are_sent_as_its_client_sends_them(rig: OpenAlgoRig) -> None:
    placed = await rig.broker.place(request(buy(10, Decimal(790))))
    assert isinstance(placed, Accepted)
    number = placed.order.broker_order_id
    await rig.broker.modify(number, OrderChange(buy(5, Decimal("789.05"))))
    await rig.broker.cancel(number)
    ours = [one for one in rig.faults.struck if not one.path.endswith("placeorder")]

    theirs = [
        await by_sdk(
            rig,
            lambda client: client.modifyorder(
                order_id=number,
                strategy="Countersign",
                symbol="SBIN",
                action="BUY",
                exchange="NSE",
                price_type="LIMIT",
                product="MIS",
                quantity=5,
                price=789.05,
            ),
        ),
        await by_sdk(rig, lambda client: client.cancelorder(order_id=number, strategy="Countersign")),
    ]

    assert [said(one) for one in ours] == [said(one) for one in theirs]


async def test_books_are_asked_for_as_its_client_does(rig: OpenAlgoRig) -> None:
    asks: list[tuple[Callable[[], object], Callable[[api], object]]] = [
        (rig.broker.list_trades, lambda client: client.tradebook()),
        (rig.broker.list_positions, lambda client: client.positionbook()),
        (rig.broker.list_holdings, lambda client: client.holdings()),
        (rig.broker.get_funds, lambda client: client.funds()),
        (
            lambda: rig.broker.fetch([("NSE", "SBIN")]),
            lambda client: client.multiquotes(symbols=[{"symbol": "SBIN", "exchange": "NSE"}]),
        ),
        (lambda: rig.broker.fetch_depth("NSE", "SBIN"), lambda client: client.depth(symbol="SBIN", exchange="NSE")),
    ]
    for ask, by_client in asks:
        await ask()  # type: ignore[misc]
        ours = rig.faults.heard[-1]
        assert said(ours) == said(await by_sdk(rig, by_client))
