"""A strategy that places orders of several legs, on the real services, database and paper broker."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from core.accounts import Account, OrderMode, TradingMode
from core.ids import OrderId
from core.ports import Broker
from tests.fakes import ScriptedBroker
from tests.runtime import Spine
from tests.webhook.talking import Answer, Http
from webhook.application import HttpSettings, build_application

SMART: dict[str, Any] = {"exchange": "NSE", "symbol": "SBIN", "action": "BUY", "quantity": "0", "position_size": "10"}
ITEM: dict[str, Any] = {"exchange": "NSE", "symbol": "SBIN", "action": "BUY", "quantity": "10"}
BASKET: dict[str, Any] = {"orders": [ITEM, ITEM | {"symbol": "INFY", "action": "SELL", "quantity": 5}]}
SPLIT: dict[str, Any] = ITEM | {"quantity": "25", "splitsize": "10"}
OPTION: dict[str, Any] = {
    "underlying": "NIFTY",
    "exchange": "NSE_INDEX",
    "expiry_date": "29DEC26",
    "offset": "OTM1",
    "option_type": "CE",
    "action": "BUY",
    "quantity": "65",
}
LEG: dict[str, Any] = {"offset": "ATM", "option_type": "PE", "action": "SELL", "quantity": 65}
MULTI: dict[str, Any] = {
    "underlying": "NIFTY",
    "exchange": "NSE_INDEX",
    "expiry_date": "29DEC26",
    "legs": [LEG, LEG | {"action": "BUY", "offset": "OTM4"}],
}
REQUESTS: Mapping[str, dict[str, Any]] = {
    "placesmartorder": SMART,
    "basketorder": BASKET,
    "splitorder": SPLIT,
    "optionsorder": OPTION,
    "optionsmultiorder": MULTI,
}
QUEUED = {
    "status": "success",
    "message": "Order queued for approval in Action Center",
    "mode": "semi_auto",
    "pending_order_id": 1,
}

IN_DOUBT = "The order is recorded, but the broker has not confirmed it yet."


def marked(mode: TradingMode) -> dict[str, object]:
    """What every answer of the sandbox carries on top."""
    return {"mode": "analyze"} if mode is TradingMode.SANDBOX else {}


class Trader:
    """A strategy with a key, and a look behind the counter; SBIN trades at 800, NIFTY at 26055."""

    def __init__(self, spine: Spine, http: Http) -> None:
        self.spine = spine
        self.http = http

    async def post(self, endpoint: str, body: Mapping[str, Any], **headers: str) -> Answer:
        """Place an order."""
        signed = {"apikey": self.spine.secret, "strategy": "momentum", **body}
        return await self.http.post(endpoint, signed, **headers)

    async def ask(self, endpoint: str, **body: object) -> Any:
        """What anything else is answered."""
        return (await self.http.post(endpoint, {"apikey": self.spine.secret, **body})).body

    async def told(self, number: int) -> Any:
        """What became of an order."""
        return (await self.ask("pendingorder", pending_order_id=number))["data"]

    async def approve(self, number: int) -> Any:
        """The client taps Approve, and the order is sent; what became of it."""
        await self.spine.approve(OrderId(number))
        await self.spine.execute()
        return await self.told(number)

    async def auto(self, trading_mode: TradingMode = TradingMode.LIVE) -> None:
        """From now on no order waits for the client."""
        await self.spine.switch(order_mode=OrderMode.AUTO, trading_mode=trading_mode)

    def scripted(self) -> ScriptedBroker:
        """Put a broker that follows a script before the account's live book."""
        broker = ScriptedBroker(self.spine.book())
        brokers = self.spine.runtime.brokers
        book = brokers.book

        def scripted_live(account: Account, trading_mode: TradingMode) -> Broker:
            return broker if trading_mode is TradingMode.LIVE else book(account, trading_mode)

        brokers.book = scripted_live  # type: ignore[method-assign]
        return broker

    def denials(self) -> list[str]:
        """Why orders were refused, as the trail has it."""
        rows = self.spine.sql("SELECT facts FROM audit_events WHERE kind = 'order.denied' ORDER BY seq")
        return [json.loads(facts)["why"] for (facts,) in rows]

    def stored(self) -> int:
        """How many orders were stored."""
        ((count,),) = self.spine.sql("SELECT count(*) FROM orders")
        return int(count)

    async def sent(self, trading_mode: TradingMode = TradingMode.LIVE) -> list[str]:
        """What the book has, in the order in which it came."""
        placed = await self.spine.book(trading_mode).list_orders()
        return [f"{one.terms.action} {one.terms.quantity} {one.terms.symbol}" for one in placed]


@asynccontextmanager
async def trading_on(spine: Spine) -> AsyncIterator[Trader]:
    """A strategy that talks to a running service."""
    spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26055))
    async with TestClient(TestServer(build_application(spine.services, HttpSettings()))) as client:
        yield Trader(spine, Http(client))
