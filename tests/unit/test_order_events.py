"""Which rows of the trail a strategy is told of, and under what name."""

import json
from datetime import timedelta

import pytest

from core.audit import SYSTEM, Event, Kind, Link, forge
from core.ids import AccountId, OrderId, UserId
from core.orders.order import Order
from core.orders.order_events import HOOKED, EventName, StrategyEvent, event_name_of
from core.orders.order_view import order_as_json
from core.orders.states import QueueStatus
from tests.factories import START, a_leg, an_order

APPROVED = an_order(
    a_leg(number=1), a_leg(number=2), status=QueueStatus.APPROVED, approved_by_id=UserId(1), approved_at=START
)


def row(kind: Kind, seq: int = 1, leg: int | None = None) -> Link:
    """A row of the trail."""
    facts = {"leg": leg} if leg is not None else None
    return forge(Event(AccountId(1), kind, SYSTEM, START, OrderId(7), facts), seq, "0")


def told(*rows: tuple[Kind, int], order: Order = APPROVED) -> list[str | None]:
    """What each of these rows, of legs, means."""
    links = [row(kind, seq, leg) for seq, (kind, leg) in enumerate(rows, 1)]
    return [event_name_of(link, order, links[: link.seq]) for link in links]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Kind.ORDER_RECEIVED, EventName.QUEUED),
        (Kind.ORDER_REVISED, EventName.REVISED),
        (Kind.ORDER_APPROVED, EventName.APPROVED),
        (Kind.ORDER_REJECTED, EventName.REJECTED),
        (Kind.ORDER_REASON_GIVEN, EventName.REASON_GIVEN),
        (Kind.ORDER_EXPIRED, EventName.EXPIRED),
        (Kind.ORDER_WITHDRAWN, EventName.WITHDRAWN),
        (Kind.ORDER_SHOWN, None),
        (Kind.DECISION_REFUSED, None),
    ],
)
def test_what_happens_to_an_order_has_a_name(kind: Kind, name: EventName | None) -> None:
    assert event_name_of(row(kind), an_order(), ()) is name


def test_an_order_that_needed_no_approval_was_never_queued() -> None:
    by_itself = an_order(status=QueueStatus.APPROVED, approved_at=START, approved_by="auto")

    assert event_name_of(row(Kind.ORDER_RECEIVED), by_itself, ()) is None
    assert event_name_of(row(Kind.ORDER_APPROVED), by_itself, ()) is EventName.APPROVED


def test_an_order_is_executed_when_its_last_leg_is_filled() -> None:
    assert told((Kind.LEG_SENDING, 1), (Kind.LEG_FILLED, 1), (Kind.LEG_SENDING, 2), (Kind.LEG_FILLED, 2)) == [
        "leg",
        "leg",
        "leg",
        "executed",
    ]


@pytest.mark.parametrize("ending", [Kind.LEG_REJECTED, Kind.LEG_CANCELLED, Kind.LEG_LAPSED])
def test_an_order_failed_when_no_leg_can_move_and_one_is_not_filled(ending: Kind) -> None:
    assert told((Kind.LEG_FILLED, 1), (Kind.LEG_SENDING, 2), (ending, 2)) == ["leg", "leg", "failed"]


def test_an_order_whose_leg_is_in_doubt_has_not_ended() -> None:
    assert told((Kind.LEG_FILLED, 1), (Kind.LEG_SENDING, 2), (Kind.LEG_UNKNOWN, 2)) == ["leg", "leg", "leg"]


def test_a_leg_that_rests_ends_when_it_fills() -> None:
    assert told((Kind.LEG_FILLED, 1), (Kind.LEG_ACKNOWLEDGED, 2), (Kind.LEG_FILLED, 2)) == ["leg", "leg", "executed"]


def test_the_end_is_told_once() -> None:
    assert told((Kind.LEG_FILLED, 1), (Kind.LEG_FILLED, 2), (Kind.LEG_FILLED, 2)) == ["leg", "executed", "leg"]


def test_a_fill_after_a_cancel_turns_a_failure_into_an_execution() -> None:
    rows = ((Kind.LEG_FILLED, 1), (Kind.LEG_CANCELLED, 2), (Kind.LEG_FILLED, 2))

    assert told(*rows) == ["leg", "failed", "executed"]


def test_hooks_are_told_of_every_end_and_of_no_single_leg() -> None:
    ends = {"queued", "approved", "rejected", "expired", "withdrawn", "executed", "failed"}

    assert set(HOOKED) == ends


def test_the_body_is_the_order_as_pendingorder_tells_it() -> None:
    order = an_order(expires_at=START + timedelta(minutes=15))
    body = StrategyEvent(9, EventName.QUEUED, "2026-11-23T04:30:00+00:00", order).body()

    assert body == {"event": "queued", "occurred_at": "2026-11-23T04:30:00+00:00", "data": order_as_json(order)}
    assert json.dumps(body)
