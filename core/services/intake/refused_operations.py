"""Records that a strategy was refused an operation on what its broker holds, so that the client is told."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from core.accounts import Caller
from core.audit import Kind
from core.errors import BrokerError, BrokerRefused, CountersignError, NotFound, OutcomeUnknown, Unready
from core.ids import BrokerOrderId
from core.orders.intents import Intent, Single
from core.orders.order import LegTerms
from core.orders.router import Operation
from core.portfolio.exits import Exit, exit_of
from core.ports import Database
from core.services.intake.denials import Denials
from core.services.intake.refused_exits import REFUSALS, RefusedExits

_CHANGES = frozenset({Operation.MODIFYORDER, Operation.MODIFYGTTORDER})
_CANCELS = frozenset({Operation.CANCELORDER, Operation.CANCELALLORDER, Operation.CANCELGTTORDER})
_NAMES = ("orderid", "trigger_id")


@dataclass(frozen=True, slots=True)
class AskedOperation:
    """What a strategy wants done; `facts` name the order or trigger, `intent` are the new terms of a change."""

    caller: Caller
    operation: Operation
    facts: Mapping[str, object]
    intent: Intent | None = None


class RefusedOperations:
    """Tells of cancellations that did not happen, and of changes to what leaves or protects a position.

    What the mode table forbids is recorded where it is asked.
    """

    def __init__(self, database: Database, exits: RefusedExits, denials: Denials) -> None:
        self._database = database
        self._exits = exits
        self._denials = denials

    @asynccontextmanager
    async def told(self, asked: AskedOperation) -> AsyncIterator[None]:
        """Record it if the block ends in a refusal, and raise that."""
        try:
            yield
        except (*REFUSALS, BrokerError) as why:
            # What the broker does not have any more has mostly been executed, and that is told.
            if asked.operation not in _CANCELS or not isinstance(why, NotFound | BrokerRefused):
                await self.note(asked, why)
            raise

    async def note(self, asked: AskedOperation, why: CountersignError) -> None:
        """Record it, a change only if it may have been one of what leaves or protects a position."""
        facts: dict[str, object] = {"operation": asked.operation.value, **asked.facts, "why": str(why)}
        if asked.operation in _CHANGES:
            found = await self._find_exit(asked)
            if found is None:
                return
            facts["how"] = found.how
        if isinstance(why, OutcomeUnknown):
            facts["in_doubt"] = "yes"
        with suppress(Unready):
            await self._denials.record_as(Kind.OPERATION_REFUSED, asked.caller, facts)

    async def note_new_order(self, caller: Caller, strategy: str, intent: Intent, why: str) -> None:
        """Record a new order of which only the side and the instrument could be read, if it may have been an exit."""
        await self._exits.note_unread(caller, strategy, intent, why)

    async def _find_exit(self, asked: AskedOperation) -> Exit | None:
        """What the new terms or those that stand would do to what is held: a stop may become something else."""
        stands = await self._stands(asked)
        intents = [one for one in (asked.intent, Single(stands) if stands else None) if one is not None]
        if not intents:
            return None
        held = await self._exits.held_by(asked.caller.account)
        exits = [found for one in intents if (found := exit_of(one, held)) is not None]
        return next((one for one in exits if one.protects), exits[0] if exits else None)

    async def _stands(self, asked: AskedOperation) -> LegTerms | None:
        """The terms of the order or trigger that is named, if it is one of ours."""
        number = next((str(asked.facts[name]) for name in _NAMES if name in asked.facts), None)
        if number is None:
            return None
        with suppress(Unready):
            async with self._database.read() as tx:
                order = await tx.orders.find_by_broker_order_id(asked.caller.account.id, BrokerOrderId(number))
            legs = order.legs if order is not None else ()
            return next((leg.terms for leg in legs if leg.broker_order_id == number), None)
        return None
