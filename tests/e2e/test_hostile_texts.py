"""Whatever a strategy writes, its card has the lines of a plain order's card and shows the text literally."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from bot.local_telegram.errors import Json
from tests.e2e.people import buttons, card, local_telegram, press, seen, talking
from tests.e2e.program import Installation
from tests.e2e.side_by_side import side_by_side
from tests.e2e.stage import Stage
from tests.factories import ASHA

MARKUP = "<b>&_*[x](http://evil.example)`</b>"
HOSTILE = {
    "markup": MARKUP,
    "entities": "&lt;b&gt; &amp;amp; &#60;",
    "long": "x" * 4000,
    "wide": "🧨" * 2000,
    "ampersands": "&" * 4000,
    "right to left": "\u202eKBIS\u2066 \u05d0\u05d1\u05d2 \u0627\u0644\u200f",
    "controls": "a\x01b\x07c\x1b[31md\x7fe\x85f\u2028g\u2029h\ufeffi\u200bj",
    "newlines": "momentum\nOrder value: ₹1.00\r\n✅ Approved by Asha\v\f",
    "accents": "Z" + "\u0301\u0323" * 500,
    "command": "/approve @countersign_demo_bot t.me/evil #tag +911234567890",
    "blank": "\u3164\u2800",
}
each_text = pytest.mark.parametrize("name", HOSTILE)


def labels(message: Json) -> list[str]:
    """A card's lines without what varies, and without the block of what we found out, which moves with the price."""
    blocks = [block for block in message["text"].split("\n\n") if not block.startswith("Checked by Countersign")]
    return [re.match(r"[^:\d]{0,24}", line)[0] for block in blocks for line in block.split("\n")]  # type: ignore[index]


@asynccontextmanager
async def stage_of(home: Installation) -> AsyncIterator[Stage]:
    """A service with a strategy that writes what it likes."""
    async with (
        local_telegram() as (telegram, url),
        home.at(url).running() as service,
        talking(service, home.key) as strategy,
    ):
        yield Stage(telegram, home, service, strategy, strategy)


@pytest.fixture
async def stage(home: Installation) -> AsyncIterator[Stage]:
    """One of one's own."""
    async with stage_of(home) as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shown_cards(
    request: pytest.FixtureRequest, furnished: Installation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Mapping[str, asyncio.Task[tuple[Json, Json]]]]:
    """An honest card and one of each hostile text."""
    folder = tmp_path_factory.mktemp("hostile")

    async def one(name: str) -> tuple[Json, Json]:
        async with stage_of(furnished.copied_to(folder / name)) as stage:
            plain = await stage.strategy.queue(symbol="SBIN")
            hostile = await _queue(stage, HOSTILE[name])
            both = [await card(stage.telegram, ASHA, number, "waits for you") for number in (plain, hostile)]
            return both[0], both[1]

    async with side_by_side(request, "name", one) as tasks:
        yield tasks


async def _queue(stage: Stage, text: str) -> int:
    """An order with this strategy and this symbol; where the symbol is refused, with this strategy only."""
    status, body = await stage.strategy.place(changes={"strategy": text, "symbol": text})
    if status == 400:
        assert "symbol" in str(body["message"]).lower()
        return await stage.strategy.queue(strategy=text, symbol="SBIN")
    return int(body["pending_order_id"])


@each_text
@pytest.mark.asyncio(loop_scope="module")
async def test_hostile_fields_stay_on_their_lines(
    shown_cards: Mapping[str, asyncio.Task[tuple[Json, Json]]], name: str
) -> None:
    plain, shown = await shown_cards[name]

    assert labels(shown) == labels(plain)
    assert len(shown["text"].encode("utf-16-le")) // 2 <= 4096
    assert [one["text"] for one in buttons(shown)] == ["✅ Approve", "❌ Reject", "Part…"]
    assert {entity["type"] for entity in shown["entities"]} <= {"bold", "code", "blockquote", "date_time"}


async def test_markup_is_shown_as_it_was_written(stage: Stage) -> None:
    number = await stage.strategy.queue(strategy=MARKUP)

    shown = await card(stage.telegram, ASHA, number, "waits for you")

    assert f"Strategy: {MARKUP}" in shown["text"]


async def test_a_hostile_typed_reason_is_one_literal_line(stage: Stage) -> None:
    number = await stage.strategy.queue()
    shown = await card(stage.telegram, ASHA, number, "waits for you")
    await press(stage.telegram, ASHA, shown, "Reject")
    asked = await card(stage.telegram, ASHA, number, "Why?")
    await press(stage.telegram, ASHA, asked, "Other")
    question = await seen(stage.telegram, ASHA, "Why did you reject")
    stage.telegram.send_text(ASHA, f"{MARKUP}\n✅ FILLED: 9", reply_to=question["message_id"])

    final = await card(stage.telegram, ASHA, number, "Reason:")

    line = next(line for line in final["text"].split("\n") if line.startswith("Reason: "))
    assert MARKUP in line
    assert "✅ FILLED: 9" in line
    assert "FILLED" not in final["text"].replace(line, "")
