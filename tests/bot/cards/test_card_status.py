"""Every standing of an order has its own honest words, and final cards have no decision buttons."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.text import messages as texts
from core.accounts import OrderMode
from core.ids import UserId
from core.orders.order import Order
from core.orders.states import BrokerStatus, QueueStatus
from tests.bot.orders import (
    BROKER_ID,
    NOW,
    approved,
    at_broker,
    draw,
    labels,
    lines,
    make_leg,
    make_order,
    rejected,
)

FILLED = {"filled_quantity": Decimal(10), "average_price": Decimal("2449.5"), "broker_order_id": BROKER_ID}


def standing(order: Order) -> list[str]:
    """The last block of the card."""
    card = lines(order)
    return card[len(card) - card[::-1].index("") :]


def test_approved_and_about_to_be_sent() -> None:
    assert standing(approved()) == ["✅ Approved by Asha at 14:32:07 IST", "📤 Sending…"]


def test_a_broker_that_cannot_be_reached_is_tried_until_the_deadline() -> None:
    card = standing(approved(make_leg(message="no route to broker")))

    assert card[1:] == ["📤 Sending…", "Last try: no route to broker", "Trying until 14:33:07 IST."]


def test_open_with_its_broker_order_id() -> None:
    card = standing(
        at_broker(
            BrokerStatus.OPEN, broker_order_id=BROKER_ID, filled_quantity=Decimal(4), average_price=Decimal(2450)
        )
    )

    assert card[1:] == ["📬 OPEN at the broker", "Filled so far: 4 at ₹2,450.00", f"Broker order id: {BROKER_ID}"]


def test_waiting_for_its_trigger() -> None:
    assert "⏰ TRIGGER PENDING at the broker" in standing(at_broker(BrokerStatus.TRIGGER_PENDING))


def test_filled_with_price_id_and_how_long_it_took() -> None:
    card = standing(at_broker(BrokerStatus.COMPLETE, updated_at=NOW + timedelta(seconds=5), **FILLED))

    assert card[1:] == [
        "✅ FILLED: 10 at ₹2,449.50 on average",
        "Took 3 s from approval to fill.",
        f"Broker order id: {BROKER_ID}",
    ]


def test_a_fill_within_a_second() -> None:
    card = standing(at_broker(BrokerStatus.COMPLETE, updated_at=NOW + timedelta(seconds=2.4), **FILLED))

    assert "Took under 1 s from approval to fill." in card


def test_a_fill_without_figures_is_still_a_fill() -> None:
    assert standing(at_broker(BrokerStatus.COMPLETE))[1:] == ["✅ FILLED"]


def test_rejected_by_the_broker_says_that_nothing_was_executed() -> None:
    card = standing(at_broker(BrokerStatus.REJECTED, message="Margin shortfall"))

    assert card[1:] == ["⛔ REJECTED BY THE BROKER", "Reason: Margin shortfall", "Nothing was executed."]


def test_cancelled_after_a_part_was_filled_tells_the_part() -> None:
    card = standing(at_broker(BrokerStatus.CANCELLED, filled_quantity=Decimal(4), average_price=Decimal(2450)))

    assert card[1:] == ["🚫 CANCELLED", "Filled so far: 4 at ₹2,450.00"]


def test_cancelled_untouched_says_that_nothing_was_executed() -> None:
    card = standing(at_broker(BrokerStatus.CANCELLED, message="Not sent: the time to execute ran out"))

    assert card[1:] == ["🚫 CANCELLED", "Reason: Not sent: the time to execute ran out", "Nothing was executed."]


def test_unknown_promises_nothing() -> None:
    assert standing(at_broker(BrokerStatus.UNKNOWN))[1:] == [
        texts.NOT_CONFIRMED.replace("<b>", "").replace("</b>", "")
    ]


def test_rejected_by_a_person() -> None:
    card = standing(rejected(rejected_reason="Price moved"))

    assert card == ["❌ REJECTED by Asha at 14:32:05 IST", "Nothing was sent.", "Reason: Price moved"]


def test_the_two_ways_to_expire_are_told_apart() -> None:
    undecided = make_order(status=QueueStatus.EXPIRED, closed_at=NOW)
    unsent = approved(make_leg(message="no route"), closed_at=NOW)
    unsent = type(unsent)(
        **{name: getattr(unsent, name) for name in unsent.__slots__} | {"status": QueueStatus.EXPIRED}
    )

    assert standing(undecided) == ["⌛ EXPIRED at 14:32:05 IST: nobody decided in time.", "Nothing was sent."]
    assert standing(unsent) == [
        "⌛ EXPIRED: Asha approved it, but it could not be sent before 14:33:07 IST.",
        "Last try: no route",
        "Nothing was sent.",
    ]


def test_withdrawn_and_denied() -> None:
    withdrawn = make_order(status=QueueStatus.WITHDRAWN, closed_at=NOW)
    denied = make_order(status=QueueStatus.DENIED, closed_at=NOW)

    assert standing(withdrawn) == ["↩️ WITHDRAWN by the strategy at 14:32:05 IST.", "Nothing was sent."]
    assert standing(denied) == ["⛔ DENIED by your limits.", "Nothing was sent."]


def test_an_automatic_order_has_the_same_card_without_buttons() -> None:
    order = make_order(status=QueueStatus.APPROVED, approved_at=NOW, approved_by="auto", order_mode=OrderMode.AUTO)

    assert standing(order)[0] == "⚙️ It was sent automatically: this account is in auto mode."
    assert "BUY 10 RELIANCE" in lines(order)[0]
    assert labels(draw(order)) == []


@pytest.mark.parametrize("status", [status for status in QueueStatus if status is not QueueStatus.PENDING])
def test_decided_cards_have_no_decision_buttons(status: QueueStatus) -> None:
    order = make_order(status=status, rejected_by_id=UserId(1))

    assert not {"✅ Approve", "❌ Reject"} & {*labels(draw(order))}


@pytest.mark.parametrize("status", BrokerStatus)
def test_every_standing_keeps_the_terms(status: BrokerStatus) -> None:
    pending, later = lines(make_order()), lines(at_broker(status))

    assert later[: pending.index("")] == pending[: pending.index("")]
