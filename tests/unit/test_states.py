"""The two state machines: every row of their tables, and nothing else."""

from itertools import product

import pytest

from core.errors import IllegalMove
from core.orders.states import (
    FINAL_LEG_STATES,
    BrokerStatus,
    LegEvent,
    QueueEvent,
    QueueStatus,
    fold,
    next_leg_status,
    next_queue_status,
    seen_event,
)

Q, QE, B, E = QueueStatus, QueueEvent, BrokerStatus, LegEvent

QUEUE_ROWS = {
    (Q.PENDING, QE.APPROVE): Q.APPROVED,
    (Q.PENDING, QE.REJECT): Q.REJECTED,
    (Q.PENDING, QE.EXPIRE): Q.EXPIRED,
    (Q.PENDING, QE.WITHDRAW): Q.WITHDRAWN,
    (Q.APPROVED, QE.EXPIRE): Q.EXPIRED,
}
ANY_WORD = (B.OPEN, B.TRIGGER_PENDING, B.COMPLETE, B.REJECTED, B.CANCELLED)
SEEN = {
    B.OPEN: E.SEEN_OPEN,
    B.TRIGGER_PENDING: E.SEEN_TRIGGER_PENDING,
    B.COMPLETE: E.SEEN_COMPLETE,
    B.REJECTED: E.SEEN_REJECTED,
    B.CANCELLED: E.SEEN_CANCELLED,
}
LEG_ROWS = {
    (B.READY, E.CLAIM): B.SENDING,
    (B.READY, E.LAPSE): B.CANCELLED,
    (B.SENDING, E.NOT_SENT): B.READY,
    (B.SENDING, E.LOST): B.UNKNOWN,
    (B.UNKNOWN, E.PROVED_ABSENT): B.READY,
    (B.UNKNOWN, E.ASKED): B.UNKNOWN,
    (B.UNKNOWN, E.SENT_AGAIN): B.READY,
    (B.UNKNOWN, E.DROPPED): B.CANCELLED,
    (B.CANCELLED, E.SEEN_CANCELLED): B.CANCELLED,
    (B.CANCELLED, E.SEEN_COMPLETE): B.COMPLETE,
    (B.REJECTED, E.SEEN_REJECTED): B.REJECTED,
    (B.REJECTED, E.SEEN_COMPLETE): B.COMPLETE,
    (B.COMPLETE, E.SEEN_COMPLETE): B.COMPLETE,
} | {(at, SEEN[word]): word for at, word in product((B.SENDING, B.UNKNOWN, B.OPEN, B.TRIGGER_PENDING), ANY_WORD)}


@pytest.mark.parametrize(("status", "event"), [*product(Q, QE)])
def test_order_moves_exactly_as_its_table_says(status: QueueStatus, event: QueueEvent) -> None:
    becomes = QUEUE_ROWS.get((status, event))

    if becomes is None:
        with pytest.raises(IllegalMove, match=f"{event} cannot happen to what is {status}"):
            next_queue_status(status, event)
    else:
        assert next_queue_status(status, event) is becomes


@pytest.mark.parametrize(("status", "event"), [*product(B, E)])
def test_leg_moves_exactly_as_its_table_says(status: BrokerStatus, event: LegEvent) -> None:
    becomes = LEG_ROWS.get((status, event))

    if becomes is None:
        with pytest.raises(IllegalMove, match=f"{event} cannot happen to what is {status}"):
            next_leg_status(status, event)
    else:
        assert next_leg_status(status, event) is becomes


@pytest.mark.parametrize("status", B)
def test_only_a_brokers_own_words_can_be_seen(status: BrokerStatus) -> None:
    if status in SEEN:
        assert seen_event(status) is SEEN[status]
    else:
        with pytest.raises(IllegalMove, match=f"a broker cannot report {status}"):
            seen_event(status)


def test_final_leg_states_are_what_no_broker_changes_by_itself() -> None:
    assert {B.COMPLETE, B.REJECTED, B.CANCELLED} == FINAL_LEG_STATES


@pytest.mark.parametrize(
    ("legs", "whole"),
    [
        ([], None),
        ([B.READY], None),
        ([B.READY, B.READY], None),
        ([B.SENDING], B.SENDING),
        ([B.OPEN], B.OPEN),
        ([B.TRIGGER_PENDING], B.TRIGGER_PENDING),
        ([B.COMPLETE, B.COMPLETE], B.COMPLETE),
        ([B.REJECTED], B.REJECTED),
        ([B.CANCELLED, B.CANCELLED], B.CANCELLED),
        ([B.UNKNOWN], B.UNKNOWN),
        ([B.COMPLETE, B.UNKNOWN, B.SENDING], B.UNKNOWN),
        ([B.COMPLETE, B.SENDING, B.OPEN], B.SENDING),
        ([B.COMPLETE, B.READY], B.SENDING),
        ([B.REJECTED, B.READY], B.SENDING),
        ([B.COMPLETE, B.OPEN, B.TRIGGER_PENDING], B.OPEN),
        ([B.COMPLETE, B.TRIGGER_PENDING], B.TRIGGER_PENDING),
        ([B.COMPLETE, B.REJECTED], B.PARTIAL),
        ([B.COMPLETE, B.CANCELLED], B.PARTIAL),
        ([B.COMPLETE, B.REJECTED, B.CANCELLED], B.PARTIAL),
        ([B.REJECTED, B.CANCELLED], B.REJECTED),
    ],
)
def test_order_shows_what_its_legs_come_to(legs: list[BrokerStatus], whole: BrokerStatus | None) -> None:
    assert fold(legs) is whole
    assert fold(reversed(legs)) is whole
