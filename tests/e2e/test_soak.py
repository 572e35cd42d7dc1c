"""Two minutes of orders and taps while the power fails at random: nothing is lost and nothing happens twice."""

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field

import aiohttp
import pytest

from bot.local_telegram.errors import Json
from bot.local_telegram.server.server import LocalTelegram
from tests.e2e.crashing import trail_of
from tests.e2e.people import buttons, is_decidable, local_telegram, talking
from tests.e2e.program import Installation, Service
from tests.factories import ASHA, RAVI

SECONDS = 120.0
FAILPOINTS = (
    *("", "queueing", "queued", "deciding", "decided", "claimed", "filling", "filled", "answered", "recorded"),
    *("posting", "posted", "editing", "edited"),
)


@dataclass
class World:
    """What strategy and people have done so far."""

    telegram: LocalTelegram
    home: Installation
    chance: random.Random
    posted: int = 0
    answered: dict[str, int] = field(default_factory=dict)
    tapped: Counter[str] = field(default_factory=Counter)

    async def post(self, service: Service) -> None:
        """One order after another; what got no answer is posted again under its key."""
        async with talking(service, self.home.key) as strategy:
            for once in [str(number) for number in range(self.posted) if str(number) not in self.answered]:
                await self._insist(strategy.place(once), once)
            while True:
                self.posted += 1
                once = str(self.posted - 1)
                await self._insist(strategy.place(once), once)
                await asyncio.sleep(self.chance.uniform(0.5, 2.5))

    async def _insist(self, asking: Awaitable[tuple[int, Json]], once: str) -> None:
        status, body = await asking
        assert status == 200, body
        assert self.answered.setdefault(once, body["pending_order_id"]) == body["pending_order_id"]

    async def tap(self) -> None:
        """Tap whatever has a decision button, now and then both people the same card."""
        while True:
            for person in (ASHA, RAVI):
                open_cards = [one for one in self.telegram.messages(person) if is_decidable(one)]
                if open_cards:
                    self._tap(person, self.chance.choice(open_cards))
            await asyncio.sleep(0.2)

    def _tap(self, person: int, message: Json) -> None:
        button = self.chance.choice(("Approve", "Approve", "Reject"))
        if any(button in one["text"] for one in buttons(message)):
            self.tapped[button] += 1
            self.telegram.press(person, person, message["message_id"], button_text=button)


async def _live_a_while(world: World) -> None:
    """Until the power fails, by itself at a step or from outside."""
    failpoint = world.chance.choice(FAILPOINTS)
    async with world.home.running(failpoint) as service:
        posting = asyncio.ensure_future(world.post(service))
        ending = asyncio.ensure_future(service.ended())
        await asyncio.wait({posting, ending}, timeout=world.chance.uniform(1, 8), return_when=asyncio.FIRST_COMPLETED)
        await service.kill()
        posting.cancel()
        with contextlib.suppress(asyncio.CancelledError, aiohttp.ClientError):
            await posting
        await ending


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_nothing_is_lost_or_doubled_while_the_power_fails_again_and_again(home: Installation) -> None:
    seed = random.randrange(10**6)
    print(f"\nseed {seed}")
    async with local_telegram() as (telegram, url):
        world = World(telegram, home.at(url), random.Random(seed))
        tapping = asyncio.ensure_future(world.tap())
        started, crashes = time.monotonic(), 0
        while time.monotonic() - started < SECONDS:
            await _live_a_while(world)
            crashes += 1
        async with world.home.running() as service, talking(service, home.key) as strategy:
            for once in map(str, range(world.posted)):
                status, body = await strategy.place(once)
                assert (status, body["pending_order_id"]) == (200, world.answered.get(once, body["pending_order_id"]))
            await _until_all_is_decided(world)
            await service.stop()
        tapping.cancel()
    print(f"{crashes} crashes, {world.posted} orders, {world.tapped} taps")
    await _require_one_story(world)


async def _until_all_is_decided(world: World) -> None:
    query = "SELECT count(*) FROM orders WHERE status = 'pending' OR (status = 'approved' AND working)"
    async with asyncio.timeout(400):
        while world.home.sql(query) != [(0,)]:  # noqa: ASYNC110 - the state of another process has no event
            await asyncio.sleep(0.5)


async def _require_one_story(world: World) -> None:
    sent = world.home.sql("SELECT count(*) FROM orders WHERE status = 'approved'")[0][0]
    assert world.home.sql("SELECT count(*) FROM orders") == [(world.posted,)]
    assert world.home.sql("SELECT count(*), count(DISTINCT client_order_id) FROM paper_orders") == [(sent, sent)]
    assert (await world.home.cli("audit", "verify")).status == 0
    told: dict[int, Counter[str]] = {}
    for event in await trail_of(world.home):
        told.setdefault(event["order_id"] or 0, Counter())[event["kind"]] += 1
    del told[0]
    for number, kinds in told.items():
        assert kinds["order.received"] == 1, number
        assert kinds["order.approved"] + kinds["order.rejected"] == 1, number
        assert kinds["leg.filled"] == kinds["order.approved"], number
        assert kinds["leg.sending"] == kinds["order.approved"] + kinds["leg.absent"] + kinds["leg.not_sent"], number
