"""Telegram refuses, slows down or hangs up at the worst moment; the cards end true all the same."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pytest
import pytest_asyncio

from bot.local_telegram.errors import ApiError, Json
from bot.local_telegram.server.server import LocalTelegram
from bot.local_telegram.state.faults import Fault
from tests.e2e.people import (
    PATIENCE,
    buttons,
    card,
    cards,
    cards_settled,
    is_decidable,
    local_telegram,
    press,
    talking,
)
from tests.e2e.program import Installation
from tests.e2e.side_by_side import side_by_side
from tests.factories import ASHA, RAVI

pytestmark = pytest.mark.asyncio(loop_scope="module")
TROUBLES: Mapping[str, Fault] = {
    "429": Fault("", ApiError(429, "Too Many Requests: retry after 1", {"retry_after": 1})),
    "500": Fault("", ApiError(500, "Internal Server Error")),
    "lost before effect": Fault("", cut="before"),
    "lost after effect": Fault("", cut="after"),
    "not editable": Fault("", ApiError(400, "Bad Request: message can't be edited")),
}


class Trouble(NamedTuple):
    """The next call of this method goes wrong in this way."""

    method: str
    what: str

    def __str__(self) -> str:
        return f"{self.method}-{self.what}"


COMMON = ("429", "500", "lost before effect", "lost after effect")
SEND, EDIT, ANSWER = "sendMessage", "editMessageText", "answerCallbackQuery"
ALL = [Trouble(method, what) for method in (SEND, EDIT, ANSWER) for what in COMMON] + [Trouble(EDIT, "not editable")]
each_trouble = pytest.mark.parametrize("trouble", ALL, ids=str)


@dataclass(frozen=True)
class Ending:
    """What there is to see once the cards are settled."""

    outcome: Json
    copies: list[Json]
    broker_orders: int
    hits: int


Endings = Mapping[Trouble, asyncio.Task[Ending]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def endings(
    request: pytest.FixtureRequest, furnished: Installation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Endings]:
    """Every trouble; each test waits for its own."""
    folder = tmp_path_factory.mktemp("troubles")

    async def one(trouble: Trouble) -> Ending:
        return await _play(trouble, furnished.copied_to(folder / str(trouble)))

    async with side_by_side(request, "trouble", one) as tasks:
        yield tasks


async def _play(trouble: Trouble, home: Installation) -> Ending:
    async with (
        local_telegram() as (telegram, url),
        home.at(url).running() as service,
        talking(service, home.key) as strategy,
    ):
        _order(telegram, trouble)
        number = await strategy.queue()
        await _tap(telegram, trouble, number)
        for person in (ASHA, RAVI):
            await card(telegram, person, number, "FILLED")
            for copy in filter(is_decidable, cards(telegram, person, number)):
                await press(telegram, person, copy, "Reject")
            await _none_decidable(telegram, person, number)
        await cards_settled(home)
        outcome = await strategy.outcome(number)
    return Ending(
        outcome=outcome,
        copies=[copy for person in (ASHA, RAVI) for copy in cards(telegram, person, number)],
        broker_orders=home.sql("SELECT count(*) FROM paper_orders")[0][0],
        hits=sum(call["method"] == trouble.method and call["status"] != 200 for call in telegram.calls),
    )


async def _none_decidable(telegram: LocalTelegram, person: int, number: int) -> None:
    """A copy that was unknown until its press is put right after the answer."""
    await telegram.wait_for(lambda: not any(map(is_decidable, cards(telegram, person, number))), PATIENCE)


def _order(telegram: LocalTelegram, trouble: Trouble) -> None:
    fault = TROUBLES[trouble.what]
    chat = None if trouble.method == ANSWER else ASHA
    telegram.world.faults.add(Fault(trouble.method, fault.error, fault.cut, chat_id=chat))


async def _tap(telegram: LocalTelegram, trouble: Trouble, number: int) -> None:
    """Tap the oldest copy, which the program may know nothing of; the answer may not arrive."""
    await card(telegram, ASHA, number, "waits for you")
    if trouble == (SEND, "lost after effect"):
        await telegram.wait_for(lambda: cards(telegram, ASHA, number)[1:], PATIENCE)
    oldest = cards(telegram, ASHA, number)[0]
    telegram.press(ASHA, ASHA, oldest["message_id"], button_text="Approve")


@each_trouble
async def test_the_tap_counts_and_sends_one_order(endings: Endings, trouble: Trouble) -> None:
    ending = await endings[trouble]

    assert ending.hits >= 1
    assert (ending.outcome["status"], ending.outcome["decided_by"]) == ("approved", "Asha")
    assert ending.broker_orders == 1


@each_trouble
async def test_every_copy_ends_true(endings: Endings, trouble: Trouble) -> None:
    ending = await endings[trouble]

    assert {copy["chat"]["id"] for copy in ending.copies} == {ASHA, RAVI}
    assert all("FILLED" in copy["text"] and not buttons(copy) for copy in ending.copies)
