"""Exits that are approved in advance only ever reduce what is held, together with all that is on its way."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.accounts import TradingMode
from core.errors import BrokerUnavailable
from core.orders.order import Action, Product
from core.orders.states import QueueStatus
from core.portfolio.positions import Holding, Position
from core.services.limits.order_facts import LimitFacts
from tests.factories import some_terms
from tests.runtime import Spine
from tests.services.approval.standing import BUYS, EXITS, breaks, came, give, used

WAITS, GOES = QueueStatus.PENDING, QueueStatus.APPROVED
SELL = Action.SELL


async def hold(spine: Spine, quantity: int = 10) -> None:
    """The live book has so many SBIN."""
    await spine.hold(Position("NSE", "SBIN", Product.MIS, Decimal(quantity), Decimal(800)))


async def held(spine: Spine) -> Decimal:
    """How many SBIN the live book has."""
    return sum((one.quantity for one in await spine.book().list_positions()), Decimal(0))


@pytest.mark.parametrize("quantity", [1, 10])
async def test_an_exit_goes_out_at_once(spine: Spine, quantity: int) -> None:
    await hold(spine)
    await give(spine, EXITS)

    order = await came(spine, some_terms(SELL, quantity=quantity))
    await spine.execute()

    assert (order.status, order.approved_by) == (GOES, "standing approval 1")
    assert await held(spine) == 10 - quantity
    assert await breaks(spine) == []


@pytest.mark.parametrize(
    "leg",
    [some_terms(SELL, quantity=11), some_terms(quantity=1), some_terms(SELL, product=Product.CNC)],
    ids=["more than is held", "an entry", "another product"],
)
async def test_what_would_not_only_reduce_waits(spine: Spine, leg: Any) -> None:
    await hold(spine)
    await give(spine, EXITS)

    assert (await came(spine, leg)).status is WAITS


async def test_a_short_position_is_closed_by_buying(spine: Spine) -> None:
    await hold(spine, -10)
    await give(spine, "momentum exits all until=today")

    assert (await came(spine)).status is GOES
    assert (await came(spine)).status is WAITS


async def test_delivered_shares_are_held_too(spine: Spine) -> None:
    shares = Holding("NSE", "SBIN", Decimal(10), Decimal(700))
    await spine.own(TradingMode.LIVE, shares)
    await give(spine, EXITS)

    assert (await came(spine, some_terms(SELL, product=Product.CNC))).status is GOES


async def test_exits_at_once_never_close_more_than_is_held(spine: Spine) -> None:
    await hold(spine)
    await give(spine, EXITS)
    requests = [await spine.request(some_terms(SELL, quantity=4)) for _ in range(6)]

    answers: list[Any] = await asyncio.gather(*(spine.services.intake.submit(one) for one in requests))
    await spine.services.intake.parts.in_advance.settle()
    await spine.execute()

    orders = [await spine.order(answer.order_id) for answer in answers]
    assert [order.status for order in orders].count(GOES) == 2
    assert await held(spine) == 2


async def test_what_a_person_approved_and_is_on_its_way_counts(spine: Spine) -> None:
    await hold(spine)
    await spine.approve(await spine.queue(some_terms(SELL, quantity=6), strategy="pairs"))
    await give(spine, EXITS)

    assert (await came(spine, some_terms(SELL, quantity=5))).status is WAITS
    assert (await came(spine, some_terms(SELL, quantity=4))).status is GOES


async def test_what_rests_at_the_broker_counts(spine: Spine) -> None:
    await hold(spine)
    await spine.approve(await spine.queue(some_terms(SELL, quantity=6, limit=900), strategy="pairs"))
    await spine.execute()
    await give(spine, EXITS)

    assert (await came(spine, some_terms(SELL, quantity=5))).status is WAITS


async def test_a_tap_between_the_look_and_the_decision_counts(spine: Spine, monkeypatch: pytest.MonkeyPatch) -> None:
    await hold(spine)
    await give(spine, EXITS)
    other = await spine.queue(some_terms(SELL, quantity=6), strategy="pairs")
    look = LimitFacts.are_exits

    async def tapped_meanwhile(*arguments: Any) -> Any:
        found = await look(*arguments)
        await spine.approve(other)
        await spine.execute()
        return found

    monkeypatch.setattr(LimitFacts, "are_exits", tapped_meanwhile)
    order = await came(spine, some_terms(SELL, quantity=5))
    await spine.execute()

    assert order.status is WAITS
    assert await held(spine) == 4


async def test_while_the_broker_does_not_say_what_is_held_exits_wait(
    spine: Spine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hold(spine)
    await give(spine, EXITS)

    async def silent(*_: object) -> None:
        raise BrokerUnavailable

    monkeypatch.setattr(type(spine.book()), "list_positions", silent)
    order = await came(spine, some_terms(SELL))

    assert order.status is WAITS
    assert order.stopped is not None
    assert "what is held of SBIN is not known" in order.stopped


async def test_an_exit_leaves_within_seconds_or_not_at_all(spine: Spine) -> None:
    await hold(spine)
    await give(spine, EXITS)

    order = await came(spine, some_terms(SELL))

    assert order.execute_by is not None
    assert order.execute_by - spine.clock.now() <= timedelta(seconds=10)


async def test_exits_have_bounds_if_their_owner_says_so(spine: Spine) -> None:
    await hold(spine)
    await give(spine, f"{EXITS} order=5shares day=8shares")

    quantities = [6, 5, 4, 3]
    orders = [await came(spine, some_terms(SELL, quantity=one)) for one in quantities]

    assert [order.status for order in orders] == [WAITS, GOES, WAITS, GOES]


async def test_entries_and_exits_are_approved_beside_each_other(spine: Spine) -> None:
    await give(spine, BUYS)
    await give(spine, EXITS)

    bought = await came(spine)
    await spine.execute()
    sold = await came(spine, some_terms(SELL))

    assert (bought.approved_by, sold.approved_by) == ("standing approval 1", "standing approval 2")
    assert await used(spine) == [8000, 8000]
