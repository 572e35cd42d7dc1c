"""When each key was used last: noted in memory at every use, written down for all of them now and then."""

from datetime import datetime

from core.clock import Clock
from core.ids import ApiKeyId
from core.ports import Database


class KeyUse:
    """Notes uses, which costs a request nothing; a crash forgets those since the last `write_down`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._used: dict[ApiKeyId, datetime] = {}

    def note(self, key_id: ApiKeyId) -> None:
        """This key was used now."""
        self._used[key_id] = self._clock.now()

    async def write_down(self) -> None:
        """Store what was noted since the last time, in one transaction. Raises Unready; then it is noted still."""
        used = dict(self._used)
        if not used:
            return
        async with self._database.begin() as tx:
            await tx.accounts.record_key_use(used)
            await tx.commit()
        self._used = {key_id: at for key_id, at in self._used.items() if used.get(key_id) != at}
