"""The events of a paper book, each with everything the engine needs to know at that moment."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.ids import BrokerOrderId
from core.market.feed_state import STALE_AFTER
from core.market.instruments import Instrument
from core.market.market_phase import MarketPhase
from core.market.quotes import Quote
from core.money import ZERO
from core.orders.order import Action, LegTerms
from core.portfolio.paper_book import Leverage, PaperOrder
from core.portfolio.positions import Trade


@dataclass(frozen=True, slots=True)
class Rules:
    """How closely the paper exchange imitates a real one; the same for every book."""

    fill_share: Decimal = Decimal(1)
    """The share of a quoted size that our orders get, above 0 and at most 1."""
    slippage_bps: Decimal = ZERO
    """The most by which a market order is filled worse than the quote, in hundredths of a percent."""
    latency: timedelta = timedelta(0)
    latency_jitter: timedelta = timedelta(0)
    """An order reaches the exchange after the latency plus a random part of the jitter."""
    stale_after: timedelta = STALE_AFTER
    """A quote older than this is no price for a market order."""
    is_charged: bool = False
    """Whether trades cost brokerage and statutory charges."""
    seed: int = 0
    """The same seed and events give the same slippage and latency."""
    edition: int = 3
    """Which laws of the engine hold, so that a trail is replayed by those that it was written under.

    1: orders are not judged by the exchanges' dated rules, and exits are held to lots and freeze quantities; all
    fills pay the charges of before March 2026, and delivery that is sold on the day of its purchase pays as delivery.
    2: a market order is reckoned at the opposite price instead of the last one.
    """


@dataclass(frozen=True, slots=True)
class Hours:
    """Whether an exchange trades at the moment of an event; aware times."""

    is_open: bool = True
    opens_at: datetime | None = None
    """When closed: an order may wait for this; None refuses it."""
    mis_until: datetime | None = None
    """When open: from then until the close MIS only reduces; None for no such time."""
    text: str = ""
    """When closed: why, in words for the person who ordered."""
    never_closes: bool = False
    """When open: whether this is a market without sessions."""

    @property
    def phase(self) -> MarketPhase:
        """The same for the exchange's rules."""
        if not self.is_open:
            return MarketPhase.CLOSED
        return MarketPhase.ENDLESS if self.never_closes else MarketPhase.SESSION


ALWAYS_OPEN = Hours(never_closes=True)


@dataclass(frozen=True, slots=True)
class Taken:
    """How much of this quote's bid and ask size was already filled."""

    buy: Decimal = ZERO
    sell: Decimal = ZERO

    def plus(self, trade: Trade) -> "Taken":
        """The same with this fill added."""
        if trade.action is Action.BUY:
            return Taken(self.buy + trade.quantity, self.sell)
        return Taken(self.buy, self.sell + trade.quantity)


@dataclass(frozen=True, slots=True)
class Market:
    """What is known of an order's instrument at the moment of an event."""

    instrument: Instrument | None
    quote: Quote | None
    now: datetime
    hours: Hours = ALWAYS_OPEN
    taken: Taken = field(default_factory=Taken)


@dataclass(frozen=True, slots=True)
class Placed:
    """A new order: open, numbered and unmatched."""

    order: PaperOrder
    market: Market
    number: int
    """Becomes the book's last order number."""


@dataclass(frozen=True, slots=True)
class Modified:
    """All terms of a resting order are replaced."""

    order_id: BrokerOrderId
    terms: LegTerms
    market: Market


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A resting order is taken back."""

    order_id: BrokerOrderId
    at: datetime


@dataclass(frozen=True, slots=True)
class Quoted:
    """A price arrived while its exchange was open."""

    market: Market
    is_new: bool = True
    """Whether it says something else than the last one; only then may orders that have waited trade on it."""


@dataclass(frozen=True, slots=True)
class DayEnded:
    """These exchanges closed at this time."""

    exchanges: tuple[str, ...]
    closed_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class SquaredOff:
    """Intraday trading on an exchange is over; one market for each instrument with an open MIS position."""

    exchange: str
    ended_at: datetime
    markets: tuple[Market, ...]
    book_number: int
    """For the ids of the orders that close the positions."""
    now: datetime


@dataclass(frozen=True, slots=True)
class DayBegan:
    """A day began at 03:00 IST."""

    day: date
    now: datetime
    book_number: int | None = None
    """For the ids of the orders that close what is left of intraday trading; None leaves it open."""
    is_settlement_day: bool = True
    """Whether shares are delivered on it: a day on which the share market trades."""


@dataclass(frozen=True, slots=True)
class Expired:
    """A contract is settled at this price in rupees; None when its close is not known."""

    exchange: str
    symbol: str
    price: Decimal | None
    book_number: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Reset:
    """The book starts afresh."""

    capital: Decimal
    leverage: Leverage
    now: datetime


BookEvent = Placed | Modified | Cancelled | Quoted | DayEnded | SquaredOff | DayBegan | Expired | Reset
