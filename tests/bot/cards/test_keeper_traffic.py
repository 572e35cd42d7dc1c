"""Cards come as fast as Telegram lets them, what a person waits for first, and nothing is sent twice."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.local_telegram.state.faults import Fault
from bot.transport.priorities import Priority
from bot.transport.send_queue import PER_PRIVATE_CHAT, Lane, Place
from core.accounts import OrderMode
from core.audit import SYSTEM
from core.clock import SystemClock
from core.ids import OrderId
from core.orders.states import LegEvent
from core.services.approval.card_queue import MOST_UNSEEN
from core.services.execution.leg_outcomes import happened
from tests.bot.keeping import cards, decide, mark_all_due, sent
from tests.bot.rig import ASHA, RAVI, Rig, build_face, running_rig
from tests.waiting import SOON, until

BURST, MANY = PER_PRIVATE_CHAT[0], 120


@pytest.fixture
async def limited(tmp_path: Path, template: Path) -> AsyncIterator[Rig]:
    """Telegram limits messages as in life."""
    async with running_rig(tmp_path, template, is_strict=True) as rig:
        yield rig


def statuses(rig: Rig) -> list[int]:
    """What Telegram answered to messages and edits."""
    return [call["status"] for call in rig.telegram.calls if call["method"] in {"sendMessage", "editMessageText"}]


def calls_of(rig: Rig, method: str) -> list[float]:
    """When this method was called."""
    return [call["at"] for call in rig.telegram.calls if call["method"] == method]


async def happen(rig: Rig, order_id: OrderId, *events: LegEvent) -> None:
    """What befalls an approved order on its way to the broker."""
    for event in events:
        async with rig.runtime.database.begin() as tx:
            leg = (await tx.orders.get(order_id)).legs[0]
            assert await tx.orders.record_legs(order_id, [happened(leg, event, SystemClock().now())])
            await tx.commit()


async def test_three_cards_come_at_once_with_one_message_for_the_rest_and_none_is_refused(limited: Rig) -> None:
    await limited.link(ASHA)
    await asyncio.gather(*(limited.order() for _ in range(MANY)))
    await limited.message(ASHA, f"{MANY - MOST_UNSEEN} orders wait for you")

    times = calls_of(limited, "sendMessage")
    assert len(times) == len(cards(limited, ASHA)) == MOST_UNSEEN + 1
    assert times[-1] - times[0] < PER_PRIVATE_CHAT[1] * BURST
    assert set(statuses(limited)) == {200}


async def test_an_order_to_decide_does_not_wait_for_those_that_were_sent_by_themselves(limited: Rig) -> None:
    await limited.link(ASHA)
    accounts = limited.runtime.services.accounts
    await accounts.set("main", SYSTEM, order_mode=OrderMode.AUTO)
    await asyncio.gather(*(limited.order() for _ in range(40)))
    await accounts.set("main", SYSTEM, order_mode=OrderMode.SEMI_AUTO)

    asked = time.time()
    await limited.order(strategy="decide me")
    await limited.message(ASHA, "decide me")

    assert time.time() - asked < PER_PRIVATE_CHAT[1] * BURST
    await limited.message(ASHA, "37 orders sent in auto mode")
    assert set(statuses(limited)) == {200}


async def test_a_tapped_card_does_not_wait_for_new_ones(limited: Rig) -> None:
    await limited.link(ASHA)
    for _ in range(BURST + 10):
        await limited.order()
    first = await limited.message(ASHA, " · #1\n")

    await limited.press(ASHA, first, "Approve")
    await limited.message(ASHA, "Approved by")

    assert len(cards(limited, ASHA)) < BURST + 10
    assert set(statuses(limited)) == {200}


async def test_a_card_that_says_the_same_is_not_edited(still: Rig) -> None:
    await still.link(ASHA)
    order_id = await still.order()
    await decide(still, order_id)
    await still.look()
    before = sent(still)

    await happen(still, order_id, LegEvent.CLAIM)
    await still.look()

    assert sent(still) == before
    assert await still.runtime.services.cards.chats_due() == []


async def test_what_a_card_says_is_known_across_a_restart(still: Rig) -> None:
    await still.link(ASHA)
    order_id = await still.order()
    await decide(still, order_id)
    await still.look()
    before = sent(still)
    await happen(still, order_id, LegEvent.CLAIM)
    application, keeper, _ = build_face(still.runtime, still.base_url)

    await keeper.work()
    await keeper.settle()

    assert sent(still) == before
    await application.bot.shutdown()


async def test_an_edit_that_may_have_arrived_is_made_good_when_the_order_is_as_before(still: Rig) -> None:
    await still.link(ASHA)
    order_id = await still.order()
    await decide(still, order_id)
    await still.look()
    before = cards(still, ASHA)[0]["text"]
    still.telegram.world.faults.add(Fault("editMessageText", cut="after"))
    await happen(still, order_id, LegEvent.CLAIM, LegEvent.LOST)
    await still.look()
    assert cards(still, ASHA)[0]["text"] != before

    await happen(still, order_id, LegEvent.PROVED_ABSENT)
    still.keeper._pauses.keep_only(())
    await still.look()

    assert cards(still, ASHA)[0]["text"] == before


async def test_a_card_is_read_when_its_turn_comes(still: Rig) -> None:
    """So the crowd before it makes no card old, and what was decided meanwhile is not offered any more."""
    await still.link(ASHA)
    order_id = await still.order()
    limiter = still.application.bot.limiter
    limiter._send_queue.block(ASHA, limiter._now() + 0.5)
    await still.keeper.work()
    await decide(still, order_id)
    await still.keeper.settle()

    (card,) = cards(still, ASHA)
    assert "Approved by Asha" in card["text"]
    assert sent(still) == 1


async def test_a_press_goes_before_cards_of_others(still: Rig) -> None:
    await still.link(ASHA)
    await still.link(RAVI)
    await still.order()
    await still.keeper._cards.plan()
    with still.application.presses.handling(ASHA):
        await still.keeper.work()
        async with still.application.bot.limiter.turn(Place(RAVI, Lane.SEND), Priority.TAPPED):
            during = sent(still)
    await still.keeper.settle()

    assert during == 0
    assert len(cards(still, RAVI)) == 1


async def test_stopping_does_not_wait_for_turns(still: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cards.keeper.FINISH_WITHIN", 100 * SOON)
    await still.link(ASHA)
    await still.order()
    limiter = still.application.bot.limiter
    limiter._send_queue.block(ASHA, limiter._now() + 100 * SOON)
    keeping = asyncio.create_task(still.keeper.run())
    await until(lambda: bool(still.keeper._waiting))

    keeping.cancel()
    async with asyncio.timeout(SOON):
        await asyncio.gather(keeping, return_exceptions=True)

    assert cards(still, ASHA) == []


async def test_a_card_that_two_workers_come_for_is_shown_by_one_and_looked_at_again(still: Rig) -> None:
    await still.link(ASHA)
    order_id = await still.order()
    await still.look()
    await mark_all_due(still)
    await still.runtime.services.cards.take_over(1)
    still.telegram.hang_next("editMessageText", 0.3)
    await still.keeper.work()
    await until(lambda: bool(still.keeper._claims._claimed))
    still.runtime.services.cards.wake.clear()
    await decide(still, order_id)
    await still.look()

    assert still.runtime.services.cards.wake.is_set()
    await still.look()
    assert "Approved by Asha" in cards(still, ASHA)[0]["text"]
