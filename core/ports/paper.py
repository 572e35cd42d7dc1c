"""The store of the paper broker's books, and the list of instruments that came over from another program."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from core.accounts import TradingMode
from core.audit import Event, Link
from core.ids import AccountId, BrokerOrderId, ClientOrderId
from core.market.instruments import Instrument, Ticker
from core.openalgo.installation import LeftOut, SandboxRows
from core.orders.gtt import BrokerGtt
from core.portfolio.paper_book import Leverage, PaperBook, PaperChanges, PaperHead, PaperOrder
from core.portfolio.positions import Trade
from core.ports.gtt import GttStore


@dataclass(frozen=True, slots=True)
class ResetRequest:
    """A request to reset a paper book, with this capital in rupees and this leverage."""

    book: str
    requested_at: datetime
    capital: Decimal
    leverage: Leverage


@dataclass(frozen=True, slots=True)
class Entry:
    """The audit events of a change, the rules recorded by then, and the reset request that it carries out."""

    events: tuple[Event, ...]
    rules: str
    meets: ResetRequest | None = None
    """The reset request that the change carries out; it is deleted, unless a newer one has replaced it."""


@dataclass(frozen=True, slots=True)
class BookDraft:
    """A paper book made of another program's, before anything of it is stored."""

    name: str
    book: PaperBook
    gtts: tuple[BrokerGtt, ...]
    opened: Event
    """The audit event that everything in it begins with."""
    rules: str
    renumbered: Mapping[str, BrokerOrderId]
    """The ids of its waiting orders here, by those that they had there."""
    left_out: tuple[LeftOut, ...]


class NewBooks(Protocol):
    """Storing paper books that were made of another program's, in the caller's transaction."""

    async def is_used(self, book: str) -> bool:
        """Whether a book was ever saved, has a trigger, or is about to be reset."""
        ...

    async def add(self, draft: BookDraft) -> None:
        """Store a book that is not used yet, without its audit event."""
        ...


@dataclass(frozen=True, slots=True)
class ImportedList:
    """What is known of the list."""

    as_of: date
    """The day whose lots and freeze quantities it has."""
    imported_at: datetime
    count: int
    digest: str
    """SHA-256 over its instruments as they were read."""


class ImportedLists(Protocol):
    """Storing the list, in the caller's transaction."""

    async def find(self) -> ImportedList | None:
        """The list that is here; None when none came over."""
        ...

    async def note(self, new: ImportedList) -> None:
        """Store what is known of the list, and leave its instruments as they are."""
        ...

    async def replace(self, new: ImportedList, instruments: Collection[Instrument]) -> None:
        """Store this list in place of the one before; what a paper book still has of that one is kept."""
        ...


class ImportedInstruments(Protocol):
    """Looking the list up, at once. Methods raise Unready when the store cannot be used."""

    def as_of(self) -> date | None:
        """The day of the list; None when none came over."""
        ...

    def find(self, exchange: str, symbol: str) -> Instrument | None:
        """One instrument, expired or not."""
        ...

    def list_options(self, exchange: str, name: str, expiry: date, option_type: str) -> Sequence[Instrument]:
        """An underlying's contracts of one expiry and type, by rising strike."""
        ...

    def list_expiries(self, exchange: str, name: str, since: date, *, options: bool) -> Sequence[date]:
        """When an underlying's options, or its futures, expire on `since` or later; nearest first."""
        ...

    def search(self, query: str, exchange: str | None, limit: int, since: date) -> Sequence[Instrument]:
        """What has not expired before `since`, and matches every word as Instruments.search says; in any thread."""
        ...


class PaperStore(GttStore, Protocol):
    """Stores the paper broker's books; `book` is `live:<account>` or `sandbox:<account>`.

    Every method raises Unready when the store cannot be used; then nothing was saved.
    """

    async def list_used(self) -> Sequence[str]:
        """The names of the books that were ever saved, or have a trigger that waits."""
        ...

    async def load(self, book: str) -> PaperBook | None:
        """The book, or None before its first save."""
        ...

    async def save(self, book: str, changes: PaperChanges, entry: Entry) -> None:
        """All of `changes` and their audit events in one transaction.

        Raises BrokerRefused when a client order id repeats.
        """
        ...

    async def request_reset(self, request: ResetRequest) -> None:
        """Store a reset request, in place of one that still waits."""
        ...

    async def list_resets(self) -> Sequence[ResetRequest]:
        """The reset requests that were not carried out yet."""
        ...

    async def find_order(self, book: str, client_order_id: ClientOrderId) -> PaperOrder | None:
        """The order with this client order id, or None."""
        ...

    async def get_order(self, book: str, broker_order_id: BrokerOrderId) -> PaperOrder | None:
        """The order with this broker order id, or None."""
        ...

    async def list_orders(self, book: str, since: datetime) -> Sequence[PaperOrder]:
        """Orders placed or moved at or after `since`, oldest first, plus every one still open."""
        ...

    async def list_trades(self, book: str, since: datetime) -> Sequence[Trade]:
        """Fills at or after `since`, oldest first."""
        ...


class PaperBooks(Protocol):
    """Looking at, resetting and drafting paper books. Methods that wait raise BrokerUnavailable."""

    async def head(self, account_id: AccountId, mode: TradingMode) -> PaperHead:
        """A book's money and settings."""
        ...

    async def request_reset(
        self, account_id: AccountId, mode: TradingMode, capital: Decimal, leverage: Leverage
    ) -> None:
        """Request a reset of a book: the service does it within seconds, or when it starts."""
        ...

    def draft(
        self, account_id: AccountId, rows: SandboxRows, listed: Mapping[Ticker, Instrument] | None = None
    ) -> BookDraft:
        """A sandbox book of OpenAlgo as it would stand here, among these instruments instead of those in use.

        Raises Unready, Invalid for money that cannot be.
        """
        ...

    async def doubts(self, account_id: AccountId, mode: TradingMode, story: AsyncIterator[Link]) -> Sequence[str]:
        """A sentence for each difference between the stored book and these audit rows."""
        ...
