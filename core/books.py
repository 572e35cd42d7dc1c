"""What a broker holds for an account: orders, trades, positions, holdings, funds."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.ids import BrokerOrderId, ClientOrderId
from core.money import ZERO
from core.orders import Action, LegTerms, PositionKey, Product
from core.states import BrokerStatus


@dataclass(frozen=True, slots=True)
class Quote:
    """The latest price of one instrument, in rupees; `at` is when the feed saw it, sizes are 0 when not known."""

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
    bid_size: int = 0
    ask_size: int = 0


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
        """Which position it is."""
        return self.exchange, self.symbol, self.product

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
    settled_on: date | None = None
    """When its last shares were delivered."""
    ltp: Decimal = ZERO

    @property
    def unrealised(self) -> Decimal:
        """Profit still open at the last price, in rupees; 0 without a price."""
        return (self.ltp - self.average_price) * self.quantity if self.ltp else ZERO


@dataclass(frozen=True, slots=True)
class PaperFigures:
    """What only a paper book can tell of its money, in rupees."""

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


@dataclass(frozen=True, slots=True)
class OrderChange:
    """New terms for an order a broker holds; modify replaces all of them."""

    terms: LegTerms


@dataclass(frozen=True, slots=True)
class Leverage:
    """How many rupees of value one rupee of margin carries."""

    equity_mis: Decimal = Decimal(5)
    equity_cnc: Decimal = Decimal(1)
    futures: Decimal = Decimal(10)
    option_buy: Decimal = Decimal(1)
    """Of the premium."""
    option_sell: Decimal = Decimal(10)
    """Of the strike's value."""


@dataclass(frozen=True, slots=True)
class PaperOrder(BrokerOrder):
    """An order of a paper book, with what its exchange would know of it."""

    queued_at: datetime | None = None
    """When it took its place in the queue at its price; always set in a book."""
    arrives_at: datetime | None = None
    """Nothing matches it before; None once it has arrived."""
    reserve_price: Decimal = ZERO
    """What a unit of it is reckoned at while it waits: limit, trigger, or a market order's price when accepted."""
    takes: bool = False
    """It came marketable at better than its limit: it trades at the quote, not at its limit."""


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
    """The rules that the audit trail was last told of; empty while it does not know this book."""


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
