"""Orders that their owner approved in advance are sent; on any doubt they wait for a tap."""

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest

from bot.process.bootstrap import open_runtime
from core.accounts import OrderMode
from core.audit import SYSTEM, Kind
from core.orders.order import Action, ApiType, LegTerms
from core.orders.states import BrokerStatus, QueueStatus
from tests.factories import ASHA, SettableClock, some_terms
from tests.runtime import Spine, presser, settings_for
from tests.services.approval.standing import breaks, came, give, used
from tests.services.trading.gtts import ASKED, gtt

WAITS, GOES = QueueStatus.PENDING, QueueStatus.APPROVED


async def test_order_within_the_terms_is_sent_without_a_tap(spine: Spine) -> None:
    approval = await give(spine)

    order = await came(spine)
    await spine.execute()

    assert (order.status, order.approved_by, order.approved_by_id) == (GOES, approval.name, None)
    assert (await spine.order(order.id)).legs[0].filled_quantity == 10
    assert await used(spine) == [8000]


async def test_the_trail_names_the_approval_and_agrees_with_the_tables(spine: Spine) -> None:
    approval = await give(spine)

    order = await came(spine)
    await spine.execute()

    (event,) = [one for one in await spine.audit_of() if one.kind == Kind.ORDER_APPROVED]
    facts = json.loads(event.facts)
    assert (event.order_id, event.actor) == (order.id, f"standing {approval.name}")
    assert (facts["standing"], facts["used"]) == (approval.id, "₹8,000 of ₹50,000 used today")
    assert await breaks(spine) == []


@pytest.mark.parametrize(
    "legs",
    [
        (some_terms(Action.SELL),),
        (some_terms(symbol="INFY"),),
        (some_terms(exchange="BSE"),),
        (some_terms(), some_terms(symbol="INFY")),
        (some_terms(), some_terms(Action.SELL)),
        (some_terms(quantity=26),),
        (some_terms(quantity=1, limit=20_001),),
        (some_terms(quantity=13), some_terms(quantity=13)),
    ],
    ids=["side", "symbol", "exchange", "a leg", "a leg's side", "quantity", "limit", "legs together"],
)
async def test_what_the_terms_do_not_cover_waits(spine: Spine, legs: tuple[LegTerms, ...]) -> None:
    spine.feed.pin("NSE", "INFY", Decimal(1500))
    await give(spine)

    assert (await came(spine, *legs)).status is WAITS
    assert await used(spine) == [0]


async def test_another_strategy_and_a_trigger_wait(spine: Spine) -> None:
    await give(spine)

    other = await came(spine, strategy="Momentum")
    trigger = await came(spine, intent=gtt(), **ASKED)

    assert (other.status, trigger.status) == (WAITS, WAITS)


async def test_a_basket_that_is_covered_leg_by_leg_is_sent(spine: Spine) -> None:
    spine.feed.pin("NSE", "INFY", Decimal(500))
    await give(spine, "momentum buy SBIN,INFY order=₹20000 day=20shares until=today")

    order = await came(spine, some_terms(), some_terms(symbol="INFY"), api_type=ApiType.BASKETORDER)

    assert order.status is GOES
    assert await used(spine) == [13_000]


async def test_until_the_end_of_its_last_day_it_stands(spine: Spine) -> None:
    await give(spine)
    spine.clock.advance(days=38)
    spine.feed.pin("NSE", "SBIN", Decimal(800))

    assert (await came(spine)).status is GOES


async def test_when_the_day_is_used_up_orders_wait_and_their_cards_say_why(spine: Spine) -> None:
    await give(spine)

    orders = [await came(spine, some_terms(quantity=25)) for _ in range(3)]

    assert [order.status for order in orders] == [GOES, GOES, WAITS]
    assert orders[-1].stopped is not None
    assert "₹60,000 is above ₹50,000 a day" in orders[-1].stopped
    assert (await spine.approve(orders[-1].id)).answer == "approved"


async def test_a_new_trading_day_begins_anew(spine: Spine) -> None:
    await give(spine)
    for _ in range(2):
        await came(spine, some_terms(quantity=25))
    spine.clock.advance(days=1)
    spine.feed.pin("NSE", "SBIN", Decimal(800))

    assert await used(spine) == [0]
    assert (await came(spine, some_terms(quantity=25))).status is GOES


async def test_two_orders_at_once_cannot_both_use_the_last_rupee(spine: Spine) -> None:
    await give(spine)
    requests = [await spine.request(some_terms(quantity=25)) for _ in range(8)]

    answers: list[Any] = await asyncio.gather(*(spine.services.intake.submit(one) for one in requests))
    await spine.services.intake.parts.in_advance.settle()

    orders = [await spine.order(answer.order_id) for answer in answers]
    assert [order.status for order in orders].count(GOES) == 2
    assert await used(spine) == [40_000]


async def test_what_was_used_is_known_after_a_restart(spine: Spine) -> None:
    await give(spine)
    await came(spine, some_terms(quantity=25))

    async with open_runtime(settings_for(spine.path.parent), SettableClock()) as again:
        (one,) = await again.services.standing_book.list(spine.account)

    assert (one.used.rupees, one.used.shares) == (Decimal(20_000), Decimal(25))


async def test_one_approval_that_refuses_outweighs_one_that_allows(spine: Spine) -> None:
    await give(spine)
    await give(spine, "momentum buy SBIN order=5shares day=₹50000 until=today")

    assert (await came(spine)).status is WAITS
    assert (await came(spine, some_terms(quantity=5))).status is GOES


async def test_a_limit_of_the_client_that_came_meanwhile_stops_it_too(spine: Spine) -> None:
    order_id = await spine.queue()
    await give(spine)
    await spine.services.limit_book.change(spine.account, "", {"value_per_order": "7000"}, SYSTEM)

    await spine.services.intake.parts.in_advance.look_at(order_id, spine.runtime.settings.approval.execute_within)
    await spine.services.intake.parts.in_advance.settle()

    order = await spine.order(order_id)
    assert order.status is WAITS
    assert order.stopped is not None
    assert "standing approval 1: Over the limits of this account" in order.stopped


async def test_it_only_matters_where_orders_wait(spine: Spine) -> None:
    await give(spine)
    await spine.switch(order_mode=OrderMode.AUTO)

    order = await spine.send()

    assert order.approved_by == "auto"
    assert await used(spine) == [0]


async def test_a_pause_holds_what_is_approved_in_advance(spine: Spine) -> None:
    await give(spine)
    order_id = (await came(spine)).id
    await spine.services.pausing.pause(spine.account.id, ASHA)

    await spine.execute()

    assert (await spine.order(order_id)).legs[0].broker_status is BrokerStatus.READY


async def test_an_order_that_its_client_was_faster_with_is_used_once(spine: Spine) -> None:
    order_id = await spine.queue()
    await give(spine)

    tap, _ = await asyncio.gather(
        spine.services.decide.approve(order_id, 1, presser(ASHA)),
        spine.services.intake.parts.in_advance.look_at(order_id, spine.runtime.settings.approval.execute_within),
    )

    by = (await spine.order(order_id)).approved_by
    assert await used(spine) == [8000 if by == "standing approval 1" else 0]
    assert tap.answer in {"approved", "already decided"}
    assert await breaks(spine) == []


async def test_a_failure_in_our_own_code_leaves_the_order_waiting(
    spine: Spine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await give(spine)

    async def broken(*_: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(spine.services.intake.parts.in_advance._approver, "approve", broken)

    assert (await came(spine)).status is WAITS
