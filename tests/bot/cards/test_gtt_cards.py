"""What a card shows of a good-till-triggered order."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.orders.gtt import Gtt, Side
from core.orders.intents import parse_intent
from core.orders.order import Action, ApiType, Order, PriceType, Product
from core.orders.states import BrokerStatus
from core.review.check import Check
from tests.bot.orders import NOW, approved, at_broker, draw, labels, lines, make_leg, make_order

SINGLE = Gtt(
    "NSE",
    "RELIANCE",
    Action.BUY,
    Decimal(10),
    Product.CNC,
    PriceType.LIMIT,
    (Side(Decimal(2440), Decimal("2441.50")),),
)
OCO = replace(
    SINGLE,
    action=Action.SELL,
    sides=(Side(Decimal(2400), Decimal(2395)), Side(Decimal(2600), Decimal(2605))),
    expires_at=datetime(2026, 12, 31, 18, 29, 59, tzinfo=UTC),
)
MARKET = replace(SINGLE, pricetype=PriceType.MARKET, sides=(Side(Decimal(2440)),))


def asked(gtt: Gtt) -> Order:
    """A pending order for this."""
    return make_order(make_leg(terms=gtt.terms), api_type=ApiType.PLACEGTTORDER, intent=gtt)


def test_a_single_trigger_line_by_line() -> None:
    found = Check(NOW, Decimal(2460), NOW)

    assert lines(asked(SINGLE), check=found) == [
        "🔵 LIVE (PAPER) · GTT BUY 10 RELIANCE · LIMIT ₹2,441.50, trigger ₹2,440.00",
        "₹24,415.00 · NSE · CNC",
        "Valid: up to a year",
        "",
        "Strategy: momentum · #42",
        "",
        "Checked by Countersign",
        "Last price ₹2,460.00, 0 s old",
        "↳ 0.82% above the trigger",
        "",
        "⏳ This order waits for you: 15 min left, until 14:47 IST",
    ]


def test_an_oco_shows_both_sides_and_that_only_one_is_placed() -> None:
    shown = lines(asked(OCO), check=Check(NOW, Decimal(2460), NOW))

    assert shown[:6] == [
        "🔵 LIVE (PAPER) · GTT SELL 10 RELIANCE · OCO LIMIT",
        "at most ₹26,050.00 · NSE · CNC",
        "Stop-loss ₹2,395.00, trigger ₹2,400.00",
        "Target ₹2,605.00, trigger ₹2,600.00",
        "⏰ One trigger cancels the other",
        "Valid until: 31 Dec 2026 23:59 IST",
    ]
    assert {"↳ 2.50% above the stop-loss", "↳ 5.38% below the target"} < set(shown)


def test_a_market_trigger_has_no_price_and_an_approximate_value() -> None:
    shown = lines(asked(MARKET))

    assert shown[:2] == [
        "🔵 LIVE (PAPER) · GTT BUY 10 RELIANCE · MARKET, trigger ₹2,440.00",
        "about ₹24,400.00 · NSE · CNC",
    ]


def test_a_trigger_may_be_approved_or_rejected() -> None:
    assert labels(draw(asked(OCO))) == ["✅ Approve", "❌ Reject"]


@pytest.mark.parametrize("broken", [None, "{}", "no json"])
def test_one_that_cannot_be_read_can_only_be_rejected(broken: str | None) -> None:
    order = replace(asked(OCO), intent=parse_intent(broken) if broken else None)

    assert labels(draw(order)) == ["❌ Reject"]
    assert any("cannot be read" in line for line in lines(order))
    assert not any("more legs" in line for line in lines(order))


def test_at_the_broker_it_waits_for_its_trigger() -> None:
    order = _at_broker(BrokerStatus.OPEN)

    assert "⏰ WAITING for its trigger at the broker" in lines(order)


def test_what_the_broker_says_of_a_waiting_trigger_is_shown() -> None:
    order = _at_broker(BrokerStatus.OPEN, message="Triggered: order 26112200000003")

    shown = lines(order)
    assert "📬 OPEN at the broker" in shown
    assert "Broker says: Triggered: order 26112200000003" in shown


def _at_broker(status: BrokerStatus, **leg: str) -> Order:
    made = at_broker(status, **leg)
    return approved(made.legs[0], api_type=ApiType.PLACEGTTORDER, intent=SINGLE)
