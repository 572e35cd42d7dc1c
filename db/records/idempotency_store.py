"""Stores Idempotency-Keys and the answers to repeat."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from core.ids import ApiKeyId, OrderId
from core.ports import StoredAnswer
from db.connections.store_connection import StoreConnection
from db.tables.orders import idempotency


class IdempotencyStore:
    """Implements core.ports.Idempotency."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def reserve(
        self, api_key_id: ApiKeyId, key: str, fingerprint: str, at: datetime, body: str | None = None
    ) -> StoredAnswer | None:
        """Reserve the key for this request; the answer stored under it, or None when it was free."""
        stored = await self.find(api_key_id, key)
        if stored is None:
            new = {"api_key_id": api_key_id, "key": key, "fingerprint": fingerprint, "created_at": at, "body": body}
            await self._connection.execute(insert(idempotency).values(new))
        return stored

    async def find(self, api_key_id: ApiKeyId, key: str) -> StoredAnswer | None:
        """The answer stored under the key; None when there is none."""
        query = select(idempotency).where(idempotency.c.api_key_id == api_key_id, idempotency.c.key == key)
        row = (await self._connection.execute(query)).first()
        if row is None:
            return None
        order_id = None if row.order_id is None else OrderId(row.order_id)
        return StoredAnswer(row.fingerprint, order_id, row.status, row.body)

    async def store(self, api_key_id: ApiKeyId, key: str, status: int, body: str) -> None:
        """Store the answer to repeat."""
        row = update(idempotency).where(idempotency.c.api_key_id == api_key_id, idempotency.c.key == key)
        await self._connection.execute(row.values(status=status, body=body))

    async def forget_before(self, moment: datetime) -> int:
        """Delete keys that were first used before this moment; how many."""
        old = delete(idempotency).where(idempotency.c.created_at < moment)
        return (await self._connection.execute(old)).rowcount
