"""Stand-ins for the world, with faults on demand."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from brokers.feed.no_feed import NoFeed
from core.accounts import Account, TradingMode
from core.errors import BrokerRefused, BrokerUnavailable, OutcomeUnknown
from core.ids import BrokerOrderId, ClientOrderId
from core.market.broker_capabilities import Duplicates
from core.orders.broker_order import (
    BrokerOrder,
    NotSent,
    OrderChange,
    Placement,
    PlaceRequest,
    Refused,
    Sought,
    Unknown,
)
from core.portfolio.margin import Margin, Priced
from core.portfolio.positions import Funds, Holding, Position, Trade
from core.ports import Broker, Instruments, RunningFeed

Script = list[Exception | None]
"""What the next calls raise, in turn; None lets one through."""


class ScriptedBroker:
    """Implements core.ports.Broker over another one, with faults before or after it has done its work."""

    name = "scripted"

    def __init__(self, inner: Broker, *, proves_absence: bool = False) -> None:
        self.capabilities = inner.capabilities
        self.promise(Duplicates.REFUSED if proves_absence else Duplicates.SEARCH)
        self.placed: list[ClientOrderId] = []
        """Every attempt to place, whatever came of it."""
        self.before_placing: Script = []
        self.after_placing: Script = []
        self.on_find: Script = []
        self.on_change: Script = []
        self.on_check: Script = []
        self.found: Sequence[BrokerOrder] | None = None
        """What looking for an order finds, whatever the inner broker has."""
        self.asked = asyncio.Event()
        """Somebody is placing an order."""
        self.go = asyncio.Event()
        """Placing waits for it."""
        self.go.set()
        self._inner = inner

    def promise(self, duplicates: Duplicates) -> None:
        """Say that this is what becomes of a second order of one id."""
        late = timedelta(0) if duplicates is Duplicates.REFUSED else timedelta(minutes=2)
        self.capabilities = replace(self.capabilities, duplicates=duplicates, appears_within=late)

    async def place(self, request: PlaceRequest) -> Placement:
        """Place an order, unless the script says otherwise."""
        self.placed.append(request.client_order_id)
        self.asked.set()
        await self.go.wait()
        try:
            _act_out(self.before_placing)
            placement = await self._inner.place(request)
            _act_out(self.after_placing)
        except BrokerUnavailable as away:
            return NotSent(str(away))
        except BrokerRefused as no:
            return Refused(str(no))
        except OutcomeUnknown as doubt:
            return Unknown(str(doubt))
        return placement

    async def find(self, sought: Sought) -> Sequence[BrokerOrder]:
        """By our id."""
        _act_out(self.on_find)
        return await self._inner.find(sought) if self.found is None else self.found

    async def get(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """By the broker's id."""
        _act_out(self.on_find)
        return await self._inner.get(broker_order_id)

    async def cancel(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """Cancel an order, unless the script says otherwise."""
        _act_out(self.on_change)
        return await self._inner.cancel(broker_order_id)

    async def modify(self, broker_order_id: BrokerOrderId, change: OrderChange) -> BrokerOrder:
        """Change an order, unless the script says otherwise."""
        _act_out(self.on_change)
        return await self._inner.modify(broker_order_id, change)

    async def list_open(self) -> Sequence[BrokerOrder]:
        """What is not final."""
        return await self._inner.list_open()

    async def list_orders(self) -> Sequence[BrokerOrder]:
        """The order book."""
        return await self._inner.list_orders()

    async def list_trades(self) -> Sequence[Trade]:
        """The trade book."""
        return await self._inner.list_trades()

    async def list_positions(self) -> Sequence[Position]:
        """Positions."""
        return await self._inner.list_positions()

    async def list_holdings(self) -> Sequence[Holding]:
        """Delivered shares."""
        return await self._inner.list_holdings()

    async def get_funds(self) -> Funds:
        """The money."""
        return await self._inner.get_funds()

    async def get_margin(self, basket: Sequence[Priced]) -> Margin:
        """The inner broker's."""
        return await self._inner.get_margin(basket)

    async def check(self) -> None:
        """Whether it is there."""
        _act_out(self.on_check)
        await self._inner.check()


class OneBroker:
    """Implements core.ports.Brokers: every account's every book is the same one."""

    def __init__(self, broker: Broker, instruments: Instruments, feed: RunningFeed | None = None) -> None:
        self._broker = broker
        self._instruments = instruments
        self._feed = feed or NoFeed("scripted", "the script has no prices")

    def instruments(self, account: Account, trading_mode: TradingMode | str) -> Instruments:
        """What can be traded."""
        return self._instruments

    def why_stale(self, account: Account, trading_mode: TradingMode | str, now: datetime) -> str:
        """It never is."""
        return ""

    def feed(self, account: Account, trading_mode: TradingMode | str) -> RunningFeed:
        """The prices that it was given."""
        return self._feed

    def book(self, account: Account, trading_mode: TradingMode) -> Broker:
        """The one."""
        return self._broker

    def names(self) -> Sequence[str]:
        """Its name."""
        return (self._broker.name,)


def _act_out(script: Script) -> None:
    fault = script.pop(0) if script else None
    if fault is not None:
        raise fault
