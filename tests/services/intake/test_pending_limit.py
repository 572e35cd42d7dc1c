"""A strategy may only have so many orders waiting for the client: nobody reads the fifty-first card."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.settings.settings import Limits
from core.accounts import OrderMode
from core.audit import Kind
from core.errors import CountersignError, TooMany
from core.services.intake.intake import OrderRequest
from tests.factories import SettableClock
from tests.runtime import Spine, idempotent, running_spine

CAP = 5


@pytest.fixture
async def capped(tmp_path: Path, template: Path, clock: SettableClock) -> AsyncIterator[Spine]:
    """A spine where five orders of a strategy may wait."""
    limits = Limits(undecided_per_strategy=CAP)
    async with running_spine(tmp_path, template, clock, limits=limits) as running:
        yield running


async def attempt(spine: Spine, request: OrderRequest) -> object:
    """What a request comes to."""
    try:
        return await spine.services.intake.submit(request)
    except CountersignError as fault:
        return fault


async def test_one_more_than_the_cap_is_refused_audited_and_not_stored(capped: Spine) -> None:
    for _ in range(CAP):
        await capped.queue()

    with pytest.raises(TooMany, match="5 orders of this strategy wait for the client already"):
        await capped.queue()

    assert capped.sql("SELECT count(*) FROM orders") == [(CAP,)]
    link = (await capped.audit_of())[-1]
    assert (link.kind, link.order_id, json.loads(link.facts)["request"]) == (
        Kind.ORDER_DENIED,
        None,
        {"symbol": "SBIN"},
    )
    assert (await capped.runtime.audit.verify()).breaks == []


async def test_many_at_once_are_exactly_as_many_as_the_cap(capped: Spine) -> None:
    requests = [await capped.request() for _ in range(40)]

    answers = await asyncio.gather(*(attempt(capped, request) for request in requests))

    assert sum(isinstance(answer, TooMany) for answer in answers) == 40 - CAP
    assert capped.sql("SELECT count(*) FROM orders") == [(CAP,)]


async def test_a_decision_makes_room(capped: Spine) -> None:
    order_ids = [await capped.queue() for _ in range(CAP)]
    await capped.reject(order_ids[0])

    await capped.queue()
    with pytest.raises(TooMany):
        await capped.queue()


async def test_another_strategy_has_its_own_room(capped: Spine) -> None:
    for _ in range(CAP):
        await capped.queue()

    await capped.queue(strategy="another")


async def test_orders_that_need_no_approval_are_not_counted_or_refused(capped: Spine) -> None:
    for _ in range(CAP):
        await capped.queue()
    await capped.switch(order_mode=OrderMode.AUTO)

    for _ in range(CAP + 1):
        await capped.send()


async def test_a_repeat_of_what_was_taken_is_answered_although_it_is_full(capped: Spine) -> None:
    first = await capped.queue(idempotent=idempotent())
    for _ in range(CAP - 1):
        await capped.queue()

    assert await capped.queue(idempotent=idempotent()) == first


async def test_a_refused_key_may_be_used_again_when_there_is_room(capped: Spine) -> None:
    order_ids = [await capped.queue() for _ in range(CAP)]
    with pytest.raises(TooMany):
        await capped.queue(idempotent=idempotent())
    await capped.reject(order_ids[0])

    assert await capped.queue(idempotent=idempotent()) not in order_ids


async def test_the_count_reads_an_index_of_waiting_orders_only(capped: Spine) -> None:
    plan = capped.sql(
        "EXPLAIN QUERY PLAN SELECT id FROM orders "
        "WHERE status = 'pending' AND account_id = 1 AND strategy = 'x' LIMIT 5"
    )

    assert "ix_orders_undecided" in str(plan)
