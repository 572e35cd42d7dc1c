"""Hooks: every event reaches its receiver, signed, in order, and no secret is kept."""

import json

import pytest

from core.audit import SYSTEM, Kind
from core.errors import Invalid, NotFound
from core.ids import AccountId
from core.ports.hooks import DeliveryStatus
from tests.runtime import Spine
from tests.services.outcomes.hook_rig import ENDED, Receiver, carry, executed, key_of, set_hook, standing
from tests.signatures import verify


async def test_an_orders_life_arrives_signed_and_in_order(hooked: Spine, receiver: Receiver) -> None:
    secret = await set_hook(hooked, receiver)

    order_id = await executed(hooked)
    await carry(hooked)

    assert receiver.events() == ENDED
    for headers, body in receiver.got:
        verify(key_of(secret), headers, body, hooked.clock.now())
        assert headers["content-type"] == "application/json"
    told = receiver.bodies()[-1]
    assert (told["data"]["pending_order_id"], told["data"]["broker_status"]) == (order_id, "complete")
    assert await standing(hooked) == {DeliveryStatus.DELIVERED: 3}


async def test_what_happened_before_the_hook_was_set_is_not_sent(hooked: Spine, receiver: Receiver) -> None:
    await executed(hooked)
    await set_hook(hooked, receiver)
    await carry(hooked)

    assert receiver.got == []


async def test_nothing_is_lost_when_the_delivery_was_not_running(hooked: Spine, receiver: Receiver) -> None:
    await set_hook(hooked, receiver)
    for _ in range(120):
        await executed(hooked)

    await carry(hooked)

    for order_id in range(1, 121):
        told = [body["event"] for body in receiver.bodies() if body["data"]["pending_order_id"] == order_id]
        assert told == ENDED
    assert len(set(receiver.ids())) == 360


async def test_a_new_secret_signs_beside_the_old_one_for_a_day(hooked: Spine, receiver: Receiver) -> None:
    old = await set_hook(hooked, receiver)
    new = (await hooked.services.hooks.set(hooked.account.id, receiver.url, SYSTEM, new_secret=True)).secret
    assert new is not None
    await hooked.queue()
    await carry(hooked)
    for secret in (old, new):
        verify(key_of(secret), *receiver.got[0], hooked.clock.now())
    hooked.clock.advance(hours=25)
    await hooked.queue()
    await carry(hooked)

    verify(key_of(new), *receiver.got[-1], hooked.clock.now())
    with pytest.raises(ValueError, match="signature is wrong"):
        verify(key_of(old), *receiver.got[-1], hooked.clock.now())


async def test_the_secret_is_stored_nowhere(hooked: Spine, receiver: Receiver) -> None:
    secret = await set_hook(hooked, receiver)
    files = [hooked.path, hooked.path.with_name(hooked.path.name + "-wal")]

    stored = b"".join(path.read_bytes() for path in files)
    assert receiver.url.encode() in stored
    assert not any(part in stored for part in (secret.encode(), key_of(secret), key_of(secret).hex().encode()))


async def test_a_removed_hook_is_sent_nothing_and_gets_another_secret_when_set_again(
    hooked: Spine, receiver: Receiver
) -> None:
    old = await set_hook(hooked, receiver)
    receiver.statuses = [503]
    await hooked.queue()
    await carry(hooked)

    given_up = await hooked.services.hooks.remove(hooked.account.id, SYSTEM)
    hooked.clock.advance(hours=1)
    await carry(hooked)

    assert (given_up, len(receiver.got)) == (1, 1)
    with pytest.raises(NotFound, match="no hook"):
        await hooked.services.hooks.show(hooked.account.id)
    assert await set_hook(hooked, receiver) != old


async def test_a_try_is_signed_too(hooked: Spine, receiver: Receiver) -> None:
    secret = await set_hook(hooked, receiver)

    status = await hooked.services.hooks.test(hooked.account.id)

    assert (status, receiver.events()) == (204, ["test"])
    verify(key_of(secret), *receiver.got[0], hooked.clock.now())


async def test_the_trail_names_the_receivers_host_and_not_what_its_url_hides(hooked: Spine) -> None:
    await hooked.services.hooks.set(hooked.account.id, "https://example.com/T0/secret-path", SYSTEM)

    link = (await hooked.audit_of())[-1]
    assert (link.kind, json.loads(link.facts)) == (Kind.HOOK_SET, {"host": "example.com", "secret": 1})


async def test_unless_allowed_no_hook_leads_to_this_machine(spine: Spine, receiver: Receiver) -> None:
    with pytest.raises(Invalid, match="https"):
        await spine.services.hooks.set(spine.account.id, receiver.url, SYSTEM)
    with pytest.raises(Invalid, match="public internet"):
        await spine.services.hooks.set(spine.account.id, "https://127.0.0.1/", SYSTEM)


async def test_finished_deliveries_are_forgotten_after_a_week(hooked: Spine, receiver: Receiver) -> None:
    await set_hook(hooked, receiver)
    await hooked.queue()
    await carry(hooked)
    hooked.clock.advance(days=8)
    await hooked.runtime.maintenance.forget_answers()

    assert await hooked.services.hooks.deliveries(hooked.account.id, 10) == []


async def test_an_account_without_hook_costs_nothing(hooked: Spine) -> None:
    await executed(hooked)

    assert await hooked.runtime.hook_delivery.plan() == []
    assert await hooked.runtime.hook_delivery.deliver_due(AccountId(1)) == 0
