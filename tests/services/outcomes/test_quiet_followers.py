"""Hooks and streams that have nothing to do are left alone."""

import asyncio
from dataclasses import replace

from core.accounts import Account, Caller, OrderMode, TradingMode
from core.audit import SYSTEM
from core.ids import ApiKeyId
from tests.runtime import Spine
from tests.services.outcomes.hook_rig import Receiver, carry, set_hook


async def another_account(spine: Spine) -> Account:
    """An account that nothing happens to."""
    return await spine.services.accounts.add("other", "paper", OrderMode.AUTO, TradingMode.LIVE, SYSTEM)


async def hooks_with_work(spine: Spine) -> list[int]:
    """The accounts whose hooks the next pass looks at."""
    async with spine.runtime.database.read() as tx:
        return [hook.account_id for hook in await tx.hooks.list_with_work(spine.clock.now())]


async def test_an_order_wakes_the_followers_of_its_own_account_only(spine: Spine) -> None:
    other = await another_account(spine)
    events = spine.services.events

    with events.following(spine.account.id) as ours, events.following(other.id) as theirs:
        order_id = await spine.queue()
        arrived = ours.is_set(), theirs.is_set()
        ours.clear()
        await spine.reject(order_id)

        assert (arrived, ours.is_set(), theirs.is_set()) == ((True, False), True, False)


async def test_idle_streams_have_news_when_the_trail_grew_or_the_key_is_revoked(spine: Spine) -> None:
    caller, head = await spine.caller(), await spine.services.events.head(spine.account.id)
    revoked = await spine.services.keys.create(spine.account.id, "second", SYSTEM)
    second = replace(caller, api_key_id=revoked.stored.id)
    await spine.services.keys.revoke(spine.account.id, revoked.stored.id, SYSTEM)
    now = await spine.services.events.head(spine.account.id)

    asked = [(caller, now), (caller, head), (second, now), (Caller(ApiKeyId(99), caller.account), now)]
    found = await asyncio.gather(*(spine.services.events.must_look(*one) for one in asked))

    assert found == [False, True, True, True]


async def test_only_hooks_with_events_or_due_deliveries_are_looked_at(hooked: Spine, receiver: Receiver) -> None:
    other = await another_account(hooked)
    await hooked.services.hooks.set(other.id, receiver.url, SYSTEM)
    await set_hook(hooked, receiver)
    await carry(hooked)
    quiet = await hooks_with_work(hooked)
    receiver.statuses = [503]

    await hooked.queue()
    moved = await hooks_with_work(hooked)
    await carry(hooked)
    failed = await hooks_with_work(hooked)
    hooked.clock.advance(minutes=1)

    assert (quiet, moved, failed) == ([], [hooked.account.id], [])
    assert await hooks_with_work(hooked) == [hooked.account.id]
