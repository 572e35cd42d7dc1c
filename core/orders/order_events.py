"""The events of an order for its strategy, derived from the audit trail."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.audit import Kind, Link
from core.money import ZERO
from core.orders.order import Order
from core.orders.order_view import order_as_json
from core.orders.states import FINAL_LEG_STATES, BrokerStatus, QueueStatus


class EventName(StrEnum):
    """The names of a strategy's events."""

    QUEUED = "queued"
    REVISED = "revised"
    APPROVED = "approved"
    REJECTED = "rejected"
    REASON_GIVEN = "reason_given"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    LEG = "leg"
    EXECUTED = "executed"
    FAILED = "failed"


HOOKED = frozenset(EventName) - {EventName.REVISED, EventName.REASON_GIVEN, EventName.LEG}
"""The events that hooks are sent; streams carry all of them."""

_OF_ORDERS: Mapping[str, EventName] = {
    Kind.ORDER_RECEIVED: EventName.QUEUED,
    Kind.ORDER_REVISED: EventName.REVISED,
    Kind.ORDER_APPROVED: EventName.APPROVED,
    Kind.ORDER_REJECTED: EventName.REJECTED,
    Kind.ORDER_REASON_GIVEN: EventName.REASON_GIVEN,
    Kind.ORDER_EXPIRED: EventName.EXPIRED,
    Kind.ORDER_WITHDRAWN: EventName.WITHDRAWN,
}
_LEG_AFTER: Mapping[str, BrokerStatus] = {
    Kind.LEG_SENDING: BrokerStatus.SENDING,
    Kind.LEG_NOT_SENT: BrokerStatus.READY,
    Kind.LEG_ABSENT: BrokerStatus.READY,
    Kind.LEG_ASKED: BrokerStatus.UNKNOWN,
    Kind.LEG_SENT_AGAIN: BrokerStatus.READY,
    Kind.LEG_DROPPED: BrokerStatus.CANCELLED,
    Kind.LEG_UNKNOWN: BrokerStatus.UNKNOWN,
    Kind.LEG_ACKNOWLEDGED: BrokerStatus.OPEN,
    Kind.LEG_FILLED: BrokerStatus.COMPLETE,
    Kind.LEG_REJECTED: BrokerStatus.REJECTED,
    Kind.LEG_CANCELLED: BrokerStatus.CANCELLED,
    Kind.LEG_LAPSED: BrokerStatus.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class LegChange:
    """A leg as its broker had it at that moment; the price is rupees, the number None before the broker gave one."""

    leg: int
    status: BrokerStatus
    broker_order_id: str | None = None
    filled_quantity: Decimal = ZERO
    average_price: Decimal = ZERO
    message: str = ""


@dataclass(frozen=True, slots=True)
class StrategyEvent:
    """One event: its place in the account's chain, what happened, and the order as it stands now."""

    seq: int
    name: EventName
    occurred_at: str
    order: Order
    change: LegChange | None = None
    """Of a leg's event: how its broker had that leg then."""

    def body(self) -> dict[str, object]:
        """The event's JSON, the same for streams and hooks."""
        return {"event": self.name.value, "occurred_at": self.occurred_at, "data": order_as_json(self.order)}


def is_of_leg(link: Link) -> bool:
    """Whether this row is about one leg."""
    return link.kind in _LEG_AFTER


def change_of(link: Link) -> LegChange | None:
    """What this row says of a leg; None when it is about none."""
    if not is_of_leg(link):
        return None
    facts = json.loads(link.facts)
    return LegChange(
        leg=facts["leg"],
        status=BrokerStatus(facts.get("status", _LEG_AFTER[link.kind])),
        broker_order_id=facts.get("broker_order_id"),
        filled_quantity=Decimal(facts.get("filled_quantity", "0")),
        average_price=Decimal(facts.get("average_price", "0")),
        message=facts.get("message", ""),
    )


def concerns_strategy(link: Link) -> bool:
    """Whether this row can be an event for a strategy, as far as the row alone shows."""
    return link.order_id is not None and (link.kind in _OF_ORDERS or is_of_leg(link))


def event_name_of(link: Link, order: Order, until_then: Iterable[Link]) -> EventName | None:
    """What this row means to the order's strategy, if anything.

    `until_then` are the rows of the order's legs up to and including this one; only a leg's row needs them.
    """
    if not is_of_leg(link):
        name = _OF_ORDERS.get(link.kind)
        # What needed no approval, or was denied on arrival, was never queued.
        was_queued = order.was_queued and order.status is not QueueStatus.DENIED
        return None if name is EventName.QUEUED and not was_queued else name
    rows = list(until_then)
    after = _outcome(len(order.legs), rows)
    if after is None or after is _outcome(len(order.legs), [row for row in rows if row.seq < link.seq]):
        return EventName.LEG
    return after


def _outcome(legs: int, rows: Iterable[Link]) -> EventName | None:
    """How an order ended, once every leg of it is final: all of it filled, or not."""
    statuses: dict[object, BrokerStatus] = {}
    for row in rows:
        statuses[json.loads(row.facts).get("leg")] = _LEG_AFTER[row.kind]
    if len(statuses) < legs or not FINAL_LEG_STATES.issuperset(statuses.values()):
        return None
    is_filled = all(status is BrokerStatus.COMPLETE for status in statuses.values())
    return EventName.EXECUTED if is_filled else EventName.FAILED
