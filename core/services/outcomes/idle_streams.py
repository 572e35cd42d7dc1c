"""Finds out whether idle event streams have something new, in one statement for many of them."""

import asyncio
from collections.abc import Mapping

from core.accounts import Caller
from core.errors import Unready
from core.ids import ApiKeyId
from core.ports import Database

TOGETHER = 0.2
"""Seconds in which questions are collected."""


class IdleStreams:
    """Answers whether a stream must look: its trail has grown, or its key is no longer good."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._keys: set[ApiKeyId] = set()
        self._asking: asyncio.Task[Mapping[ApiKeyId, int]] | None = None

    async def must_look(self, caller: Caller, position: int) -> bool:
        """Whether the caller may have events behind `position`, or may not have any more of them."""
        self._keys.add(caller.api_key_id)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask(), name="idle event streams")
        heads = await asyncio.shield(self._asking)
        return heads.get(caller.api_key_id) != position

    async def _ask(self) -> Mapping[ApiKeyId, int]:
        await asyncio.sleep(TOGETHER)
        keys, self._keys, self._asking = self._keys, set(), None
        try:
            async with self._database.read() as tx:
                return await tx.accounts.heads_of_keys(keys)
        except Unready:
            # Whoever looks for itself finds out.
            return {}
