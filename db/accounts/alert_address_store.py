"""Alert addresses (senders), and what was posted to them lately."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from core.ids import AccountId, ApiKeyId
from db.connections.store_connection import StoreConnection
from db.tables.hooks import alert_addresses, repeats
from db.tables.orders import api_keys


class AlertAddressStore:
    """Implements core.ports.AlertAddresses."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def strategy_of(self, api_key_id: ApiKeyId) -> str | None:
        """The default strategy of this key's alerts, `""` for none; None when the key is no alert address."""
        query = select(alert_addresses.c.strategy).where(alert_addresses.c.api_key_id == api_key_id)
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def strategies(self, account_id: AccountId) -> Mapping[ApiKeyId, str]:
        """Every alert address of the account, with its strategy."""
        query = select(alert_addresses).join(api_keys, api_keys.c.id == alert_addresses.c.api_key_id)
        found = await self._connection.execute(query.where(api_keys.c.account_id == account_id))
        return {ApiKeyId(row.api_key_id): row.strategy for row in found}

    async def add(self, api_key_id: ApiKeyId, strategy: str) -> None:
        """Let alerts be posted under this key, as orders of this strategy."""
        await self._connection.execute(insert(alert_addresses).values(api_key_id=api_key_id, strategy=strategy))

    async def first_sent(self, api_key_id: ApiKeyId, fingerprint: str, now: datetime, window: timedelta) -> datetime:
        """When this body was first sent, if that is less than `window` ago; else it is now, and is kept."""
        same = (repeats.c.api_key_id == api_key_id, repeats.c.fingerprint == fingerprint)
        query = select(repeats.c.first_at).where(*same)
        first_at: datetime | None = (await self._connection.execute(query)).scalar_one_or_none()
        if first_at is None:
            new = {"api_key_id": api_key_id, "fingerprint": fingerprint, "first_at": now}
            await self._connection.execute(insert(repeats).values(new))
            return now
        # A clock that was set back must not make an old signal look like a repeat of the future.
        if first_at <= now < first_at + window:
            return first_at
        await self._connection.execute(update(repeats).where(*same).values(first_at=now))
        return now

    async def forget_before(self, moment: datetime) -> int:
        """Delete bodies that were first sent before this moment; how many."""
        return (await self._connection.execute(delete(repeats).where(repeats.c.first_at < moment))).rowcount
