"""/cancel, /cancelall and /modify: what waits at the broker, one question, and then what came of it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.callbacks.codec import Act, Press
from core.accounts import Role
from core.audit import Kind
from core.errors import OutcomeUnknown
from core.ids import ChatId
from core.orders.order import PriceType
from tests.bot.handlers.acting import RESTING, becomes, open_orders, trade
from tests.bot.rig import ASHA, RAVI, Rig, buttons, data_of


async def test_an_order_is_cancelled_by_our_number(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await trade(rig, RESTING)
    await rig.message(ASHA, "OPEN at the broker")

    question = await rig.ask(ASHA, "/cancel 1", "Cancel this order?")
    await rig.press(ASHA, question, "✅ Yes, cancel BUY 10 RELIANCE")
    done = await becomes(rig, ASHA, question, "Cancelled: BUY 10 RELIANCE LIMIT ₹1,000.00")

    assert "BUY 10 RELIANCE LIMIT ₹1,000.00 MIS" in question["text"]
    assert buttons(done) == []
    assert await open_orders(rig) == []
    await rig.message(ASHA, "CANCELLED")
    assert len(await rig.events(Kind.CANCEL_REQUESTED)) == 1


async def test_without_a_number_what_waits_is_offered(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, RESTING, replace(RESTING, symbol="TCS", price=Decimal(2500)))

    offered = await rig.ask(ASHA, "/cancel", "Which order shall be cancelled?")
    await rig.press(ASHA, offered, "RELIANCE")
    question = await rig.message(ASHA, "Cancel this order?")
    await rig.press(ASHA, question, "Yes")
    await becomes(rig, ASHA, question, "Cancelled")

    assert buttons(offered)[:3] == [
        "BUY 10 TCS LIMIT ₹2,500.00",
        "BUY 10 RELIANCE LIMIT ₹1,000.00",
        "Cancel all…",
    ]
    assert [one.symbol for one in await open_orders(rig)] == ["TCS"]
    assert "not there any more" in await rig.press(ASHA, offered, "RELIANCE")


@pytest.mark.parametrize("command", ["/cancelall", "/ca"])
async def test_every_open_order_is_cancelled(rig: Rig, command: str) -> None:
    await rig.link(ASHA)
    await trade(rig, RESTING, RESTING, RESTING)

    question = await rig.ask(ASHA, command, "Cancel 3 orders?")
    yes = data_of(question, "Yes, cancel all 3")
    await rig.press_data(ASHA, question, yes)
    await becomes(rig, ASHA, question, "Cancelled")
    again = await rig.press_data(ASHA, question, yes)

    assert await open_orders(rig) == []
    assert again["text"].startswith("This question was already answered")


async def test_nothing_waits(rig: Rig) -> None:
    await rig.link(ASHA)

    for command in ("/cancel", "/cancelall", "/modify"):
        await rig.ask(ASHA, command, "No open orders at the broker")
    for command in ("/cancel 7", "/cancel nonsense", "/modify 7"):
        await rig.ask(ASHA, command, "There is no such order.")


async def test_an_order_that_waits_for_a_decision_is_not_at_the_broker(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.order()

    await rig.ask(ASHA, "/cancel 1", "reject it on its card")


async def test_ticks_by_buttons_and_the_rest_by_typing(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, RESTING)

    editor = await rig.ask(ASHA, "/modify 1", "What do you want to change?")
    assert "Price ₹1,000.00…" in buttons(editor)
    assert not any("Yes" in label for label in buttons(editor))
    first = data_of(editor, "+0.1")
    await rig.press_data(ASHA, editor, first)
    editor = await becomes(rig, ASHA, editor, "New: BUY 10 RELIANCE LIMIT ₹1,000.10")
    assert "✅ Yes, change price to ₹1,000.10" in buttons(editor)
    assert "already answered" in (await rig.press_data(ASHA, editor, first))["text"]

    await rig.press(ASHA, editor, "Quantity 10…")
    prompt = await rig.message(ASHA, "Which quantity?")
    rig.telegram.send_text(ASHA, "12", reply_to=prompt["message_id"])
    question = await rig.message(ASHA, "New: BUY 12 RELIANCE", after=prompt["message_id"])
    await rig.press(ASHA, question, "✅ Yes, change quantity and price")
    await becomes(rig, ASHA, question, "Changed: BUY 12 RELIANCE LIMIT ₹1,000.10")

    assert await open_orders(rig) == [replace(RESTING, quantity=Decimal(12), price=Decimal("1000.10"))]
    assert len(await rig.events(Kind.MODIFY_REQUESTED)) == 1


async def test_an_expert_says_it_at_once(rig: Rig) -> None:
    await rig.link(ASHA)
    stop = replace(RESTING, pricetype=PriceType.SL, price=Decimal(9000), trigger_price=Decimal(8990))
    await trade(rig, stop)

    question = await rig.ask(ASHA, "/modify #1 price=9010 trigger=9005 quantity=5", "Change this order?")
    await rig.press(ASHA, question, "✅ Yes, change")
    await becomes(rig, ASHA, question, "Changed")

    (after,) = await open_orders(rig)
    assert after == replace(stop, price=Decimal(9010), trigger_price=Decimal(9005), quantity=Decimal(5))


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("/modify 1 price=1000.03", "not a multiple of the tick size"),
        ("/modify 1 trigger=5", "has no trigger"),
        ("/modify 1 prize=5", "I do not understand prize=5"),
        ("/modify 1 price=<b>", "That is not a number"),
    ],
)
async def test_what_cannot_be_is_said(rig: Rig, command: str, expected: str) -> None:
    await rig.link(ASHA)
    await trade(rig, RESTING)

    await rig.ask(ASHA, command, expected)


async def test_a_typed_word_is_refused_and_the_question_stays(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, RESTING)
    editor = await rig.ask(ASHA, "/modify 1", "What do you want to change?")
    await rig.press(ASHA, editor, "Price ₹1,000.00…")
    prompt = await rig.message(ASHA, "Which price?")

    rig.telegram.send_text(ASHA, "cheap", reply_to=prompt["message_id"])
    await rig.message(ASHA, "That is not a number", after=prompt["message_id"])
    rig.telegram.send_text(ASHA, "990", reply_to=prompt["message_id"])

    await rig.message(ASHA, "New: BUY 10 RELIANCE LIMIT ₹990.00", after=prompt["message_id"])


async def test_somebody_elses_button_changes_nothing(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.link(RAVI)
    await trade(rig, RESTING)
    question = await rig.ask(ASHA, "/cancel 1", "Cancel this order?")
    argument = rig.codec.decode(data_of(question, "Yes"), ChatId(ASHA)).argument
    page = await rig.ask(RAVI, "/cancel", "Which order")

    await rig.press_data(RAVI, page, rig.codec.encode(Press(Act.CLIENT, argument=argument), ChatId(RAVI)))

    assert len(await open_orders(rig)) == 1


async def test_an_answer_that_did_not_arrive_is_not_called_done(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await rig.link(ASHA)
    await trade(rig, RESTING)
    question = await rig.ask(ASHA, "/cancel 1", "Cancel this order?")

    async def silent(*_: object) -> None:
        raise OutcomeUnknown("no answer")

    monkeypatch.setattr("brokers.paper.broker.PaperBroker.cancel", silent)
    await rig.press(ASHA, question, "Yes")

    said = await becomes(rig, ASHA, question, "Not confirmed")
    assert "may have been done" in said["text"]


async def test_thirty_orders_turn_their_pages(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, *[replace(RESTING, price=Decimal(1000 + number)) for number in range(30)])

    page = await rig.ask(ASHA, "/modify", "Page 1 of 4")
    await rig.press(ASHA, page, "▶")
    await becomes(rig, ASHA, page, "Page 2 of 4")

    assert len([label for label in buttons(page) if label.startswith("BUY")]) == 8
