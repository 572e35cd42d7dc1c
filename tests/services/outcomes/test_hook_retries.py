"""What a receiver does not take is kept, tried again in order, and given up for all to see."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.process.bootstrap import open_runtime
from bot.settings.settings import Hooks
from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM, Kind
from core.ports.hooks import DeliveryStatus
from tests.runtime import Spine, settings_for
from tests.services.outcomes.hook_rig import ENDED, Receiver, a_receiver, carry, executed, key_of, set_hook, standing
from tests.signatures import verify
from tests.waiting import until


async def test_a_failure_is_tried_again_under_the_same_id_and_holds_back_its_own_order_only(
    hooked: Spine, receiver: Receiver
) -> None:
    await set_hook(hooked, receiver)
    first = await hooked.queue()
    receiver.statuses = [500]
    await carry(hooked)
    await hooked.reject(first)
    second = await hooked.queue()
    await carry(hooked)
    before = [(body["event"], body["data"]["pending_order_id"]) for body in receiver.bodies()]

    hooked.clock.advance(seconds=7)
    await carry(hooked)

    after = [(body["event"], body["data"]["pending_order_id"]) for body in receiver.bodies()]
    assert before == [("queued", first), ("queued", second)]
    assert after[2:] == [("queued", first), ("rejected", first)]
    assert receiver.ids()[0] == receiver.ids()[2]


@pytest.mark.parametrize("status", [302, 400, 404, 429, 503])
async def test_what_is_no_2xx_is_not_taken_and_no_redirect_is_followed(
    hooked: Spine, receiver: Receiver, status: int
) -> None:
    await set_hook(hooked, receiver)
    receiver.statuses = [status]
    await hooked.queue()
    await carry(hooked)

    (delivery,) = await hooked.services.hooks.deliveries(hooked.account.id, 10)
    assert len(receiver.got) == 1
    assert (delivery.status, delivery.attempts, delivery.answer) == (DeliveryStatus.DUE, 1, f"HTTP {status}")


async def test_retries_come_ever_later_and_after_a_day_it_is_given_up_for_all_to_see(
    hooked: Spine, receiver: Receiver
) -> None:
    await set_hook(hooked, receiver)
    receiver.always = 503
    await hooked.queue()
    waits: list[timedelta] = []
    await hooked.runtime.hook_delivery.plan()
    while True:
        await hooked.runtime.hook_delivery.deliver_due(hooked.account.id)
        (delivery,) = await hooked.services.hooks.deliveries(hooked.account.id, 10)
        if delivery.status is not DeliveryStatus.DUE:
            break
        waits.append(delivery.next_at - hooked.clock.now())
        hooked.clock.moment = delivery.next_at

    assert delivery.status is DeliveryStatus.GIVEN_UP
    assert waits[0] >= timedelta(seconds=5)
    assert timedelta(hours=1) <= max(waits) <= timedelta(hours=1.2)
    assert timedelta(hours=22) < hooked.clock.now() - delivery.created_at < timedelta(hours=24)
    assert await standing(hooked) == {DeliveryStatus.GIVEN_UP: 1}


async def test_410_stops_the_hook_gives_up_the_rest_and_is_audited(hooked: Spine, receiver: Receiver) -> None:
    await set_hook(hooked, receiver)
    receiver.statuses = [410]
    await executed(hooked)
    await carry(hooked)
    await executed(hooked)
    await carry(hooked)

    hook = (await hooked.services.hooks.show(hooked.account.id)).hook
    assert (len(receiver.got), hook.stopped_why) == (1, "the receiver answered 410 Gone")
    assert await standing(hooked) == {DeliveryStatus.GIVEN_UP: 3}
    assert Kind.HOOK_STOPPED in [link.kind for link in await hooked.audit_of()]


async def test_a_stopped_hook_that_is_set_again_begins_with_what_is_new(hooked: Spine, receiver: Receiver) -> None:
    await set_hook(hooked, receiver)
    receiver.statuses = [410]
    await hooked.queue()
    await carry(hooked)
    await hooked.queue()

    new = await hooked.services.hooks.set(hooked.account.id, receiver.url, SYSTEM)
    order_id = await hooked.queue()
    await carry(hooked)

    assert (new.secret, receiver.bodies()[-1]["data"]["pending_order_id"], len(receiver.got)) == (None, order_id, 2)


async def test_a_receiver_that_hangs_up_before_we_wrote_it_down_gets_the_same_id_again(
    hooked: Spine, receiver: Receiver
) -> None:
    """The process dies between the receiver's answer and our record of it."""
    await set_hook(hooked, receiver)
    await hooked.queue()
    receiver.go.clear()
    running = asyncio.create_task(carry(hooked))
    await until(lambda: bool(receiver.got))
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    receiver.go.set()

    await carry(hooked)

    assert receiver.events() == ["queued", "queued"]
    assert len(set(receiver.ids())) == 1


async def test_what_is_due_survives_a_restart(hooked: Spine, receiver: Receiver, tmp_path: Path) -> None:
    secret = await set_hook(hooked, receiver)
    receiver.statuses = [503]
    await executed(hooked)
    await carry(hooked)
    hooked.clock.advance(minutes=1)

    async with open_runtime(settings_for(tmp_path, hooks=Hooks(allow_private=True)), hooked.clock) as again:
        while await again.hook_delivery.deliver_due(hooked.account.id):
            pass

    assert receiver.events() == ["queued", *ENDED]
    verify(key_of(secret), *receiver.got[-1], hooked.clock.now())


async def test_the_loop_delivers_when_woken_and_one_hanging_receiver_holds_up_no_other(
    hooked: Spine, receiver: Receiver
) -> None:
    other = await hooked.services.accounts.add("other", "paper", OrderMode.SEMI_AUTO, TradingMode.LIVE, SYSTEM)
    key = await hooked.services.keys.create(other.id, "x", SYSTEM)
    await set_hook(hooked, receiver)
    async with a_receiver() as hanging:
        hanging.go.clear()
        await hooked.services.hooks.set(other.id, hanging.url, SYSTEM)
        loop = asyncio.create_task(hooked.runtime.hook_delivery.run())
        await hooked.queue(caller=await hooked.services.keys.authenticate(key.secret))
        await executed(hooked)
        await until(lambda: len(receiver.got) == 3 and bool(hanging.got))
        loop.cancel()
        with suppress(asyncio.CancelledError):
            await loop

    assert (receiver.events(), hanging.events()) == (ENDED, ["queued"])
