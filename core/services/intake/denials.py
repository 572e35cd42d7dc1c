"""Audits requests that were refused on arrival and became no order."""

from collections.abc import Mapping

from core.accounts import Caller
from core.audit import Actor, Event, Kind
from core.clock import Clock
from core.ports import Database


class Denials:
    """Records what strategies were refused."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def record(self, caller: Caller, why: str, request: Mapping[str, object]) -> None:
        """Record why this request became no order. Raises Unready."""
        await self.record_as(Kind.ORDER_DENIED, caller, {"why": why, "request": request})

    async def record_as(self, kind: Kind, caller: Caller, facts: Mapping[str, object]) -> None:
        """Record a refusal of this kind, in a transaction of its own. Raises Unready."""
        actor = Actor("key", "", caller.api_key_id)
        async with self._database.begin() as tx:
            await tx.audit.append(Event(caller.account.id, kind, actor, self._clock.now(), facts=facts))
            await tx.commit()
