"""Calls to a broker that change what it holds: the intention is on disk before, and the answer after."""

import logging
from collections.abc import Awaitable, Callable, Mapping

from core.audit import Actor, Event, Kind
from core.errors import BrokerError, NotFound, Unready
from core.ids import AccountId
from core.orders.broker_order import BrokerOrder
from core.ports import Database
from core.services.execution.refresh import Refresher
from core.services.trusted_clock import TrustedClock

Facts = Mapping[str, object]
Call = Callable[[], Awaitable[BrokerOrder]]
log = logging.getLogger(__name__)


class RecordedCalls:
    """Writes down who wanted what of a broker, and what it answered."""

    def __init__(self, database: Database, refresher: Refresher, clock: TrustedClock) -> None:
        self._database = database
        self._refresher = refresher
        self._clock = clock

    def event(self, account_id: AccountId, actor: Actor, kind: Kind, facts: Facts) -> Event:
        """The event of this moment."""
        return Event(account_id, kind, actor, self._clock.now(), facts=facts)

    async def record(self, event: Event) -> None:
        """Put one event on the trail. Raises Unready."""
        async with self._database.begin() as tx:
            await tx.audit.append(event)
            await tx.commit()

    async def carry_out(self, intention: Event, call: Call) -> BrokerOrder:
        """Call the broker for an intention that is on the trail, and record the answer. Raises what it raises."""
        facts = intention.facts or {}
        try:
            answer = await call()
        except (BrokerError, NotFound) as fault:
            await self._record_answer(intention, {**facts, "error": str(fault)})
            raise
        await self._record_answer(intention, {**facts, "status": answer.status.value}, answer)
        return answer

    async def _record_answer(self, intention: Event, facts: Facts, answer: BrokerOrder | None = None) -> None:
        """Audit the broker's answer; the caller gets it even when it cannot be stored now."""
        account_id, at = intention.account_id, self._clock.now()
        event = Event(account_id, Kind.BROKER_ANSWERED, intention.actor, at, intention.order_id, facts)
        try:
            await self.record(event)
            if answer is not None:
                await self._refresher.note(account_id, answer)
        except Unready:
            log.exception("a broker's answer could not be recorded: %s", facts)
