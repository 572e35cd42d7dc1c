"""Turns a broker's answer into the new status of a leg, and into its audit event."""

from datetime import datetime

from core.audit import SYSTEM, Actor, Event, Kind
from core.money import plain
from core.orders.broker_order import BrokerOrder
from core.orders.order import Leg, Order
from core.orders.states import LegEvent, next_leg_status, seen_event
from core.ports import Database, LegOutcome, WatchedLeg

_KINDS = {
    LegEvent.CLAIM: Kind.LEG_SENDING,
    LegEvent.LAPSE: Kind.LEG_LAPSED,
    LegEvent.NOT_SENT: Kind.LEG_NOT_SENT,
    LegEvent.LOST: Kind.LEG_UNKNOWN,
    LegEvent.PROVED_ABSENT: Kind.LEG_ABSENT,
    LegEvent.ASKED: Kind.LEG_ASKED,
    LegEvent.SENT_AGAIN: Kind.LEG_SENT_AGAIN,
    LegEvent.DROPPED: Kind.LEG_DROPPED,
    LegEvent.SEEN_OPEN: Kind.LEG_ACKNOWLEDGED,
    LegEvent.SEEN_TRIGGER_PENDING: Kind.LEG_ACKNOWLEDGED,
    LegEvent.SEEN_COMPLETE: Kind.LEG_FILLED,
    LegEvent.SEEN_REJECTED: Kind.LEG_REJECTED,
    LegEvent.SEEN_CANCELLED: Kind.LEG_CANCELLED,
}


def happened(leg: Leg, event: LegEvent, at: datetime, message: str | None = None) -> LegOutcome:
    """The outcome to record when `event` happens to `leg`. Raises IllegalMove."""
    becomes = next_leg_status(leg.broker_status, event)
    return LegOutcome(leg.id, leg.broker_status, becomes, at, leg.attempts, message=message)


def is_recorded(leg: WatchedLeg, book: BrokerOrder) -> bool:
    """Whether everything that the broker says of this leg is recorded already."""
    known = (leg.broker_status, leg.filled_quantity, leg.average_price, leg.message)
    return known == (book.status, book.filled_quantity, book.average_price, book.message)


def seen(leg: Leg, book: BrokerOrder, at: datetime) -> LegOutcome | None:
    """The outcome to record of the broker's order; None when it is recorded already. Raises IllegalMove."""
    becomes = next_leg_status(leg.broker_status, seen_event(book.status))
    outcome = LegOutcome(
        leg.id,
        leg.broker_status,
        becomes,
        at,
        leg.attempts,
        broker_order_id=book.broker_order_id,
        filled_quantity=book.filled_quantity,
        average_price=book.average_price,
        message=book.message,
    )
    known = (leg.broker_status, leg.broker_order_id, leg.filled_quantity, leg.average_price, leg.message)
    reported = (becomes, book.broker_order_id, book.filled_quantity, book.average_price, book.message)
    return None if known == reported else outcome


async def record(database: Database, order: Order, leg: Leg, outcome: LegOutcome, event: LegEvent) -> bool:
    """Write an outcome with its audit event, unless the leg has moved meanwhile. Raises Unready."""
    async with database.begin() as tx:
        if not await tx.orders.record_legs(order.id, [outcome]):
            return False
        await tx.audit.append(audit_event(order, leg, outcome, event))
        await tx.commit()
    return True


def audit_event(order: Order, leg: Leg, outcome: LegOutcome, event: LegEvent, actor: Actor = SYSTEM) -> Event:
    """The audit event of an outcome; `actor` is the person whose decision it is."""
    facts: dict[str, object] = {"leg": leg.number, "client_order_id": leg.client_order_id, "status": outcome.becomes}
    # Everything that the outcome writes, what is empty included: the leg must be what its events lead to.
    if outcome.broker_order_id is not None:
        facts["broker_order_id"] = outcome.broker_order_id
    if outcome.filled_quantity is not None:
        facts["filled_quantity"] = plain(outcome.filled_quantity)
    if outcome.average_price is not None:
        facts["average_price"] = plain(outcome.average_price)
    if outcome.message is not None:
        facts["message"] = outcome.message
    if outcome.client_order_id is not None:
        facts["new_client_order_id"] = outcome.client_order_id
    if outcome.candidates:
        facts["candidates"] = [*outcome.candidates]
    return Event(order.account_id, _KINDS[event], actor, outcome.at, order.id, facts)
