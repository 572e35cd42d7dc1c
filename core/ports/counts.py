"""Counts for monitoring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.ids import AccountId


@dataclass(frozen=True, slots=True)
class Step:
    """That an order was shown or sent: when, when it came, and when a person approved it, if one has."""

    kind: str
    at: str
    facts: str
    created_at: datetime
    tapped_at: datetime | None


class Counts(Protocol):
    """Counts of orders and audit rows; each is read off an index."""

    async def count_pending(self) -> int:
        """How many orders wait for a person, of all accounts."""
        ...

    async def count_paused(self) -> int:
        """How many accounts are paused."""
        ...

    async def heads(self) -> Mapping[AccountId, int]:
        """The last number of each account's audit trail."""
        ...

    async def count_kinds(self, account_id: AccountId, after: int, until: int) -> Mapping[str, int]:
        """How many rows of each kind the trail has behind the number `after`, up to and including `until`."""
        ...

    async def list_steps(self, account_id: AccountId, after: int, until: int) -> Sequence[Step]:
        """Each order shown and each leg sent behind the number `after`, up to and including `until`."""
        ...

    async def oldest_waiting(self) -> datetime | None:
        """When the oldest order that waits for a person came; None when none waits."""
        ...

    async def count_unknown_legs(self) -> int:
        """How many legs there are of which nobody knows what the broker did."""
        ...
