"""Where the audit trail, open questions, kept answers and heartbeats are."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.audit import Event, Head, Link
from core.ids import AccountId, ApiKeyId, OrderId, UserId


class AuditTrail(Protocol):
    """Writing and reading the chain."""

    async def append(self, *events: Event) -> None:
        """Chain these events, in the caller's transaction."""
        ...

    def links(self, account_id: AccountId) -> AsyncIterator[Link]:
        """The account's rows in the order of their numbers."""
        ...

    async def after(self, account_id: AccountId, seq: int, limit: int) -> Sequence[Link]:
        """The account's rows behind the number `seq`, in their order."""
        ...

    async def leg_events(self, order_id: OrderId, until: int) -> Sequence[Link]:
        """What happened to an order's legs, up to and including the number `until`, in order."""
        ...

    async def head(self, account_id: AccountId) -> Head:
        """The last number and hash that were written."""
        ...

    async def chained_accounts(self) -> Sequence[AccountId]:
        """Every account that has a chain."""
        ...


class Confirmations(Protocol):
    """Questions that work once."""

    async def ask(self, token: str, user_id: UserId, what: str, expires_at: datetime) -> None:
        """Remember a question put to one person."""
        ...

    async def take(self, token: str, user_id: UserId, now: datetime) -> str | None:
        """Use it up: what was asked, or None when it is unknown, used, too old or another's."""
        ...


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What is known under an Idempotency-Key; `status` is None while the first request runs.

    Without a status, `body` may already say why there was nothing to do.
    """

    fingerprint: str
    order_id: OrderId | None
    status: int | None
    body: str | None


class IdempotencyReads(Protocol):
    """Reading kept answers."""

    async def find(self, api_key_id: ApiKeyId, key: str) -> StoredAnswer | None:
        """What is stored."""
        ...


class Idempotency(IdempotencyReads, Protocol):
    """Answers kept for 24 hours under the caller's key."""

    async def reserve(
        self, api_key_id: ApiKeyId, key: str, fingerprint: str, at: datetime, body: str | None = None
    ) -> StoredAnswer | None:
        """Take the key, noting `body` until there is an answer; what is stored already, or None: it is ours."""
        ...

    async def store(self, api_key_id: ApiKeyId, key: str, status: int, body: str) -> None:
        """Keep the answer."""
        ...

    async def forget_before(self, moment: datetime) -> int:
        """Drop what is older; how many."""
        ...


class Heartbeats(Protocol):
    """The latest moment at which this database was known to be served."""

    async def last(self) -> datetime | None:
        """None for a new database."""
        ...

    async def beat(self, at: datetime) -> None:
        """Move it forward; never back."""
        ...
