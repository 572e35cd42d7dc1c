"""Where it is kept which keys are addresses to post to, and what was posted to them lately."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from core.ids import AccountId, ApiKeyId


class AlertAddressReads(Protocol):
    """Reading senders: keys that are part of an address."""

    async def strategy_of(self, api_key_id: ApiKeyId) -> str | None:
        """The strategy its orders belong to unless they name one, `""` for none; None when it is no sender."""
        ...

    async def strategies(self, account_id: AccountId) -> Mapping[ApiKeyId, str]:
        """Every sender of the account, and its strategy."""
        ...


class AlertAddresses(AlertAddressReads, Protocol):
    """Reading and changing senders."""

    async def add(self, api_key_id: ApiKeyId, strategy: str) -> None:
        """Make this key a sender."""
        ...

    async def first_sent(self, api_key_id: ApiKeyId, fingerprint: str, now: datetime, window: timedelta) -> datetime:
        """When this body was first sent, if that is less than `window` ago; else it is now, and is kept."""
        ...

    async def forget_before(self, moment: datetime) -> int:
        """Drop bodies first sent before; how many."""
        ...
