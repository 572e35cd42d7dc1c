"""Stores answers under the caller's Idempotency-Key, so that a repeat gets the first answer again."""

from core.clock import Clock
from core.errors import IdempotencyMismatch, StillRunning
from core.ids import ApiKeyId
from core.ports import Database, IdempotentKey, StoredAnswer


def require_same_request(stored: StoredAnswer, idempotent: IdempotentKey) -> None:
    """Raises IdempotencyMismatch when the key came with another body before."""
    if stored.fingerprint != idempotent.fingerprint:
        raise IdempotencyMismatch()


class IdempotentAnswers:
    """The first answer to each Idempotency-Key."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find(self, api_key_id: ApiKeyId, idempotent: IdempotentKey) -> StoredAnswer | None:
        """What is stored under the key."""
        async with self._database.read() as tx:
            return await tx.idempotency.find(api_key_id, idempotent.key)

    async def reserve(self, api_key_id: ApiKeyId, idempotent: IdempotentKey) -> StoredAnswer | None:
        """None when the caller is the first and must `keep` its answer; else the finished first answer.

        Raises IdempotencyMismatch, and StillRunning while the first has no answer (a crash leaves it so:
        what became of that request is unknown, and it is not carried out again).
        """
        async with self._database.begin() as tx:
            stored = await tx.idempotency.reserve(
                api_key_id, idempotent.key, idempotent.fingerprint, self._clock.now()
            )
            await tx.commit()
        if stored is None:
            return None
        require_same_request(stored, idempotent)
        if stored.status is None:
            raise StillRunning()
        return stored

    async def note_nothing(
        self, api_key_id: ApiKeyId, idempotent: IdempotentKey, message: str
    ) -> StoredAnswer | None:
        """Take the key for a request that had nothing to do; what is stored already when it came before."""
        key, fingerprint, now = idempotent.key, idempotent.fingerprint, self._clock.now()
        async with self._database.begin() as tx:
            stored = await tx.idempotency.reserve(api_key_id, key, fingerprint, now, message)
            await tx.commit()
        return stored

    async def keep(self, api_key_id: ApiKeyId, idempotent: IdempotentKey, status: int, body: str) -> None:
        """Store the answer that was given."""
        async with self._database.begin() as tx:
            await tx.idempotency.store(api_key_id, idempotent.key, status, body)
            await tx.commit()
