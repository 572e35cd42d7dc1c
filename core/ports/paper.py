"""The store of the paper broker's books."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from core.accounts import TradingMode
from core.audit import Event, Link
from core.ids import AccountId, BrokerOrderId, ClientOrderId
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

    def draft(self, account_id: AccountId, rows: SandboxRows) -> BookDraft:
        """A sandbox book of OpenAlgo as it would stand here; raises Unready, Invalid for money that cannot be."""
        ...

    async def doubts(self, account_id: AccountId, mode: TradingMode, story: AsyncIterator[Link]) -> Sequence[str]:
        """A sentence for each difference between the stored book and these audit rows."""
        ...
