"""The stores of the audit trail, confirmations, idempotent answers and heartbeats."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.audit import Event, Head, Link
from core.ids import AccountId, ApiKeyId, OrderId, UserId


class AuditTrail(Protocol):
    """Writing and reading the audit trail."""

    async def append(self, *events: Event) -> None:
        """Append these events to their accounts' chains, in the caller's transaction."""
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
    """Questions to a person that can be confirmed once."""

    async def ask(self, token: str, user_id: UserId, what: str, expires_at: datetime) -> None:
        """Remember a question put to one person."""
        ...

    async def take(self, token: str, user_id: UserId, now: datetime) -> str | None:
        """Use it up: what was asked, or None when it is unknown, used, too old or another's."""
        ...

    async def find(self, token: str, user_id: UserId) -> str | None:
        """What this person was asked, whether or not that is open still; None when they were not."""
        ...


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What is stored under an Idempotency-Key; `status` is None while the first request runs.

    Without a status, `body` may already say why there was nothing to do.
    """

    fingerprint: str
    order_id: OrderId | None
    status: int | None
    body: str | None


class IdempotencyReads(Protocol):
    """Reading stored answers."""

    async def find(self, api_key_id: ApiKeyId, key: str) -> StoredAnswer | None:
        """The stored answer of this key, or None."""
        ...


class Idempotency(IdempotencyReads, Protocol):
    """Answers kept for 24 hours under the caller's key."""

    async def reserve(
        self, api_key_id: ApiKeyId, key: str, fingerprint: str, at: datetime, body: str | None = None
    ) -> StoredAnswer | None:
        """Take the key, noting `body` until there is an answer; what is stored already, or None: it is ours."""
        ...

    async def store(self, api_key_id: ApiKeyId, key: str, status: int, body: str) -> None:
        """Store the answer."""
        ...

    async def forget_before(self, moment: datetime) -> int:
        """Delete older answers; returns how many."""
        ...


class Heartbeats(Protocol):
    """The latest moment at which this database was known to be served."""

    async def last(self) -> datetime | None:
        """The last heartbeat; None for a new database."""
        ...

    async def beat(self, at: datetime) -> None:
        """Store this moment, unless a later one is stored."""
        ...
