"""The store of alert addresses, and of what was posted to them lately."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from core.ids import AccountId, ApiKeyId


class AlertAddressReads(Protocol):
    """Reading alert addresses: keys that are part of a URL."""

    async def strategy_of(self, api_key_id: ApiKeyId) -> str | None:
        """The default strategy of this key's alerts, `""` for none; None when the key is no alert address."""
        ...

    async def strategies(self, account_id: AccountId) -> Mapping[ApiKeyId, str]:
        """Every alert address of the account, with its strategy."""
        ...


class AlertAddresses(AlertAddressReads, Protocol):
    """Reading and changing alert addresses."""

    async def add(self, api_key_id: ApiKeyId, strategy: str) -> None:
        """Make this key an alert address."""
        ...

    async def first_sent(self, api_key_id: ApiKeyId, fingerprint: str, now: datetime, window: timedelta) -> datetime:
        """When this body was first sent, if that is less than `window` ago; else it is now, and is kept."""
        ...

    async def forget_before(self, moment: datetime) -> int:
        """Delete bodies that were first sent before this moment; returns how many."""
        ...
