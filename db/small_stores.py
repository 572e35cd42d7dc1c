"""Confirmations, idempotency keys and heartbeats: one small table each."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ids import ApiKeyId, OrderId, UserId
from core.ports import StoredAnswer
from db.tables import confirmations, heartbeats, idempotency

THE_ONE = 1


class ConfirmationStore:
    """Implements core.ports.Confirmations."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ask(self, token: str, user_id: UserId, what: str, expires_at: datetime) -> None:
        """Remember a question put to one person."""
        new = {"token": token, "user_id": user_id, "what": what, "expires_at": expires_at}
        await self._connection.execute(insert(confirmations).values(new))

    async def take(self, token: str, user_id: UserId, now: datetime) -> str | None:
        """Use it up: what was asked, or None when it is unknown, used, too old or another's."""
        open_question = (
            confirmations.c.token == token,
            confirmations.c.user_id == user_id,
            confirmations.c.used_at.is_(None),
            confirmations.c.expires_at > now,
        )
        swap = update(confirmations).where(*open_question).values(used_at=now)
        if (await self._connection.execute(swap)).rowcount != 1:
            return None
        query = select(confirmations.c.what).where(confirmations.c.token == token)
        return str((await self._connection.execute(query)).scalar_one())


class IdempotencyStore:
    """Implements core.ports.Idempotency."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def reserve(
        self, api_key_id: ApiKeyId, key: str, fingerprint: str, at: datetime, body: str | None = None
    ) -> StoredAnswer | None:
        """Take the key; what is stored already, or None when it is now ours."""
        stored = await self.find(api_key_id, key)
        if stored is None:
            new = {"api_key_id": api_key_id, "key": key, "fingerprint": fingerprint, "created_at": at, "body": body}
            await self._connection.execute(insert(idempotency).values(new))
        return stored

    async def find(self, api_key_id: ApiKeyId, key: str) -> StoredAnswer | None:
        """What is stored."""
        query = select(idempotency).where(idempotency.c.api_key_id == api_key_id, idempotency.c.key == key)
        row = (await self._connection.execute(query)).first()
        if row is None:
            return None
        order_id = None if row.order_id is None else OrderId(row.order_id)
        return StoredAnswer(row.fingerprint, order_id, row.status, row.body)

    async def store(self, api_key_id: ApiKeyId, key: str, status: int, body: str) -> None:
        """Keep the answer."""
        row = update(idempotency).where(idempotency.c.api_key_id == api_key_id, idempotency.c.key == key)
        await self._connection.execute(row.values(status=status, body=body))

    async def forget_before(self, moment: datetime) -> int:
        """Drop what is older; how many."""
        old = delete(idempotency).where(idempotency.c.created_at < moment)
        return (await self._connection.execute(old)).rowcount


class HeartbeatStore:
    """Implements core.ports.Heartbeats."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def last(self) -> datetime | None:
        """None for a new database."""
        return (await self._connection.execute(select(heartbeats.c.at))).scalar_one_or_none()

    async def beat(self, at: datetime) -> None:
        """Move it forward; never back."""
        last = await self.last()
        if last is None:
            await self._connection.execute(insert(heartbeats).values(id=THE_ONE, at=at))
        elif at > last:
            await self._connection.execute(update(heartbeats).values(at=at))
