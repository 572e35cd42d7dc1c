"""Every notice is Hindi to its last word for somebody who reads Hindi."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.callbacks.buttons import Rows
from bot.cards.card import plain_text
from bot.pages.notices import digest, notice_buttons, notice_line
from bot.text.language.translation import speaking
from core.accounts import Language
from core.ids import ChatId, UserId
from core.insight.news import Topic
from core.insight.notice_settings import NoticeSettings
from core.ports.insight import Notice
from core.services.insight.notices import Due, Inbox
from tests.bot.hindi import english_in
from tests.bot.orders import ACCOUNT, make_order

NOW = datetime(2026, 11, 28, 9, 2, 5, tzinfo=UTC)
WHO = {"by": "cli", "by_name": "Asha"}
FACTS = {
    **WHO,
    "name": "Ravi",
    "role": "owner",
    "was": "viewer",
    "book": "sandbox",
    "standing": "3",
    "filled_quantity": "5",
    "average_price": "800.05",
    "filled": "1",
    "legs": "2",
    "left": "dropped",
    "broker_order_id": "26112800000001",
    "numbers": "26112800000001",
    "orderid": "26112800000001",
    "mode": "sandbox",
    "lost": "₹5,000.00",
    "limit": "₹4,000",
    "strategy": "momentum",
    "label": "main",
    "broker": "zerodha",
    "since": "14:32:05 IST",
    "until": "14:40:05 IST",
    "message": "Contract expired",
    "what": "strategy momentum: Exits only, of anything; until the end of 31 Dec 2026",
    "changed.value_per_order": "₹20,000",
    "changed.daily_loss": "no limit",
    "action": "SELL",
    "symbol": "SBIN",
    "exchange": "NSE",
    "quantity": "5",
    "pricetype": "MARKET",
    "price": "0",
    "trigger_price": "0",
    "how": "reduces",
    "held_as": "MIS",
    "operation": "cancelorder",
    "why": "The broker takes too long to answer. Nothing was sent.",
}
APART = {
    Topic.CHANGED: {**WHO, "to": "auto"},
    Topic.DISABLED: {**WHO, "enabled": "False"},
    Topic.STRATEGY_SAYS: {"label": "main", "message": "आज 5 शेयर"},
}
"""Notices that pass on every fact that they have, or a strategy's own words."""


def due(topic: Topic, **facts: str) -> Due:
    """A notice of this topic with every fact that any of them has."""
    order = None if topic in {Topic.REFUSED, Topic.EXIT_REFUSED} else make_order()
    notice = Notice(1, UserId(1), ACCOUNT.id, topic, {**APART.get(topic, FACTS), **facts}, NOW, None, NOW, 0, times=3)
    return Due(notice, replace(ACCOUNT, name="main"), order, None)


def labels(rows: Rows) -> str:
    """The words on the buttons."""
    return " ".join(button.label for row in rows for button in row)


@pytest.mark.parametrize("topic", [*Topic])
def test_a_notice_and_its_buttons_are_hindi(topic: Topic) -> None:
    one = due(topic)

    with speaking(Language.HINDI):
        said = f"{plain_text(notice_line(one, True))} {labels(notice_buttons(one))}"

    assert english_in(said) == set()


@pytest.mark.parametrize("how", ["reduces", "protects", "closes", "unknown"])
@pytest.mark.parametrize(
    "operation", ["closeposition", "cancelallorder", "modifyorder", "cancelgttorder", "analyzer/toggle"]
)
def test_a_refusal_is_hindi_whatever_was_refused(operation: str, how: str) -> None:
    said = []
    with speaking(Language.HINDI):
        for topic in (Topic.REFUSED, Topic.EXIT_REFUSED):
            for more in ({}, {"several": "yes"}, {"in_doubt": "yes"}, {"without_triggers": "zerodha"}):
                one = due(topic, operation=operation, how=how, **more)
                said += [plain_text(notice_line(one, False)), labels(notice_buttons(one))]

    assert english_in(" ".join(said)) == set()


def test_many_notices_at_once_are_hindi() -> None:
    several = [due(Topic.CHANGED, to="semi_auto"), due(Topic.DISABLED, enabled="False"), due(Topic.EXPIRED)]

    with speaking(Language.HINDI):
        said = digest(Inbox(ChatId(1), several, NoticeSettings(), True), several)

    assert said.startswith("🔔 <b>3 सूचनाएँ</b>")
    assert english_in(plain_text(said)) == set()
