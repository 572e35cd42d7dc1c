"""Who pressed what, and whether they may: the part that every decision about a waiting order shares."""

from dataclasses import dataclass
from datetime import datetime

from core.accounts import Account, Approver
from core.audit import Actor, Event, Kind
from core.ids import SYSTEM_ACCOUNT, OrderId
from core.orders.decisions import WITHOUT_AUTHORITY, Answer, Presser, Verdict, judge
from core.orders.order import Order
from core.ports import Transaction
from core.services.execution.unmoved import unless_moved


@dataclass(frozen=True, slots=True)
class Pressed:
    """Who decides about which version of an order."""

    order_id: OrderId
    version: int
    presser: Presser


@dataclass(frozen=True, slots=True)
class Authority:
    """An order that waits, and who may decide about it."""

    order: Order
    account: Account
    approver: Approver


async def require_authority(
    tx: Transaction, pressed: Pressed, now: datetime, known: Order | None = None
) -> Authority | Verdict:
    """The order and the presser's right to decide it at this version, or the verdict that refuses them.

    `known` is the order as it was read before, which is trusted unless it has moved.
    """
    order_id, presser = pressed.order_id, pressed.presser
    standing = await tx.accounts.find_standing(order_id, presser)
    if standing is None:
        return await refuse(tx, None, presser, Answer.NOT_LINKED, now)
    order = await unless_moved(tx, known, order_id, standing)
    # The person has read another order's card than the one they would decide.
    if standing.shows not in (None, order_id):
        return await refuse(tx, order, presser, Answer.FORGED, now)
    against = judge(order, standing.account, standing.approver, pressed.version, now)
    if against is not None:
        return await refuse(tx, order, presser, against, now)
    assert standing.approver is not None
    return Authority(order, standing.account, standing.approver)


async def refuse(tx: Transaction, order: Order | None, presser: Presser, answer: Answer, now: datetime) -> Verdict:
    """The verdict of a refused press; one for lack of authority is audited, a lost race is not."""
    if answer not in WITHOUT_AUTHORITY:
        return Verdict(answer, order)
    account_id = order.account_id if order is not None else SYSTEM_ACCOUNT
    facts = {"why": answer.value, "chat": presser.chat_id, "message": presser.message_id}
    order_id = order.id if order is not None else None
    await tx.audit.append(Event(account_id, Kind.DECISION_REFUSED, actor_of(presser), now, order_id, facts))
    await tx.commit()
    return Verdict(answer)


def actor_of(presser: Presser) -> Actor:
    """The person as the trail names them."""
    return Actor("telegram", presser.name, presser.user_id)
