"""A paper book as it is stored: money, orders, positions, holdings, and what one event changed."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.money import ZERO
from core.orders.broker_order import BrokerOrder
from core.orders.order import PositionKey, PriceType
from core.portfolio.positions import Holding, Position, Trade


@dataclass(frozen=True, slots=True)
class Leverage:
    """How many rupees of value one rupee of margin carries."""

    equity_mis: Decimal = Decimal(5)
    equity_cnc: Decimal = Decimal(1)
    futures: Decimal = Decimal(10)
    option_buy: Decimal = Decimal(1)
    """Applies to the premium."""
    option_sell: Decimal = Decimal(10)
    """Applies to the value of the strike."""


@dataclass(frozen=True, slots=True)
class PaperOrder(BrokerOrder):
    """An order of a paper book, with what its exchange would know of it."""

    queued_at: datetime | None = None
    """When it took its place in the queue at its price; always set in a book."""
    arrives_at: datetime | None = None
    """Nothing matches it before; None once it has arrived."""
    reserve_price: Decimal = ZERO
    """The price of its margin while it waits: limit, trigger, or the last price when a market order was accepted."""
    takes: bool = False
    """It was marketable at better than its limit when it arrived: it trades at the quote, not at its limit."""

    @property
    def booked_price(self) -> Decimal:
        """Its price as its order book shows it: of a market order the last price when it was accepted."""
        return self.reserve_price if self.terms.pricetype is PriceType.MARKET else self.terms.price


@dataclass(frozen=True, slots=True)
class PaperHead:
    """A paper book's money and settings, in rupees; totals count from the last reset."""

    capital: Decimal
    leverage: Leverage = Leverage()
    realised: Decimal = ZERO
    realised_today: Decimal = ZERO
    charges: Decimal = ZERO
    charges_today: Decimal = ZERO
    last_order_number: int = 0
    day: date | None = None
    """The trading day that today's figures belong to; None before the first."""
    last_reset: datetime | None = None
    reset_count: int = 0

    @property
    def cash(self) -> Decimal:
        """Capital and profit less charges: what there is when nothing is tied up."""
        return self.capital + self.realised - self.charges


@dataclass(frozen=True, slots=True)
class PaperBook:
    """Everything a paper book must remember: what still rests, what is held, and the money."""

    head: PaperHead
    open_orders: tuple[PaperOrder, ...] = ()
    positions: tuple[Position, ...] = ()
    holdings: tuple[Holding, ...] = ()
    journaled_rules: str = ""
    """The rules last written to the audit trail; empty while it has no event of this book."""


@dataclass(frozen=True, slots=True)
class PaperChanges:
    """What one event did to a paper book; saved whole or not at all."""

    head: PaperHead
    orders: tuple[PaperOrder, ...] = ()
    """Inserted or replaced, by broker order id."""
    trades: tuple[Trade, ...] = ()
    positions: tuple[Position, ...] = ()
    """Inserted or replaced, by exchange, symbol and product."""
    holdings: tuple[Holding, ...] = ()
    """Inserted or replaced, by exchange and symbol; one of quantity 0 is removed."""
    dropped: tuple[PositionKey, ...] = ()
    """Positions that are no longer listed."""
