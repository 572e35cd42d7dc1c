"""/pnl when drawing, the broker or Telegram fails: the figures go out, and nothing else is held up."""

import asyncio
from datetime import timedelta

import pytest
import structlog

from core.clock import render_ist_time
from core.errors import BrokerUnavailable
from core.portfolio.positions import Funds
from tests.bot.profits import FAILS, SLOW, TINY, draw_by, edited, pictures, record, tried
from tests.bot.rig import ASHA, Rig, buttons, data_of
from tests.waiting import SOON


async def test_without_a_picture_the_figures_go_out_alone(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    draw_by(monkeypatch, FAILS)
    await rig.link(ASHA)
    with structlog.testing.capture_logs() as logs:
        shown = await rig.ask(ASHA, "/pnl", "Equity: ₹1,00,00,000.00")
    assert "photo" not in shown
    (why,) = [log["why"] for log in logs if log["event"] == "picture.not_drawn"]
    assert "no ink" in why

    await rig.press(ASHA, shown, "7 days")
    again = await edited(rig, ASHA, lambda one: "• 7 days" in buttons(one))
    assert again["message_id"] == shown["message_id"]

    draw_by(monkeypatch, TINY)
    await rig.press(ASHA, again, "Refresh")
    (drawn,) = await pictures(rig, ASHA)
    assert drawn["message_id"] > shown["message_id"]


async def test_a_second_drawing_in_the_same_chat_waits_for_its_turn(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_by(monkeypatch, TINY)
    await rig.link(ASHA)
    rig.telegram.send_text(ASHA, "/pnl")
    (shown,) = await pictures(rig, ASHA)
    draw_by(monkeypatch, SLOW)

    assert await rig.press(ASHA, shown, "7 days") == ""
    assert await rig.press(ASHA, shown, "Refresh") == "Still drawing the last one."
    await rig.ask(ASHA, "/pnl", "Still drawing the last one.")


async def test_drawing_holds_up_no_decision(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    draw_by(monkeypatch, SLOW)
    await rig.link(ASHA)
    await rig.order()
    card = await rig.message(ASHA, "waits for you")
    rig.telegram.send_text(ASHA, "/pnl")

    assert "Approved" in await rig.press(ASHA, card, "Approve")


async def test_stopping_kills_what_draws(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    draw_by(monkeypatch, SLOW)
    await rig.link(ASHA)
    rig.telegram.send_text(ASHA, "/pnl")
    await rig.telegram.wait_for(lambda: any(c["method"] == "sendChatAction" for c in rig.telegram.calls), SOON)

    async with asyncio.timeout(SOON):
        await rig.application.background.close()


async def away(book: object) -> Funds:
    """A broker that is not there."""
    raise BrokerUnavailable("The line is <b>down</b>.")


@pytest.mark.usefixtures("quick")
async def test_a_broker_that_is_away(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await rig.link(ASHA)
    monkeypatch.setattr("brokers.paper.broker.PaperBroker.get_funds", away)

    nothing = await rig.ask(ASHA, "/pnl", "There are no figures yet.")
    assert "⚠️ Could not be read just now: The line is <b>down</b>." in nothing["text"]
    assert "photo" not in nothing

    await record(rig, 9_100_000)
    rig.telegram.send_text(ASHA, "/pnl")
    (shown,) = await pictures(rig, ASHA)
    yesterday = rig.runtime.services.clock.now() - timedelta(days=1)
    assert "That day: +₹1,00,000.00" in shown["text"]
    assert "Could not be read just now" in shown["text"]
    assert render_ist_time(yesterday)[:5] in shown["text"]


@pytest.mark.usefixtures("quick")
async def test_telegram_asking_for_patience_is_obeyed_and_an_unchanged_picture_is_no_failure(rig: Rig) -> None:
    await rig.link(ASHA)
    rig.telegram.fail_next("sendPhoto", 429, "Too Many Requests: retry after 1", parameters={"retry_after": 1})
    rig.telegram.send_text(ASHA, "/pnl")
    (shown,) = await pictures(rig, ASHA)

    rig.telegram.fail_next("editMessageMedia", 429, "Too Many Requests: retry after 1", parameters={"retry_after": 1})
    await rig.press(ASHA, shown, "7 days")
    await edited(rig, ASHA, lambda one: "• 7 days" in buttons(one))
    rig.telegram.fail_next("editMessageMedia", 400, "Bad Request: message is not modified: same")
    await rig.press_data(ASHA, shown, data_of(shown, "Refresh"))
    await rig.telegram.wait_for(lambda: tried(rig, "editMessageMedia") == 3, SOON)

    assert len(await pictures(rig, ASHA)) == 1


@pytest.mark.usefixtures("quick")
async def test_a_picture_that_cannot_be_edited_is_sent_anew_and_a_blocked_bot_is_quiet(rig: Rig) -> None:
    await rig.link(ASHA)
    rig.telegram.send_text(ASHA, "/pnl")
    (shown,) = await pictures(rig, ASHA)
    rig.telegram.fail_next("editMessageMedia", 400, "Bad Request: message can't be edited")
    await rig.press(ASHA, shown, "7 days")
    _, again = await pictures(rig, ASHA, 2)

    rig.telegram.fail_next("editMessageMedia", 403, "Forbidden: bot was blocked by the user")
    await rig.press(ASHA, again, "Refresh")
    await rig.telegram.wait_for(lambda: tried(rig, "editMessageMedia") == 2, SOON)
    await rig.ask(ASHA, "/help", "/pnl – profit day by day")
