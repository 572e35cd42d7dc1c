"""The process is killed at every step of an order's way; nobody loses an order and none is sent twice."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from tests.e2e.crashing import CRASHES, KILLED, Crash, Ending, play
from tests.e2e.people import buttons
from tests.e2e.program import Installation
from tests.e2e.side_by_side import InModes, side_by_side
from tests.factories import ASHA, RAVI

pytestmark = pytest.mark.asyncio(loop_scope="module")
each_crash = pytest.mark.parametrize("crash", CRASHES, ids=str)

Endings = Mapping[Crash, asyncio.Task[Ending]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def endings(
    request: pytest.FixtureRequest, furnished: Installation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Endings]:
    """Every crash that is asked for; each test waits for its own."""
    folder, made = tmp_path_factory.mktemp("crashes"), InModes(furnished, tmp_path_factory.mktemp("modes"))

    async def one(crash: Crash) -> Ending:
        home = await made.copy(crash.order_mode, crash.trading_mode, folder / str(crash))
        return await play(crash, home)

    async with side_by_side(request, "crash", one) as tasks:
        yield tasks


@each_crash
async def test_an_order_survives_and_completes(endings: Endings, crash: Crash) -> None:
    ending = await endings[crash]

    assert ending.died == KILLED
    assert ending.orders_stored == 1
    assert (ending.outcome["status"], ending.outcome["broker_status"]) == ("approved", "complete")
    assert ending.outcome["decided_by"] == ("auto" if crash.is_auto else "Asha")
    assert ending.stopped == 0


@each_crash
async def test_the_broker_gets_it_exactly_once(endings: Endings, crash: Crash) -> None:
    ending = await endings[crash]

    assert ending.broker_orders_stored == 1
    assert [order["order_status"] for order in ending.broker_orders] == ["complete"]
    assert ending.broker_orders[0]["orderid"] == ending.outcome["orders"][0]["orderid"]


@each_crash
async def test_every_copy_of_the_card_ends_true(endings: Endings, crash: Crash) -> None:
    ending = await endings[crash]

    newest = {copy["chat"]["id"]: copy for copy in ending.copies}
    assert set(newest) == {ASHA, RAVI}
    assert all("FILLED" in copy["text"] for copy in newest.values())
    assert not any(buttons(copy) for copy in ending.copies)
    # A copy without buttons, sent in the instant of the power cut, can never be found again.
    assert crash.is_auto or all("FILLED" in copy["text"] for copy in ending.copies)


@each_crash
async def test_every_tap_is_answered_with_the_truth(endings: Endings, crash: Crash) -> None:
    ending = await endings[crash]

    allowed = ("✅ Approved order #1. Sending it now.", "Order #1 was already approved by ")
    assert all(toast.startswith(allowed) for toast in ending.toasts)
    assert crash.is_auto or ending.toasts


@each_crash
async def test_the_trail_verifies_and_tells_one_story(endings: Endings, crash: Crash) -> None:
    ending = await endings[crash]

    assert ending.verified.status == 0, ending.verified.out
    told, kinds = ending.told, [event["kind"] for event in ending.trail if event["order_id"] == 1]
    assert told["order.received"] == told["order.approved"] == told["leg.filled"] == 1
    assert told["leg.sending"] == 1 + told["leg.absent"] + told["leg.not_sent"]
    assert told["order.shown"] >= 2
    story = ("order.received", "order.approved", "leg.sending", "leg.filled")
    assert sorted(story, key=kinds.index) == [*story]
