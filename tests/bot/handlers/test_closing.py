"""/positions, /close and /closeall: one question with the exact order, and then what came of it."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.callbacks.codec import Act, Press
from bot.text import actions as texts
from core.accounts import OrderMode, Role, TradingMode
from core.audit import Kind
from core.ids import ChatId, UserId
from core.orders.order import Action, ApiType
from tests.bot.handlers.acting import BOUGHT, SOLD, becomes, clients_order, positions, trade
from tests.bot.rig import ASHA, RAVI, Rig, buttons, data_of


async def test_a_position_is_closed_by_one_question_and_its_card_follows(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.link(RAVI, Role.VIEWER)
    await trade(rig, BOUGHT)

    listed = await rig.ask(ASHA, "/positions", "Positions")
    await rig.press(ASHA, listed, "Close RELIANCE")
    question = await rig.message(ASHA, "Close RELIANCE?")
    toast = await rig.press(ASHA, question, "✅ Yes, close RELIANCE: SELL 10")
    done = await becomes(rig, ASHA, question, "FILLED")

    assert "LIVE (PAPER)  main" in question["text"]
    assert "SELL 10 of 10, MARKET, MIS, NSE" in question["text"]
    assert "About ₹" in question["text"]
    assert "Works once, for two minutes." in question["text"]
    assert buttons(question) == ["✅ Yes, close RELIANCE: SELL 10", "No, leave it as it is"]
    assert toast == "📤 On its way: order #2."
    assert buttons(done) == []
    assert "order #2. Its card has the details" in done["text"].replace("Order", "order")
    assert await positions(rig) == []
    order = await clients_order(rig, 2)
    assert (order.api_type, order.approved_by_id) == (ApiType.CLIENT, ASHA)
    for person in (ASHA, RAVI):
        card = await rig.message(person, "Given by Asha")
        assert "From: the client, in Telegram" in card["text"]
        assert "Closes a position" in card["text"]


async def test_the_client_closes_while_the_api_gets_403(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, BOUGHT)
    account = await rig.runtime.services.accounts.get("main")
    assert (account.order_mode, account.trading_mode) == (OrderMode.SEMI_AUTO, TradingMode.LIVE)

    question = await rig.ask(ASHA, "/close reliance half", "Close RELIANCE?")
    await rig.press(ASHA, question, "Yes, close RELIANCE: SELL 5")
    await becomes(rig, ASHA, question, "FILLED")

    assert [one.quantity for one in await positions(rig)] == [5]


@pytest.mark.parametrize("command", ["/closeall", "/x"])
async def test_everything_is_closed(rig: Rig, command: str) -> None:
    await rig.link(ASHA)
    await trade(rig, BOUGHT, replace(SOLD, symbol="TCS"))

    question = await rig.ask(ASHA, command, "Close 2 positions?")
    await rig.press(ASHA, question, "✅ Yes, close all 2")
    await becomes(rig, ASHA, question, "FILLED: all 2")

    assert "BUY 10 TCS" in question["text"]
    assert "SELL 10 RELIANCE" in question["text"]
    assert await positions(rig) == []


async def test_no_means_no(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, BOUGHT)
    question = await rig.ask(ASHA, "/close RELIANCE", "Close RELIANCE?")

    assert await rig.press(ASHA, question, "No, leave it as it is") == texts.KEPT

    kept = await becomes(rig, ASHA, question, "Nothing was changed")
    assert buttons(kept) == []
    assert len(await positions(rig)) == 1


async def test_a_second_tap_closes_nothing_more(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, BOUGHT)
    question = await rig.ask(ASHA, "/close RELIANCE 4", "Close RELIANCE?")
    yes = data_of(question, "Yes")

    await rig.press_data(ASHA, question, yes)
    again = await rig.press_data(ASHA, question, yes)

    assert again["text"].startswith("This question was already answered or is too old.")
    await becomes(rig, ASHA, question, "FILLED")
    assert [one.quantity for one in await positions(rig)] == [6]


async def test_after_a_restart_the_question_still_works_once(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, BOUGHT)
    question = await rig.ask(ASHA, "/close RELIANCE", "Close RELIANCE?")
    yes = data_of(question, "Yes")

    await rig.restart()
    await rig.press_data(ASHA, question, yes)
    await becomes(rig, ASHA, question, "FILLED")
    await rig.restart()
    again = await rig.press_data(ASHA, question, yes)

    assert again["text"].startswith("This question was already answered")
    assert await positions(rig) == []


async def test_two_owners_confirm_the_same_close(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.link(RAVI, Role.OWNER)
    await trade(rig, BOUGHT)
    ashas = await rig.ask(ASHA, "/close RELIANCE", "Close RELIANCE?")
    ravis = await rig.ask(RAVI, "/close RELIANCE", "Close RELIANCE?")

    await asyncio.gather(rig.press(ASHA, ashas, "Yes"), rig.press(RAVI, ravis, "Yes"))
    await rig.polled()

    assert await positions(rig) == []
    texts_now = [
        one["text"]
        for person, asked in ((ASHA, ashas), (RAVI, ravis))
        for one in rig.telegram.messages(person)
        if one["message_id"] == asked["message_id"]
    ]
    assert sum("Not done" in text for text in texts_now) == 1
    assert sum("FILLED" in text for text in texts_now) == 1


async def test_a_position_that_the_strategy_closed_meanwhile(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, BOUGHT)
    question = await rig.ask(ASHA, "/close RELIANCE", "Close RELIANCE?")
    await trade(rig, SOLD)

    toast = await rig.press(ASHA, question, "Yes")

    assert toast.startswith("There is nothing left to close")
    said = await becomes(rig, ASHA, question, "Not done")
    assert buttons(said) == []
    assert await positions(rig) == []


async def test_a_position_that_became_smaller_is_closed_and_that_is_said(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, BOUGHT)
    question = await rig.ask(ASHA, "/close RELIANCE", "Close RELIANCE?")
    await trade(rig, replace(SOLD, quantity=Decimal(7)))

    await rig.press(ASHA, question, "Yes")

    done = await becomes(rig, ASHA, question, "had become smaller")
    assert "SELL 3 RELIANCE MARKET was left" in done["text"]
    assert await positions(rig) == []


async def test_somebody_elses_question_is_worthless(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.link(RAVI)
    await trade(rig, BOUGHT)
    question = await rig.ask(ASHA, "/close RELIANCE", "Close RELIANCE?")
    token = rig.codec.decode(data_of(question, "Yes"), ChatId(ASHA)).argument
    page = await rig.ask(RAVI, "/positions", "Positions")
    mine = rig.codec.encode(Press(Act.CLIENT, argument=token), ChatId(RAVI))

    await rig.press_data(RAVI, page, mine)
    await rig.press_data(RAVI, page, data_of(question, "Yes"))

    assert len(await positions(rig)) == 1


async def test_who_was_made_a_viewer_closes_nothing(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, BOUGHT)
    question = await rig.ask(ASHA, "/close RELIANCE", "Close RELIANCE?")
    await rig.link(ASHA, Role.VIEWER)

    assert "not trade on it" in await rig.press(ASHA, question, "Yes")

    assert len(await positions(rig)) == 1


async def test_what_was_done_is_on_the_trail_with_the_person(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, BOUGHT)
    question = await rig.ask(ASHA, "/close RELIANCE", "Close RELIANCE?")
    await rig.press(ASHA, question, "Yes")
    await becomes(rig, ASHA, question, "FILLED")

    received = (await rig.events(Kind.ORDER_RECEIVED))[-1]
    assert (received["api_type"], received["legs"][0][3]) == ("client", Action.SELL.value)
    order = await clients_order(rig, 2)
    assert order.approved_by_id == UserId(ASHA)
    assert not (await rig.runtime.audit.verify()).breaks
