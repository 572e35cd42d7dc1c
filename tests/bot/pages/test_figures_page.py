"""/stats in the chat."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot.pages.order_figures import render_figures
from bot.text.escaping import units
from bot.text.language.translation import speaking
from core.accounts import Language
from core.ids import ChatId, MessageId, UserId
from core.insight.missed_signals import MissedSignals
from core.insight.statistics import AskedLeg, AskedOrder, summarise
from core.orders.decisions import Presser
from core.orders.order import Action
from core.orders.states import QueueStatus
from core.services.insight.order_figures import AccountFigures
from tests.bot.orders import ACCOUNT
from tests.bot.rig import ASHA, Rig, buttons

NOW = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)


async def test_figures_and_missed_signals(rig: Rig) -> None:
    await rig.link(ASHA)
    order_id = await rig.order(strategy="<b>")
    version = (await rig.read(order_id)).version
    asha = Presser(UserId(ASHA), "Asha", ChatId(ASHA), MessageId(1))
    await rig.runtime.services.decide.reject(order_id, version, asha)

    page = await rig.ask(ASHA, "/stats", "Your orders, last 30 days")
    await rig.press(ASHA, page, "7 days")
    week = await rig.message(ASHA, "last 7 days")

    assert "main  🧪 SANDBOX" in page["text"]
    assert "1 order: ❌ 1 rejected" in page["text"]
    assert "🟢 1 buy · 🔻 0 sells" in page["text"]
    assert "• <b>: 1 order, 0% of 1 approved" in page["text"]
    assert "Missed signals (rejected or expired): 1" in page["text"]
    assert week["message_id"] == page["message_id"]
    assert buttons(week) == ["1 day", "• 7 days", "30 days", "90 days", "🔄 Refresh"]


async def test_no_orders_and_wrong_lengths_say_what_to_do(rig: Rig) -> None:
    await rig.link(ASHA)

    await rig.ask(ASHA, "/stats 3", "No orders in this time. A longer time may have some")
    for wrong in ("0", "366", "x", "-1"):
        await rig.ask(ASHA, f"/stats {wrong}", "a number of days from 1 to 365")


def test_the_longest_page_fits_into_a_message() -> None:
    leg = AskedLeg("NSE", "SBIN", Action.BUY, Decimal(1), None)
    one = AskedOrder("", QueueStatus.REJECTED, NOW, (leg,), timedelta(hours=23, minutes=59))
    orders = [replace(one, strategy="&" * 60 + str(number)) for number in range(40)]
    missed = MissedSignals(40, 40, Decimal(10) ** 15, 20, 20, 10, 10)
    account = replace(ACCOUNT, name="<" * 80)

    for language in Language:
        with speaking(language):
            text = render_figures(365, [AccountFigures(account, summarise(orders), missed)] * 5, NOW)

        assert units(text) <= 4096
