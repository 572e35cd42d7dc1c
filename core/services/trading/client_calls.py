"""What a client asks of a broker that changes what it holds: confirmed, written down, then called once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.audit import Event, Kind
from core.client.plans import Plan, Target
from core.errors import BrokerError, NotFound, OutcomeUnknown
from core.ids import BrokerOrderId, UserId
from core.orders.broker_order import BrokerOrder
from core.ports import Transaction
from core.services.access.authority import actor_of, require_decider
from core.services.trading.client_context import ClientContext
from core.services.trading.recorded_calls import Call, Facts, RecordedCalls

ANOTHER_QUESTION = "This question is about something else."


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one order: the broker's answer, or why there is none."""

    target: Target
    answer: BrokerOrder | None = None
    problem: str = ""
    is_unknown: bool = False
    """Whether the broker may have done it all the same."""


class ClientCalls:
    """Uses a question up, and carries out what it allowed."""

    def __init__(self, context: ClientContext, calls: RecordedCalls) -> None:
        self._context = context
        self._calls = calls

    async def intend(
        self, user_id: UserId, token: str, plan: Plan, kind: Kind, facts: Sequence[Facts]
    ) -> Sequence[Event]:
        """Use the question up and write down what will be asked of the broker, in one transaction.

        Raises NotFound, Unauthorized, Unready; then nothing may be asked.
        """
        async with self._context.database.begin() as tx:
            await self._context.confirmations.take(tx, token, user_id)
            _, approver = await require_decider(tx, plan.account_id, user_id)
            actor = actor_of(approver)
            events = [
                await _with_our_number(tx, self._calls.event(plan.account_id, actor, kind, one)) for one in facts
            ]
            await tx.audit.append(*events)
            await tx.commit()
        return events

    async def carry_out(self, intention: Event, target: Target, call: Call) -> Outcome:
        """Call the broker for an intention that is on the trail; its refusals and silences are outcomes too."""
        try:
            return Outcome(target, await self._calls.carry_out(intention, call))
        except OutcomeUnknown as doubt:
            return Outcome(target, problem=str(doubt), is_unknown=True)
        except (BrokerError, NotFound) as fault:
            return Outcome(target, problem=str(fault))


async def _with_our_number(tx: Transaction, event: Event) -> Event:
    """The event under the number of our order, if this one is ours."""
    facts = event.facts or {}
    number = BrokerOrderId(str(facts.get("orderid") or facts.get("trigger_id")))
    order = await tx.orders.find_by_broker_order_id(event.account_id, number)
    return event if order is None else replace(event, order_id=order.id)


def named(target: Target) -> Facts:
    """The order or trigger, as the facts of an audit event."""
    return {"trigger_id" if target.is_gtt else "orderid": target.broker_order_id}
