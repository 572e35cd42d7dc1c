"""Whatever happens in whatever order, the state machines stay on their tables."""

from hypothesis import given
from hypothesis import strategies as st

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
)

SURPRISES = {
    (BrokerStatus.CANCELLED, BrokerStatus.COMPLETE),
    (BrokerStatus.REJECTED, BrokerStatus.COMPLETE),
}
"""A fill after a cancel, and a fill after a no: the only ways out of a final state."""


@given(st.lists(st.sampled_from(QueueEvent), max_size=20))
def test_a_person_decides_at_most_once(events: list[QueueEvent]) -> None:
    status, decisions = QueueStatus.PENDING, 0

    for event in events:
        try:
            status = next_queue_status(status, event)
        except IllegalMove:
            continue
        decisions += event in {QueueEvent.APPROVE, QueueEvent.REJECT, QueueEvent.WITHDRAW}

    assert decisions <= 1


@given(st.lists(st.sampled_from(QueueEvent), max_size=20))
def test_what_was_not_approved_never_is(events: list[QueueEvent]) -> None:
    status, closed = QueueStatus.PENDING, False

    for event in events:
        try:
            status = next_queue_status(status, event)
        except IllegalMove:
            continue
        closed = closed or status not in {QueueStatus.PENDING, QueueStatus.APPROVED}

        assert not (closed and status is QueueStatus.APPROVED)


@given(st.lists(st.sampled_from(LegEvent), max_size=40))
def test_a_leg_leaves_a_final_state_only_by_the_documented_surprises(events: list[LegEvent]) -> None:
    status = BrokerStatus.READY

    for event in events:
        before = status
        try:
            status = next_leg_status(status, event)
        except IllegalMove:
            assert status is before
            continue

        assert before not in FINAL_LEG_STATES or status is before or (before, status) in SURPRISES


@given(st.lists(st.sampled_from(LegEvent), max_size=40))
def test_a_leg_is_only_sent_again_when_it_certainly_never_arrived(events: list[LegEvent]) -> None:
    status, may_be_at_the_broker = BrokerStatus.READY, False

    for event in events:
        try:
            status = next_leg_status(status, event)
        except IllegalMove:
            continue
        if event is LegEvent.CLAIM:
            assert not may_be_at_the_broker
            may_be_at_the_broker = True
        elif event in {LegEvent.NOT_SENT, LegEvent.PROVED_ABSENT}:
            may_be_at_the_broker = False


@given(st.lists(st.sampled_from(sorted(set(BrokerStatus) - {BrokerStatus.PARTIAL})), min_size=1, max_size=6))
def test_an_order_counts_as_done_only_when_every_leg_is(legs: list[BrokerStatus]) -> None:
    whole = fold(legs)

    done = whole in FINAL_LEG_STATES | {BrokerStatus.PARTIAL}
    assert done == all(leg in FINAL_LEG_STATES for leg in legs)


@given(st.lists(st.sampled_from(sorted(set(BrokerStatus) - {BrokerStatus.PARTIAL})), min_size=1), st.booleans())
def test_an_order_is_only_complete_when_every_leg_is(legs: list[BrokerStatus], filled: bool) -> None:
    assert (fold(legs, filled=filled) is BrokerStatus.COMPLETE) == (set(legs) == {BrokerStatus.COMPLETE})


@given(st.lists(st.sampled_from(sorted(FINAL_LEG_STATES)), min_size=1), st.booleans())
def test_an_ended_order_of_which_anything_traded_never_counts_as_gone(legs: list[BrokerStatus], filled: bool) -> None:
    traded = filled or BrokerStatus.COMPLETE in legs

    gone = fold(legs, filled=filled) in {BrokerStatus.REJECTED, BrokerStatus.CANCELLED}

    assert gone == (not traded)
