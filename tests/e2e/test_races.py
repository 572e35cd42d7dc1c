"""Everybody taps at once, or too late: one decision, at most one broker order, and an answer for every tap."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from bot.local_telegram.errors import Json
from bot.local_telegram.server.server import LocalTelegram
from core.ids import UserId
from tests.e2e.crashing import trail_of
from tests.e2e.people import (
    approve,
    buttons,
    card,
    cards_settled,
    is_decidable,
    link,
    local_telegram,
    press,
    seen,
    talking,
)
from tests.e2e.program import Installation
from tests.e2e.stage import approve_data
from tests.factories import ASHA, OMKAR, RAVI, VEENA

TAPS = 200
PEOPLE = (ASHA, RAVI, VEENA, OMKAR)


@dataclass(frozen=True)
class Tap:
    """Who tapped what, and what the bot answered."""

    person: int
    button: str
    answer: str


async def _tap_all(telegram: LocalTelegram, cards: Mapping[UserId, Json], seed: int) -> list[Tap]:
    """200 taps at once, by anybody, on either button; every one must be answered."""
    chance = random.Random(seed)
    chosen = [(chance.choice(PEOPLE), chance.choice(("Approve", "Reject"))) for _ in range(TAPS)]
    queries = [
        telegram.press(person, person, cards[person]["message_id"], button_text=button) for person, button in chosen
    ]
    answers = await asyncio.gather(*(telegram.answer_of(query, 30) for query in queries))
    return [Tap(*what, answer["text"]) for what, answer in zip(chosen, answers, strict=True)]


@pytest.mark.parametrize("seed", [1, 2])
async def test_of_two_hundred_taps_one_decides_and_all_are_answered(home: Installation, seed: int) -> None:
    async with local_telegram(*PEOPLE) as (telegram, url):
        here = home.at(url)
        async with here.running() as service, talking(service, home.key) as strategy:
            await asyncio.gather(*(link(telegram, here, person, "approver") for person in (VEENA, OMKAR)))
            number = await strategy.queue()
            shown = {person: await card(telegram, person, number, "waits for you") for person in PEOPLE}
            taps = await _tap_all(telegram, shown, seed)
            outcome = await strategy.outcome(number)
            await cards_settled(home)
            final = [(await card(telegram, person, number)) for person in PEOPLE]
        told = Counter(event["kind"] for event in await trail_of(home) if event["order_id"] == number)

    word = outcome["status"]
    winners = [tap for tap in taps if not tap.answer.startswith(f"Order #{number} was already {word} by ")]
    button, answer = {
        "approved": ("Approve", f"✅ Approved order #{number}. Sending it now."),
        "rejected": ("Reject", f"❌ Rejected order #{number}. Nothing was sent."),
    }[word]
    assert [(tap.button, tap.answer) for tap in winners] == [(button, answer)]
    assert told["order.approved"] + told["order.rejected"] == 1
    assert home.sql("SELECT count(*) FROM paper_orders") == [(int(word == "approved"),)]
    assert not any(is_decidable(one) for one in final)


async def test_a_tap_after_the_time_is_too_late_and_sends_nothing(home: Installation) -> None:
    async with local_telegram() as (telegram, url):
        here = home.copied_to(home.folder.parent / "hasty", COUNTERSIGN_APPROVAL__EXPIRES_AFTER="2s").at(url)
        async with here.running() as service, talking(service, home.key) as strategy:
            number = await strategy.queue()
            data = approve_data(await card(telegram, ASHA, number, "waits for you"))
            expired = await card(telegram, ASHA, number, "EXPIRED")
            place = (ASHA, ASHA, expired["message_id"])
            toast = await telegram.press_and_wait(*place, 20, data=data)
            outcome = await strategy.outcome(number)

    assert toast["text"] == f"Too late: order #{number} has expired. Nothing was sent."
    assert not buttons(expired)
    assert (outcome["status"], outcome["broker_status"]) == ("expired", None)
    assert here.sql("SELECT count(*) FROM paper_orders") == [(0,)]


async def test_a_live_order_is_not_sent_once_its_account_trades_in_the_sandbox(home: Installation) -> None:
    async with local_telegram() as (telegram, url):
        here = home.at(url)
        async with here.running() as service, talking(service, home.key) as strategy:
            live = await strategy.queue()
            shown = await card(telegram, ASHA, live, "waits for you")
            await here.set_modes("semi_auto", "sandbox")
            refused = await press(telegram, ASHA, shown, "Approve")
            practice = await strategy.queue()
            await here.set_modes("semi_auto", "live")
            approved = await approve(telegram, ASHA, practice)
            outcome = await strategy.outcome(practice)
            undecided = await strategy.outcome(live, wait=0)

    assert refused == "This is a LIVE order and the account is in sandbox now. Nothing was sent."
    assert undecided["status"] == "pending"
    assert approved == f"✅ Approved order #{practice}. Sending it now."
    assert (outcome["mode"], outcome["broker_status"]) == ("analyze", "complete")
    assert [book for (book,) in home.sql("SELECT book FROM paper_orders")] == ["sandbox:1"]


async def test_the_owner_switches_to_auto_by_one_confirmation_that_works_once(home: Installation) -> None:
    async with (
        local_telegram() as (telegram, url),
        home.at(url).running() as service,
        talking(service, home.key) as strategy,
    ):
        asked = telegram.send_text(ASHA, "/mode")
        modes = await seen(telegram, ASHA, "SEMI-AUTO", asked)
        await press(telegram, ASHA, modes, "Switch to AUTO")
        question = await seen(telegram, ASHA, "without asking you", asked)
        yes = str(buttons(question)[0]["callback_data"])
        done = await press(telegram, ASHA, question, "Yes, send without asking")
        place = (ASHA, ASHA, question["message_id"])
        again = await telegram.press_and_wait(*place, 20, data=yes)
        status, body = await strategy.place()
        told = await card(telegram, ASHA, 1, "was sent automatically")

    assert done == "main: done."
    assert again["text"] == "This question was already answered or is too old."
    assert (status, body["status"]) == (200, "success")
    assert body["orderid"]
    assert not buttons(told)
