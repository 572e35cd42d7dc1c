"""The process is killed while an order is sent that was approved in advance: its use is neither lost nor doubled."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.local_telegram.errors import Json
from bot.local_telegram.server.server import LocalTelegram
from tests.e2e.crashing import KILLED, ONCE
from tests.e2e.people import approve, card, is_decidable, local_telegram, press, seen, talking
from tests.e2e.program import Installation, Result, Service
from tests.e2e.side_by_side import side_by_side
from tests.factories import ASHA, RAVI

CRASHES = ("queueing", "queued", "deciding", "decided", "claimed", "filled", "answered", "recorded")
APPROVED_LATER = ("queued", "deciding")
"""Killed before the approval was on disk: the order waits for a tap."""
ADD = "/standing add momentum buy SBIN order=10shares day=15shares until=tomorrow"
pytestmark = pytest.mark.asyncio(loop_scope="module")
each_crash = pytest.mark.parametrize("crash", CRASHES)


@dataclass(frozen=True)
class Ending:
    """What can be seen once the dust has settled."""

    died: int
    first: Json
    second: Json
    used: list[Json]
    broker_orders: list[Json]
    stopped: list[Json]
    verified: Result


Endings = Mapping[str, asyncio.Task[Ending]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def endings(
    request: pytest.FixtureRequest, furnished: Installation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Endings]:
    """Every crash that is asked for; each test waits for its own."""
    folder = tmp_path_factory.mktemp("standing")

    async def one(crash: str) -> Ending:
        return await play(crash, furnished.copied_to(folder / crash))

    async with side_by_side(request, "crash", one) as tasks:
        yield tasks


async def play(step: str, home: Installation) -> Ending:
    """Give, post, die at this step, start again, post again, and post one more that the day has no room for."""
    async with local_telegram(ASHA, RAVI) as (telegram, url):
        here = home.at(url)
        async with here.running(step) as service:
            died = await _give_and_post(service, here, telegram)
        async with here.running() as service, talking(service, here.key) as strategy:
            await strategy.place(ONCE)
            shown = await card(telegram, ASHA, 1, "momentum")
            if step in APPROVED_LATER:
                assert is_decidable(await card(telegram, ASHA, 1, "waits for you")), shown
                await approve(telegram, ASHA, 1)
            await card(telegram, ASHA, 1, "FILLED")
            first = await strategy.outcome(1)
            second = await strategy.queue()
            await card(telegram, ASHA, second, "waits for you" if first["decided_by"] != "Asha" else "FILLED")
            ended = await strategy.outcome(second, wait=0)
            broker_orders = await strategy.broker_orders()
            await service.stop()
    used = await home.json("standing", "list", "main")
    assert (await home.cli("standing", "stop", "main", "1")).status == 0
    stopped = await home.json("standing", "list", "main")
    return Ending(died, first, ended, used, broker_orders, stopped, await home.cli("audit", "verify"))


async def _give_and_post(service: Service, home: Installation, telegram: LocalTelegram) -> int:
    """Asha approves in advance, a strategy posts; how the process died."""
    telegram.send_text(ASHA, ADD)
    await press(telegram, ASHA, await seen(telegram, ASHA, "Approve in advance?"), "Yes, approve in advance")
    await seen(telegram, ASHA, "is in force")
    async with talking(service, home.key) as strategy:
        posting = asyncio.ensure_future(strategy.place(ONCE))
        died = await service.ended()
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)
    return died


@each_crash
async def test_the_order_is_executed_once_and_used_once(endings: Endings, crash: str) -> None:
    ending = await endings[crash]

    assert ending.died == KILLED
    assert (ending.first["status"], ending.first["broker_status"]) == ("approved", "complete")
    assert ending.verified.status == 0, ending.verified.out
    assert [one["used"] for one in ending.used] == ["10 shares of 15 shares used today"]
    assert ending.stopped == []


@each_crash
async def test_the_day_has_room_for_one_order_and_the_other_needed_a_tap(endings: Endings, crash: str) -> None:
    ending = await endings[crash]

    deciders = {ending.first["decided_by"], ending.second["decided_by"]}
    waited = crash in APPROVED_LATER
    assert deciders == ({"Asha", "standing approval 1"} if waited else {"standing approval 1", None})
    assert len(ending.broker_orders) == (2 if waited else 1)
