"""Stops standing approvals, in the transaction of what stops them."""

from datetime import datetime

from core.audit import SYSTEM, Actor, Event, Kind
from core.ids import AccountId, OrderId, UserId
from core.orders.order import STANDING
from core.orders.states import QueueEvent, next_queue_status
from core.ports import Decision, Transaction
from core.standing.approvals import StandingId


async def stop_one(
    tx: Transaction, account_id: AccountId, standing_id: StandingId, actor: Actor, now: datetime
) -> list[OrderId] | None:
    """Stop one and what was to be sent under it but has not left; those orders, or None: it was stopped already."""
    if not await tx.standing.stop(standing_id, actor.name or "the command line", now):
        return None
    facts = {"standing": standing_id}
    await tx.audit.append(Event(account_id, Kind.STANDING_STOPPED, actor, now, facts=facts))
    return [one for one in await tx.standing.list_unsent(standing_id) if await _expire(tx, one, standing_id, now)]


async def stop_all(
    tx: Transaction, account_id: AccountId, actor: Actor, now: datetime, given_by: UserId | None = None
) -> None:
    """Stop all of an account, or those that one person gave."""
    for number in await tx.standing.list_numbers(account_id, given_by):
        await stop_one(tx, account_id, number, actor, now)


async def _expire(tx: Transaction, order_id: OrderId, standing_id: StandingId, now: datetime) -> bool:
    order = await tx.orders.get(order_id)
    why = f"{STANDING}{standing_id} was stopped before it was sent"
    over = Decision(next_queue_status(order.status, QueueEvent.EXPIRE), now, by="stop", reason=why)
    if not await tx.orders.decide(order.id, order.status, order.version, over):
        return False
    await tx.audit.append(Event(order.account_id, Kind.ORDER_EXPIRED, SYSTEM, now, order.id, {"why": why}))
    return True
