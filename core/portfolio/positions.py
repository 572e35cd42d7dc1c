"""What a broker holds for an account: orders, trades, positions, holdings, funds."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.ids import BrokerOrderId
from core.money import ZERO
from core.orders.order import Action, PositionKey, Product


@dataclass(frozen=True, slots=True)
class Trade:
    """One fill of an order."""

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
    charges: Decimal = ZERO
    """Brokerage and statutory charges, in rupees."""


@dataclass(frozen=True, slots=True)
class Position:
    """The net of an instrument and product; negative is short. `average_price` is what the open part cost."""

    exchange: str
    symbol: str
    product: Product
    quantity: Decimal
    average_price: Decimal
    realised: Decimal = ZERO
    """Profit already taken on this position, in rupees, before charges."""
    realised_today: Decimal = ZERO
    ltp: Decimal = ZERO

    @property
    def key(self) -> PositionKey:
        """What identifies the position in its book: exchange, symbol and product."""
        return self.exchange, self.symbol, self.product

    @property
    def unrealised(self) -> Decimal:
        """Profit still open at the last price, in rupees; 0 without a price."""
        return (self.ltp - self.average_price) * self.quantity if self.ltp else ZERO

    @property
    def cost(self) -> Decimal:
        """What the open part cost, in rupees, bought or sold."""
        return (self.average_price * self.quantity).copy_abs()

    @property
    def value(self) -> Decimal:
        """What the open part is worth at the last price, in rupees, bought or sold; at its cost without a price."""
        return (self.ltp * self.quantity).copy_abs() if self.ltp else self.cost


@dataclass(frozen=True, slots=True)
class Holding:
    """Delivered shares of one instrument."""

    exchange: str
    symbol: str
    quantity: Decimal
    average_price: Decimal
    settled_on: date | None = None
    """When its last shares were delivered."""
    ltp: Decimal = ZERO

    @property
    def unrealised(self) -> Decimal:
        """Profit still open at the last price, in rupees; 0 without a price."""
        return (self.ltp - self.average_price) * self.quantity if self.ltp else ZERO


@dataclass(frozen=True, slots=True)
class PaperFigures:
    """The figures that only a paper book has of its money, in rupees."""

    capital: Decimal
    gross_exposure: Decimal
    """Every position and holding at its last price, bought and sold alike."""
    realised_total: Decimal
    charges_total: Decimal
    last_reset: datetime | None
    reset_count: int


@dataclass(frozen=True, slots=True)
class Funds:
    """An account's money, in rupees; profits are before charges."""

    available: Decimal
    used: Decimal
    realised: Decimal = ZERO
    """Profit taken on this trading day."""
    unrealised: Decimal = ZERO
    collateral: Decimal = ZERO
    charges: Decimal = ZERO
    """What trading has cost on this trading day; 0 where the broker does not say."""
    paper: PaperFigures | None = None

    @property
    def equity(self) -> Decimal:
        """What the account is worth: its money, and the profit that is still open."""
        return self.available + self.used + self.unrealised
