"""The power fails while fifty orders arrive at once: what was answered exists, and nothing exists twice."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import aiohttp
import pytest
import pytest_asyncio

from bot.local_telegram.errors import Json
from tests.e2e.crashing import KILLED
from tests.e2e.people import Strategy, local_telegram, orders_settled, talking
from tests.e2e.program import Installation, Service
from tests.e2e.side_by_side import InModes, side_by_side

COUNT = 50
pytestmark = pytest.mark.asyncio(loop_scope="module")


class Batch(NamedTuple):
    """The account's order mode, and when the power fails: at a step, or after so many answers."""

    order_mode: str
    moment: str | int

    @property
    def failpoint(self) -> str:
        """The step at which it dies by itself."""
        return self.moment if isinstance(self.moment, str) else ""

    def __str__(self) -> str:
        return f"{self.order_mode}-{self.moment}"


MOMENTS: tuple[str | int, ...] = ("queueing", "queued", 1, 10, 30)
BATCHES = [Batch(mode, moment) for mode in ("semi_auto", "auto") for moment in MOMENTS]
each_batch = pytest.mark.parametrize("batch", BATCHES, ids=str)


@dataclass(frozen=True)
class Ending:
    """The answers before and after, and what is in the database file."""

    died: int
    before: dict[str, Json]
    after: dict[str, Json]
    order_of: dict[str, int]
    statuses: list[str]
    broker_orders: int
    verified: int


Endings = Mapping[Batch, asyncio.Task[Ending]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def endings(
    request: pytest.FixtureRequest, furnished: Installation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Endings]:
    """Every batch; each test waits for its own."""
    folder, made = tmp_path_factory.mktemp("batches"), InModes(furnished, tmp_path_factory.mktemp("modes"))

    async def one(batch: Batch) -> Ending:
        return await _play(batch, await made.copy(batch.order_mode, "live", folder / str(batch)))

    async with side_by_side(request, "batch", one) as tasks:
        yield tasks


async def _play(batch: Batch, home: Installation) -> Ending:
    async with local_telegram() as (_, url):
        here = home.at(url)
        async with here.running(batch.failpoint) as service, talking(service, home.key) as strategy:
            before = await _post_all(strategy, service, batch.moment)
            died = await service.ended()
        async with here.running() as service, talking(service, home.key) as strategy:
            after = {once: await _insist(strategy, once) for once in map(str, range(COUNT))}
            await orders_settled(home)
            assert (await service.stop())[0] == 0
    return Ending(
        died=died,
        before=before,
        after=after,
        order_of=dict(home.sql("SELECT key, order_id FROM idempotency")),
        statuses=[row[0] for row in home.sql("SELECT coalesce(broker_status, status) FROM orders")],
        broker_orders=home.sql("SELECT count(*) FROM paper_orders")[0][0],
        verified=(await home.cli("audit", "verify")).status,
    )


async def _post_all(strategy: Strategy, service: Service, moment: str | int) -> dict[str, Json]:
    """Post all at once; the answers that arrived. After so many of them the power fails."""
    answers: dict[str, Json] = {}

    async def post(once: str) -> None:
        status, body = await strategy.place(once)
        assert status == 200, body
        answers[once] = body
        if len(answers) == moment:
            await service.kill()

    done = await asyncio.gather(*(post(str(number)) for number in range(COUNT)), return_exceptions=True)
    unexpected = [one for one in done if one is not None and not isinstance(one, aiohttp.ClientError)]
    assert not unexpected
    return answers


async def _insist(strategy: Strategy, once: str) -> Json:
    """Post again under the same key until there is an answer; while it is on its way it is 409."""
    async with asyncio.timeout(30):
        while (answer := await strategy.place(once))[0] == 409:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)
    assert answer[0] == 200, answer
    return answer[1]


@each_batch
async def test_every_answered_order_exists_exactly_once(endings: Endings, batch: Batch) -> None:
    ending = await endings[batch]

    assert ending.died == KILLED
    assert len(ending.statuses) == COUNT
    assert sorted(ending.order_of, key=int) == [str(number) for number in range(COUNT)]
    assert len(set(ending.order_of.values())) == COUNT
    assert ending.verified == 0


@each_batch
async def test_posting_again_gets_the_first_answer_and_makes_no_second_order(endings: Endings, batch: Batch) -> None:
    ending = await endings[batch]

    assert all(ending.after[once] == answer for once, answer in ending.before.items())
    if batch.order_mode == "semi_auto":
        assert {once: body["pending_order_id"] for once, body in ending.after.items()} == ending.order_of
        assert ending.statuses == ["pending"] * COUNT


@each_batch
async def test_the_broker_has_each_sent_order_once_and_no_queued_one(endings: Endings, batch: Batch) -> None:
    ending = await endings[batch]

    if batch.order_mode == "auto":
        assert (ending.broker_orders, ending.statuses) == (COUNT, ["complete"] * COUNT)
    else:
        assert ending.broker_orders == 0
