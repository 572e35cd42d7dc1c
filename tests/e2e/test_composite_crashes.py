"""The process is killed between the legs of an order; each leg is sent once, and the card ends true."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import NamedTuple

import pytest
import pytest_asyncio

from bot.local_telegram.errors import Json
from tests.e2e.composites import KINDS, Composite, CompositeStory
from tests.e2e.crashing import KILLED, Crash, Ending, play
from tests.e2e.people import buttons, card, local_telegram, talking
from tests.e2e.program import Installation
from tests.e2e.side_by_side import InModes, side_by_side
from tests.factories import ASHA, RAVI

AT_THE_TAP = ("deciding", "decided")
STEPS: Mapping[str, tuple[str, ...]] = {
    "basket": ("queued", "decided", "claimed:3", "filling:2", "filled:3", "answered:2", "recorded:2"),
    "split": ("claimed:3", "filled:4", "recorded:1", "recorded:2"),
    "options": ("queueing", "deciding", "claimed:2", "filled:3", "recorded:3"),
    "smart": ("queued", "decided", "claimed", "filled", "recorded"),
}
"""`claimed:3`: when the third leg is claimed."""
MODES = (("semi_auto", "live"), ("auto", "sandbox"))
CRASHES = [
    Composite(kind, Crash(step, *modes))
    for kind, steps in STEPS.items()
    for step in steps
    for modes in MODES
    if not (modes[0] == "auto" and step in AT_THE_TAP)
]
pytestmark = pytest.mark.asyncio(loop_scope="module")
each_crash = pytest.mark.parametrize("composite", CRASHES, ids=str)


class Broker(NamedTuple):
    """What the paper broker's own table has, whatever our API tells."""

    orders: list[str]
    client_order_ids: list[str]


class Aftermath(NamedTuple):
    """The ending, and the broker's side of it."""

    ending: Ending
    broker: Broker


Aftermaths = Mapping[Composite, asyncio.Task[Aftermath]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def aftermaths(
    request: pytest.FixtureRequest, furnished: Installation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Aftermaths]:
    """Every crash that is asked for; each test waits for its own."""
    folder, made = tmp_path_factory.mktemp("composites"), InModes(furnished, tmp_path_factory.mktemp("modes"))

    async def one(composite: Composite) -> Aftermath:
        crash = composite.crash
        copied = await made.copy(crash.order_mode, crash.trading_mode, folder / str(composite))
        # At the tap an option means the same strike as on its card: prices stand still.
        home = Installation(copied.folder, copied.nursery, {"COUNTERSIGN_FEED__TICK_EVERY": "1h"}, copied.key)
        ending = await play(crash, home, partial(CompositeStory, kind=KINDS[composite.kind]))
        return Aftermath(ending, _broker_of(home))

    async with side_by_side(request, "composite", one) as tasks:
        yield tasks


def _broker_of(home: Installation) -> Broker:
    rows = home.sql(
        "SELECT action, quantity, symbol, status, client_order_id FROM paper_orders ORDER BY placed_at, rowid"
    )
    return Broker([in_words(*row[:4]) for row in rows], [row[4] for row in rows])


def in_words(action: str, quantity: object, symbol: str, status: str) -> str:
    """`BUY 65 CE complete`: which strike depends on the day."""
    return f"{action} {float(str(quantity)):g} {re.sub(r'^NIFTY.*(?=CE$)', '', symbol)} {status}"


def legs_of(outcome: Json) -> list[str]:
    """What became of each leg, in the order in which they were to be sent."""
    fields = ("action", "quantity", "symbol", "broker_status")
    return [in_words(*(leg[name] for name in fields)) for leg in outcome["orders"]]


@each_crash
async def test_no_leg_is_lost_and_each_ends_in_its_true_state(aftermaths: Aftermaths, composite: Composite) -> None:
    ending = (await aftermaths[composite]).ending
    kind = KINDS[composite.kind]

    assert ending.died == KILLED
    assert ending.stopped == 0
    assert ending.outcome["status"] == "approved"
    assert ending.outcome["decided_by"] == ("auto" if composite.crash.is_auto else "Asha")
    assert legs_of(ending.outcome) == [*kind.legs]
    assert ending.outcome["broker_status"] == ("partial" if kind.ends == "PARTLY DONE" else "complete")


@each_crash
async def test_the_broker_has_one_order_for_each_leg(aftermaths: Aftermaths, composite: Composite) -> None:
    ending, broker = await aftermaths[composite]
    kind = KINDS[composite.kind]

    before = ["BUY 10 SBIN complete"] * kind.finds_a_position
    assert Counter(broker.orders) == Counter([*before, *kind.legs])
    assert len(set(broker.client_order_ids)) == len(broker.client_order_ids)
    assert ending.orders_stored == 1 + kind.finds_a_position
    told = {one["orderid"]: one["order_status"] for one in ending.broker_orders}
    for leg in ending.outcome["orders"]:
        assert leg["orderid"] is None or told[leg["orderid"]] == leg["broker_status"]


@each_crash
async def test_every_copy_of_the_card_ends_true(aftermaths: Aftermaths, composite: Composite) -> None:
    ending = (await aftermaths[composite]).ending
    kind = KINDS[composite.kind]

    newest = {copy["chat"]["id"]: copy for copy in ending.copies}
    assert set(newest) == {ASHA, RAVI}
    for copy in newest.values():
        assert kind.ends in copy["text"]
        assert ("FILLED" in copy["text"]) == (kind.ends == "FILLED")
        assert ("rejected by the broker" in copy["text"]) == any("rejected" in leg for leg in kind.legs)
    assert not any(buttons(copy) for copy in ending.copies)


@each_crash
async def test_the_trail_tells_of_each_leg_once(aftermaths: Aftermaths, composite: Composite) -> None:
    ending = (await aftermaths[composite]).ending
    kind = KINDS[composite.kind]
    told = Counter(event["kind"] for event in ending.trail if event["order_id"] == 1 + kind.finds_a_position)

    assert ending.verified.status == 0, ending.verified.out
    assert told["order.received"] == told["order.approved"] == 1
    assert told["leg.filled"] == sum("complete" in leg for leg in kind.legs)
    assert told["leg.sending"] == len(kind.legs) + told["leg.absent"] + told["leg.not_sent"]


async def test_legs_that_came_too_late_are_given_up_and_the_card_says_partly_done(home: Installation) -> None:
    crash = Crash("claimed:3", "semi_auto", "live")
    async with local_telegram() as (telegram, url):
        here = home.at(url)
        story = CompositeStory(crash, here, telegram, kind=KINDS["split"])
        async with here.running(story.failpoint) as service:
            assert await story.begin(service) == KILLED
        here.sql("UPDATE orders SET execute_by = created_at")
        async with here.running() as service, talking(service, home.key) as strategy:
            shown = [await card(telegram, person, 1, "PARTLY DONE: 2 of 4 filled") for person in (ASHA, RAVI)]
            outcome = await strategy.outcome(1)

    given_up = ["BUY 10 SBIN cancelled", "BUY 5 SBIN cancelled"]
    assert legs_of(outcome) == ["BUY 10 SBIN complete"] * 2 + given_up
    assert (outcome["status"], outcome["broker_status"]) == ("approved", "partial")
    assert _broker_of(home).orders == ["BUY 10 SBIN complete"] * 2
    assert not any(buttons(one) for one in shown)
