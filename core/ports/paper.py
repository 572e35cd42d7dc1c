"""Where the paper broker keeps its books."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from core.accounts import TradingMode
from core.audit import Event, Link
from core.ids import AccountId, BrokerOrderId, ClientOrderId
from core.portfolio.paper_book import Leverage, PaperBook, PaperChanges, PaperHead, PaperOrder
from core.portfolio.positions import Trade
from core.ports.gtt import GttStore


@dataclass(frozen=True, slots=True)
class ResetRequest:
    """Somebody wants a paper book to start afresh, with this capital in rupees and this leverage."""

    book: str
    requested_at: datetime
    capital: Decimal
    leverage: Leverage


@dataclass(frozen=True, slots=True)
class Entry:
    """What the audit trail is told of a change, and the rules that it knows from then on."""

    events: tuple[Event, ...]
    rules: str
    meets: ResetRequest | None = None
    """The request that the change has met: it is forgotten, unless a newer one has taken its place."""


class PaperStore(GttStore, Protocol):
    """Where the paper broker keeps its books; `book` is `live:<account>` or `sandbox:<account>`.

    Every method raises Unready when the store cannot be used; then nothing was saved.
    """

    async def load(self, book: str) -> PaperBook | None:
        """The book, or None before its first save."""
        ...

    async def save(self, book: str, changes: PaperChanges, entry: Entry) -> None:
        """All of `changes` and their audit events in one transaction.

        Raises BrokerRefused when a client order id repeats.
        """
        ...

    async def request_reset(self, request: ResetRequest) -> None:
        """Keep this request, in the place of one that still waits."""
        ...

    async def list_resets(self) -> Sequence[ResetRequest]:
        """The requests that nobody has met yet."""
        ...

    async def find_order(self, book: str, client_order_id: ClientOrderId) -> PaperOrder | None:
        """By our id."""
        ...

    async def get_order(self, book: str, broker_order_id: BrokerOrderId) -> PaperOrder | None:
        """By the paper broker's id."""
        ...

    async def list_orders(self, book: str, since: datetime) -> Sequence[PaperOrder]:
        """Orders placed or moved at or after `since`, oldest first, plus every one still open."""
        ...

    async def list_trades(self, book: str, since: datetime) -> Sequence[Trade]:
        """Fills at or after `since`, oldest first."""
        ...


class PaperBooks(Protocol):
    """The paper broker's books for those who look after them. Every method raises BrokerUnavailable."""

    async def head(self, account_id: AccountId, mode: TradingMode) -> PaperHead:
        """A book's money and settings."""
        ...

    async def request_reset(
        self, account_id: AccountId, mode: TradingMode, capital: Decimal, leverage: Leverage
    ) -> None:
        """Have a book start afresh: within seconds where the service runs, else when it starts."""
        ...

    async def doubts(self, account_id: AccountId, mode: TradingMode, story: AsyncIterator[Link]) -> Sequence[str]:
        """Where the stored book is not what these audit rows lead to; empty when all of it is."""
        ...
