"""Counts for monitoring."""

from collections.abc import Mapping
from typing import Protocol

from core.ids import AccountId


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
