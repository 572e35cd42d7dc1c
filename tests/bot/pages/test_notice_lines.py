"""Notices in one line: why an order came to its end."""

from collections.abc import Mapping

import pytest

from bot.cards.card import plain_text
from bot.pages.notices import notice_line
from core.clock import SystemClock
from core.ids import UserId
from core.insight.news import Topic
from core.ports.insight import Notice
from core.services.insight.notices import Due
from tests.bot.orders import ACCOUNT, make_order
from tests.bot.rig import ASHA


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"clock": "approval"}, "Nobody decided in time. Nothing was sent."),
        ({"clock": "execution"}, "It was approved but could not be sent in time. Nothing was sent."),
        ({"why": "Positions <already> matched."}, "Positions <already> matched. Nothing was sent."),
    ],
)
def test_an_expiry_says_why(facts: Mapping[str, str], why: str) -> None:
    assert why in line(Topic.EXPIRED, facts)


def test_a_leg_that_was_not_sent_says_why() -> None:
    assert "Not sent: the position has become smaller." in line(
        Topic.LAPSED, {"leg": "1", "message": "Not sent: the position has become smaller"}
    )


def line(topic: Topic, facts: Mapping[str, str]) -> str:
    """The notice as Asha reads it."""
    order, now = make_order(), SystemClock().now()
    notice = Notice(1, UserId(ASHA), ACCOUNT.id, topic, facts, now, order.id, now, 0)
    return plain_text(notice_line(Due(notice, ACCOUNT, order, None), many_accounts=False))


@pytest.mark.parametrize("topic", Topic)
def test_every_notice_has_its_words(topic: Topic) -> None:
    facts = {"mode": "sandbox", "lost": "₹5", "limit": "₹6", "book": "sandbox", "how": "closes", "operation": "x"}

    text = line(topic, {**facts, "by": "cli", "by_name": "<root>", "name": "<i>", "changed.daily_loss": "<9>"})

    assert text
    assert "{" not in text


def test_a_broker_that_is_away_says_what_waits_and_that_nothing_is_lost() -> None:
    facts = {"broker": "zerodha", "since": "2026-11-27 14:05:00 IST", "until": "2026-11-27 14:20:00 IST"}

    away, back = line(Topic.BROKER_AWAY, facts), line(Topic.BROKER_BACK, facts)

    assert away.startswith("📡 zerodha does not answer since 2026-11-27 14:05:00 IST. Nothing is lost")
    assert "until their time is over" in away
    assert back.startswith("📡 zerodha answers again, since 2026-11-27 14:20:00 IST")


def test_an_order_that_a_person_pointed_at_says_who() -> None:
    found = {"leg": "1", "broker_order_id": "2411", "average_price": "800"}

    by_ravi = line(Topic.CONFIRMED, {**found, "by": "telegram", "by_name": "<Ravi>"})
    on_the_computer = line(Topic.FILLED, {**found, "by": "cli", "by_name": "root"})

    assert "is at the broker, as 2411. (<Ravi> said that it is this one)" in by_ravi
    assert "(the command line (root) said that it is this one)" in on_the_computer
    assert "said that" not in line(Topic.CONFIRMED, {**found, "by": "system"})


def test_a_trigger_that_a_live_broker_cannot_keep_is_told_in_plain_words() -> None:
    asked = {"how": "protects", "action": "SELL", "quantity": "10", "exchange": "NSE", "symbol": "SBIN"}
    terms = {"pricetype": "SL", "price": "789.5", "trigger_price": "790", "strategy": "swing"}
    why = {"why": "GTT orders are not supported for broker 'zerodha' yet", "without_triggers": "zerodha"}

    told = line(Topic.EXIT_REFUSED, {**asked, **terms, **why})

    assert "leaves triggers (GTT) with the paper broker only, not at zerodha" in told
    assert "use a stop order (SL)" in told
    assert "not supported for broker" not in told
