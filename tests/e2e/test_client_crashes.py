"""The process is killed inside a client's close: it is not lost, and nothing is closed twice."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.local_telegram.server.server import LocalTelegram
from tests.e2e.crashing import KILLED, trail_of
from tests.e2e.people import approve, card, cards_settled, local_telegram, seen, talking
from tests.e2e.program import Installation, Result, Service
from tests.e2e.side_by_side import InModes, side_by_side
from tests.factories import ASHA, RAVI

STEPS = ("closing", "closed", "claimed:2", "filling:2", "filled:2", "answered:2", "recorded:2")
"""`claimed:2`: of the close; the strategy's order, which it closes, was the first."""
CRASHES = [f"{step} {mode}" for step in STEPS for mode in ("live", "sandbox")]
TOASTS = ("📤 On its way: order #2.", "This question was already answered")
pytestmark = pytest.mark.asyncio(loop_scope="module")
each_crash = pytest.mark.parametrize("crash", CRASHES)


@dataclass(frozen=True)
class Ending:
    """What can be seen once the dust has settled."""

    died: int
    toast: str
    broker_orders: list[tuple[str, str, str]]
    orders: list[tuple[str, int, str, str]]
    kinds: list[str]
    verified: Result


Endings = Mapping[str, asyncio.Task[Ending]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def endings(
    request: pytest.FixtureRequest, furnished: Installation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Endings]:
    """Every crash that is asked for; each test waits for its own."""
    folder, made = tmp_path_factory.mktemp("closes"), InModes(furnished, tmp_path_factory.mktemp("modes"))

    async def one(crash: str) -> Ending:
        step, mode = crash.split()
        return await play(step, await made.copy("semi_auto", mode, folder / crash.replace(" ", "-")))

    async with side_by_side(request, "crash", one) as tasks:
        yield tasks


async def play(step: str, home: Installation) -> Ending:
    """Buy, close, die at this step, start again, and see what came of it."""
    async with local_telegram(ASHA, RAVI) as (telegram, url):
        here = home.at(url)
        async with here.running(step) as service:
            died, query = await _close(service, here, telegram)
        async with here.running() as service:
            toast = str((await telegram.answer_of(query, 20))["text"])
            for person in (ASHA, RAVI):
                await card(telegram, person, 2, "FILLED")
            await cards_settled(here)
            await service.stop()
    return Ending(
        died=died,
        toast=toast,
        broker_orders=home.sql("SELECT action, status, quantity FROM paper_orders ORDER BY rowid"),
        orders=home.sql("SELECT api_type, approved_by_id, status, broker_status FROM orders ORDER BY id"),
        kinds=[event["kind"] for event in await trail_of(home) if event["order_id"] == 2],
        verified=await home.cli("audit", "verify"),
    )


async def _close(service: Service, home: Installation, telegram: LocalTelegram) -> tuple[int, str]:
    """A strategy buys ten, Asha approves that, and closes it; how the process died, and her tap."""
    async with talking(service, home.key) as strategy:
        await strategy.queue()
        await approve(telegram, ASHA, 1)
        await card(telegram, ASHA, 1, "FILLED")
    telegram.send_text(ASHA, "/close SBIN")
    question = await seen(telegram, ASHA, "Close SBIN?")
    query = telegram.press(ASHA, ASHA, question["message_id"], button_text="✅ Yes, close SBIN: SELL 10")
    return await service.ended(), query


@each_crash
async def test_a_close_is_neither_lost_nor_done_twice(endings: Endings, crash: str) -> None:
    ending = await endings[crash]

    assert ending.died == KILLED
    assert ending.orders[1:] == [("client", ASHA, "approved", "complete")]
    assert [row[:2] for row in ending.broker_orders] == [("BUY", "complete"), ("SELL", "complete")]
    assert {float(row[2]) for row in ending.broker_orders} == {10.0}


@each_crash
async def test_the_tap_is_answered_and_the_trail_tells_one_story(endings: Endings, crash: str) -> None:
    ending = await endings[crash]

    assert ending.toast.startswith(TOASTS)
    assert ending.verified.status == 0, ending.verified.out
    kinds = ending.kinds
    assert kinds.count("order.received") == kinds.count("order.approved") == kinds.count("leg.filled") == 1
    assert kinds.count("leg.sending") == 1 + kinds.count("leg.absent") + kinds.count("leg.not_sent")
