"""Audits requests that were refused on arrival and became no order."""

from collections.abc import Mapping

from core.accounts import Caller
from core.audit import Actor, Event, Kind
from core.clock import Clock
from core.ports import Database


class Denials:
    """Records refused orders."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def record(self, caller: Caller, why: str, request: Mapping[str, object]) -> None:
        """Record why this request became no order. Raises Unready."""
        facts = {"why": why, "request": request}
        event = Event(
            caller.account.id, Kind.ORDER_DENIED, Actor("key", "", caller.api_key_id), self._clock.now(), facts=facts
        )
        async with self._database.begin() as tx:
            await tx.audit.append(event)
            await tx.commit()
