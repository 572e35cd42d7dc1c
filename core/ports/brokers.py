"""Brokers: their books and instruments, and finding the one of an account."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, runtime_checkable

from core.accounts import Account, TradingMode
from core.ids import AccountId, BrokerOrderId
from core.market.broker_capabilities import Capabilities
from core.market.broker_reach import Reach
from core.market.broker_session import BrokerSession
from core.market.instruments import Instrument
from core.market.market_phase import MarketPhase
from core.orders.broker_order import BrokerOrder, OrderChange, Placement, PlaceRequest, Sought
from core.portfolio.margin import Margin, Priced
from core.portfolio.positions import Funds, Holding, Position, Trade
from core.ports.price_feeds import QuoteSource, RunningFeed


class Broker(Protocol):
    """One account's book at one broker. Reads raise BrokerUnavailable; nothing here retries by itself."""

    @property
    def name(self) -> str:
        """The adapter's name, as in `account add --broker`."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can do and what it promises."""
        ...

    async def place(self, request: PlaceRequest) -> Placement:
        """Send one order: at most one request that places, never repeated, never after the deadline.

        Never raises: whatever happens is one of the answers, and doubt is Unknown.
        """
        ...

    async def find(self, sought: Sought) -> Sequence[BrokerOrder]:
        """The orders that may be this one: none, one, or several. What cannot be read is never "none"."""
        ...

    async def get(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """One order by the broker's id. Raises NotFound."""
        ...

    async def cancel(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """Cancel an order. Raises NotFound, BrokerRefused (already final), OutcomeUnknown."""
        ...

    async def modify(self, broker_order_id: BrokerOrderId, change: OrderChange) -> BrokerOrder:
        """Replace an open order's terms. Raises NotFound, BrokerRefused, OutcomeUnknown."""
        ...

    async def list_open(self) -> Sequence[BrokerOrder]:
        """Every order that is not final, in any sequence."""
        ...

    async def list_orders(self) -> Sequence[BrokerOrder]:
        """The order book, oldest first."""
        ...

    async def list_trades(self) -> Sequence[Trade]:
        """The trade book, oldest first."""
        ...

    async def list_positions(self) -> Sequence[Position]:
        """Positions with their last price; closed ones stay listed with quantity 0."""
        ...

    async def list_holdings(self) -> Sequence[Holding]:
        """Delivered shares with their last price."""
        ...

    async def get_funds(self) -> Funds:
        """The account's money."""
        ...

    async def get_margin(self, basket: Sequence[Priced]) -> Margin:
        """The margin for opening these positions now."""
        ...

    async def check(self) -> None:
        """Raise BrokerUnavailable when an order sent now could not arrive, by what is known without asking."""
        ...


@runtime_checkable
class LiveBroker(Broker, QuoteSource, Protocol):
    """A broker outside this process: it has a login, its own prices and its own symbol master."""

    @property
    def instruments(self) -> "Instruments":
        """Its symbol master, as last loaded; empty before that."""
        ...

    @property
    def reach(self) -> Reach:
        """Whether it answers, by the requests so far. Asks nothing."""
        ...

    async def load_instruments(self) -> None:
        """Take today's symbol master from the disk, or from the broker. Raises BrokerUnavailable."""
        ...

    async def session(self) -> BrokerSession:
        """The login, asked for at the broker now. Raises BrokerUnavailable when it does not answer."""
        ...

    async def log_in(self, answer: str) -> Mapping[str, str]:
        """Finish a login with what the broker's page gave the person; the credentials to keep from now on.

        Raises BrokerRefused, BrokerUnavailable, Unsupported where there is no such page.
        """
        ...

    async def close(self) -> None:
        """Close its connections."""
        ...


@runtime_checkable
class ChargeEstimator(Protocol):
    """What a Broker also implements when it can tell what trades cost; of others nothing is known."""

    async def estimate_charges(self, basket: Sequence[Priced]) -> Decimal | None:
        """Brokerage, taxes and all else for these trades, in rupees; None when nothing is charged."""
        ...


@runtime_checkable
class PostbackReader(Protocol):
    """What a LiveBroker also implements when it says by itself, over HTTP, that an order moved."""

    def is_postback(self, body: bytes) -> bool:
        """Whether its broker sent this, as far as that can be proved; nothing else is read from it."""
        ...


@runtime_checkable
class OrderStream(Protocol):
    """What a LiveBroker also implements when it says so over a connection that stays open."""

    async def follow_orders(self, moved: Callable[[], None]) -> None:
        """Connect and listen until the broker closes the connection.

        `moved` is called once the connection stands, since something may have moved before, and then whenever the
        broker says that an order moved. Raises BrokerRefused when the login is not taken, BrokerUnavailable when
        there is no connection to be had, or no answer to a ping in time.
        """
        ...


class Instruments(Protocol):
    """A broker's symbol master, in memory."""

    @property
    def as_of(self) -> date | None:
        """The day whose lots and freeze quantities it has; None for a master that its broker keeps up to date."""
        ...

    def find(self, exchange: str, symbol: str) -> Instrument | None:
        """One instrument."""
        ...

    def list_options(self, exchange: str, name: str, expiry: date, option_type: str) -> Sequence[Instrument]:
        """An underlying's contracts of one expiry and type, by rising strike."""
        ...

    def list_expiries(self, exchange: str, name: str, *, options: bool) -> Sequence[date]:
        """When an underlying's options, or its futures, expire; nearest first."""
        ...

    def search(self, query: str, exchange: str | None, limit: int) -> Sequence[Instrument]:
        """Instruments whose symbol or name contains every word of `query`; exact and short symbols first.

        May be called in any thread.
        """
        ...


class Sessions(Protocol):
    """When exchanges trade."""

    def phase(self, exchange: str, now: datetime) -> MarketPhase:
        """Whether this exchange trades; one whose hours nobody knows is closed."""
        ...


class Brokers(Protocol):
    """Finds the book that an order belongs to, and what it is checked by: both go by the order's trading mode."""

    def book(self, account: Account, trading_mode: TradingMode) -> Broker:
        """The book of this account in this mode. Raises Unready when its broker does not exist."""
        ...

    def instruments(self, account: Account, trading_mode: TradingMode | str) -> Instruments:
        """What can be traded in this mode. Raises Unready when the account's broker does not exist."""
        ...

    def why_stale(self, account: Account, trading_mode: TradingMode | str, now: datetime) -> str:
        """Why this mode's list of instruments is too old, or not there, for new positions; nothing when it is not."""
        ...

    def feed(self, account: Account, trading_mode: TradingMode | str) -> RunningFeed:
        """The prices at which this mode trades; a feed without any while the account's broker cannot tell them."""
        ...

    def names(self) -> Sequence[str]:
        """The adapters that accounts may use."""
        ...


class BrokerConnections(Protocol):
    """The brokers of accounts that are logged in."""

    def names(self) -> Sequence[str]:
        """The brokers that can be logged in at."""
        ...

    def require_complete(self, broker: str, credentials: Mapping[str, str]) -> None:
        """Raise Invalid for credentials that are not what this broker needs, naming the fields."""
        ...

    def login_url(self, broker: str, credentials: Mapping[str, str]) -> str | None:
        """The broker's page where the person logs in; None for brokers without one."""
        ...

    def broker_of(self, account_id: AccountId) -> LiveBroker | None:
        """The account's open broker, or None."""
        ...

    async def connect(self, account_id: AccountId, broker: str, credentials: Mapping[str, str]) -> None:
        """Open this broker for the account instead of what was open. Raises Invalid."""
        ...

    async def disconnect(self, account_id: AccountId) -> None:
        """Close what is open for the account."""
        ...
