"""Who was told that an order is not confirmed is told what was found."""

import pytest

from core.errors import OutcomeUnknown
from core.insight.news import Topic
from core.orders.order import LegTerms
from tests.factories import ASHA, RAVI, SettableClock, some_terms
from tests.runtime import Spine
from tests.services.conftest import Scripted
from tests.services.insight.hearing import planned, topics


async def lost_and_found(told: Spine, scripted: Scripted, *terms: LegTerms) -> None:
    """The first leg's answer is lost, and it is found at the first look."""
    await told.approved(*terms)
    scripted.broker.after_placing.append(OutcomeUnknown("no answer in time"))
    await scripted.executor.execute_due()
    await scripted.refresher.refresh()


async def test_a_fill_is_told_even_to_who_just_tapped(told: Spine, scripted: Scripted) -> None:
    await lost_and_found(told, scripted, some_terms())

    assert await topics(told, ASHA) == [Topic.NOT_CONFIRMED, Topic.FILLED]


@pytest.mark.parametrize("quantities", [(10,), (10, 5)])
async def test_a_resting_order_is_told_once(
    told: Spine, scripted: Scripted, clock: SettableClock, quantities: tuple[int, ...]
) -> None:
    await lost_and_found(told, scripted, *[some_terms(quantity=quantity, limit=790) for quantity in quantities])
    for _ in range(2):
        clock.advance(seconds=10)
        await scripted.refresher.refresh()

    due = (await planned(told, ASHA)).due
    assert [one.notice.topic for one in due] == [Topic.NOT_CONFIRMED, Topic.CONFIRMED]
    assert (due[1].notice.facts["leg"], bool(due[1].notice.facts["broker_order_id"])) == ("1", True)


async def test_the_end_of_several_legs_is_told_even_to_who_just_tapped(told: Spine, scripted: Scripted) -> None:
    await lost_and_found(told, scripted, some_terms(), some_terms(quantity=5))

    assert await topics(told, ASHA) == await topics(told, RAVI) == [Topic.NOT_CONFIRMED, Topic.ENDED]


async def test_an_order_that_was_never_in_doubt_is_not_confirmed_either(told: Spine, scripted: Scripted) -> None:
    await told.approved(some_terms(limit=790))
    await scripted.executor.execute_due()
    await scripted.refresher.refresh()

    assert await topics(told, RAVI) == []
