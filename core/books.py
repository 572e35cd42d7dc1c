"""What a broker holds for an account: orders, trades, positions, holdings, funds."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.ids import BrokerOrderId, ClientOrderId
from core.money import ZERO
from core.orders import Action, LegTerms, Product
from core.states import BrokerStatus


@dataclass(frozen=True, slots=True)
class Quote:
    """The latest price of one instrument, in rupees; `at` is when the feed saw it."""

    exchange: str
    symbol: str
    ltp: Decimal
    bid: Decimal
    ask: Decimal
    open: Decimal
    high: Decimal
    low: Decimal
    prev_close: Decimal
    volume: int
    at: datetime


@dataclass(frozen=True, slots=True)
class BrokerOrder:
    """One order in a broker's book. `status` is never ready, sending, unknown or partial."""

    broker_order_id: BrokerOrderId
    client_order_id: ClientOrderId | None
    terms: LegTerms
    status: BrokerStatus
    placed_at: datetime
    updated_at: datetime
    filled_quantity: Decimal = ZERO
    average_price: Decimal = ZERO
    message: str = ""
    strategy: str = ""


@dataclass(frozen=True, slots=True)
class Trade:
    """One fill."""

    trade_id: str
    broker_order_id: BrokerOrderId
    exchange: str
    symbol: str
    action: Action
    product: Product
    quantity: Decimal
    price: Decimal
    at: datetime
    strategy: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """The net of an instrument and product; negative is short. `average_price` is what the open part cost."""

    exchange: str
    symbol: str
    product: Product
    quantity: Decimal
    average_price: Decimal
    realised: Decimal = ZERO
    """Profit already taken on this position, in rupees."""
    ltp: Decimal = ZERO

    @property
    def unrealised(self) -> Decimal:
        """Profit still open at the last price, in rupees; 0 without a price."""
        return (self.ltp - self.average_price) * self.quantity if self.ltp else ZERO


@dataclass(frozen=True, slots=True)
class Holding:
    """Delivered shares."""

    exchange: str
    symbol: str
    quantity: Decimal
    average_price: Decimal
    ltp: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Funds:
    """An account's money, in rupees."""

    available: Decimal
    used: Decimal
    realised: Decimal = ZERO
    unrealised: Decimal = ZERO
    collateral: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class OrderChange:
    """New terms for an order a broker holds; modify replaces all of them."""

    terms: LegTerms


@dataclass(frozen=True, slots=True)
class PaperBook:
    """Everything a paper book must remember: what still rests, what is held, and the money."""

    cash: Decimal
    """Starting capital plus realised profit, in rupees."""
    last_order_number: int = 0
    open_orders: tuple[BrokerOrder, ...] = ()
    positions: tuple[Position, ...] = ()
    holdings: tuple[Holding, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperChanges:
    """What one event did to a paper book; saved whole or not at all."""

    cash: Decimal
    last_order_number: int
    orders: tuple[BrokerOrder, ...] = ()
    """Inserted or replaced, by broker order id."""
    trades: tuple[Trade, ...] = ()
    positions: tuple[Position, ...] = ()
    """Inserted or replaced, by exchange, symbol and product."""
    holdings: tuple[Holding, ...] = ()
