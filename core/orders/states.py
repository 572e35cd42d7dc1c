"""The two state machines, each one literal table: state → event → state."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from core.errors import IllegalMove


class QueueStatus(StrEnum):
    """The status of an order in the approval queue."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    DENIED = "denied"


class QueueEvent(StrEnum):
    """What can happen to an order in the queue."""

    APPROVE = "approve"
    REJECT = "reject"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


class BrokerStatus(StrEnum):
    """The status of a leg at its broker; `partial` only describes a whole order."""

    READY = "ready"
    SENDING = "sending"
    OPEN = "open"
    TRIGGER_PENDING = "trigger pending"
    COMPLETE = "complete"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    PARTIAL = "partial"


class LegEvent(StrEnum):
    """What can happen to a leg."""

    CLAIM = "claim"
    LAPSE = "lapse"
    NOT_SENT = "not_sent"
    LOST = "lost"
    PROVED_ABSENT = "proved_absent"
    ASKED = "asked"
    SENT_AGAIN = "sent_again"
    DROPPED = "dropped"
    SEEN_OPEN = "seen open"
    SEEN_TRIGGER_PENDING = "seen trigger pending"
    SEEN_COMPLETE = "seen complete"
    SEEN_REJECTED = "seen rejected"
    SEEN_CANCELLED = "seen cancelled"


_Q, _QE = QueueStatus, QueueEvent
QUEUE: Mapping[QueueStatus, Mapping[QueueEvent, QueueStatus]] = {
    _Q.PENDING: {
        _QE.APPROVE: _Q.APPROVED,
        _QE.REJECT: _Q.REJECTED,
        _QE.EXPIRE: _Q.EXPIRED,
        _QE.WITHDRAW: _Q.WITHDRAWN,
    },
    # The second clock: it was approved, and could not be sent before its execution deadline.
    _Q.APPROVED: {_QE.EXPIRE: _Q.EXPIRED},
    _Q.REJECTED: {},
    _Q.EXPIRED: {},
    _Q.WITHDRAWN: {},
    _Q.DENIED: {},
}

_B, _E = BrokerStatus, LegEvent
_SEEN: Mapping[LegEvent, BrokerStatus] = {
    _E.SEEN_OPEN: _B.OPEN,
    _E.SEEN_TRIGGER_PENDING: _B.TRIGGER_PENDING,
    _E.SEEN_COMPLETE: _B.COMPLETE,
    _E.SEEN_REJECTED: _B.REJECTED,
    _E.SEEN_CANCELLED: _B.CANCELLED,
}
LEG: Mapping[BrokerStatus, Mapping[LegEvent, BrokerStatus]] = {
    # A leg that lapses was never sent: the time to execute ran out after its order's other legs were, or it was
    # to close a position that has become smaller.
    _B.READY: {_E.CLAIM: _B.SENDING, _E.LAPSE: _B.CANCELLED},
    _B.SENDING: {_E.NOT_SENT: _B.READY, _E.LOST: _B.UNKNOWN, **_SEEN},
    # Only a broker that refuses a second order of the same client order id can prove absence; of others the client
    # is asked, and decides whether it is sent again under another id, or dropped.
    _B.UNKNOWN: {
        _E.PROVED_ABSENT: _B.READY,
        _E.ASKED: _B.UNKNOWN,
        _E.SENT_AGAIN: _B.READY,
        _E.DROPPED: _B.CANCELLED,
        **_SEEN,
    },
    _B.OPEN: _SEEN,
    _B.TRIGGER_PENDING: _SEEN,
    # A fill that crossed the cancel on its way: the broker's word is the truth.
    _B.CANCELLED: {_E.SEEN_CANCELLED: _B.CANCELLED, _E.SEEN_COMPLETE: _B.COMPLETE},
    # A broker may first say no and then show a fill (a delayed exchange confirmation).
    _B.REJECTED: {_E.SEEN_REJECTED: _B.REJECTED, _E.SEEN_COMPLETE: _B.COMPLETE},
    _B.COMPLETE: {_E.SEEN_COMPLETE: _B.COMPLETE},
}

FINAL_LEG_STATES = frozenset({_B.COMPLETE, _B.REJECTED, _B.CANCELLED})
UNSENT_LEG_STATES = frozenset({_B.READY, _B.SENDING})

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


def _move(table: Mapping[S, Mapping[E, S]], state: S, event: E) -> S:
    try:
        return table[state][event]
    except KeyError:
        raise IllegalMove(f"{event} cannot happen to what is {state}") from None


def next_queue_status(status: QueueStatus, event: QueueEvent) -> QueueStatus:
    """The status after `event`. Raises IllegalMove when the table has no such row."""
    return _move(QUEUE, status, event)


def next_leg_status(status: BrokerStatus, event: LegEvent) -> BrokerStatus:
    """The leg's status after `event`. Raises IllegalMove when the table has no such row."""
    return _move(LEG, status, event)


def seen_event(status: BrokerStatus) -> LegEvent:
    """The event of seeing `status` at the broker. Raises IllegalMove for a status that only we use."""
    for event, target in _SEEN.items():
        if target is status:
            return event
    raise IllegalMove(f"a broker cannot report {status}")


def fold(statuses: Iterable[BrokerStatus], *, filled: bool = False) -> BrokerStatus | None:
    """A whole order's broker status out of its legs': None before anything was claimed.

    `filled` when any of several traded at all: what was cut short after that is partial, not gone.
    """
    present = set(statuses)
    if present <= {_B.READY}:
        return None
    if present == {_B.COMPLETE}:
        return _B.COMPLETE
    for dominant in (_B.UNKNOWN, _B.SENDING, _B.READY, _B.OPEN, _B.TRIGGER_PENDING):
        if dominant in present:
            return _B.SENDING if dominant is _B.READY else dominant
    if filled or _B.COMPLETE in present:
        return _B.PARTIAL
    return _B.CANCELLED if present == {_B.CANCELLED} else _B.REJECTED
