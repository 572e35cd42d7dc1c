"""Who was told that an order is not confirmed is told once what became of it, whoever found or decided that."""

import pytest

from core.errors import OutcomeUnknown
from core.ids import UserId
from core.insight.news import Topic
from core.insight.notice_settings import Loudness, NoticeKind, NoticeSettings
from core.market.broker_capabilities import Duplicates
from core.orders.order import LegTerms
from core.services.approval.doubtful_legs import Doubt
from core.services.insight.notices import NoticeBook
from tests.factories import ASHA, RAVI, VEENA, SettableClock, some_terms
from tests.runtime import Spine
from tests.services.conftest import Scripted
from tests.services.insight.hearing import heard, planned, topics


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


async def test_a_leg_that_is_found_filled_is_told_while_the_others_go_on(told: Spine, scripted: Scripted) -> None:
    await lost_and_found(told, scripted, some_terms(), some_terms(quantity=5, limit=790))

    due = (await planned(told, ASHA)).due
    assert [one.notice.topic for one in due] == [Topic.NOT_CONFIRMED, Topic.CONFIRMED]
    assert (due[1].notice.facts["leg"], bool(due[1].notice.facts["broker_order_id"])) == ("1", True)


async def test_what_never_reached_the_broker_is_told_to_be_so(told: Spine, scripted: Scripted) -> None:
    scripted.broker.promise(Duplicates.REFUSED)
    await told.approved(some_terms())
    scripted.broker.before_placing.append(OutcomeUnknown("no answer in time"))
    await scripted.executor.execute_due()
    await scripted.refresher.refresh()

    assert await topics(told, ASHA) == await topics(told, RAVI) == [Topic.NOT_CONFIRMED, Topic.NEVER_PLACED]


async def in_doubt(told: Spine, scripted: Scripted, clock: SettableClock) -> Doubt:
    """An order of which the people are asked what became of it, and have heard so."""
    order_id = await told.approved(some_terms())
    scripted.broker.before_placing.append(OutcomeUnknown("no answer in time"))
    await scripted.executor.execute_due()
    clock.advance(minutes=3)
    await scripted.refresher.refresh()
    assert await topics(told, RAVI) == [Topic.NOT_CONFIRMED, Topic.IN_DOUBT]
    await heard(told)
    return Doubt(order_id, (await told.order(order_id)).version, 1)


@pytest.mark.parametrize("decides", ["drop", "again"])
async def test_what_one_person_decides_is_told_to_the_others(
    told: Spine, scripted: Scripted, clock: SettableClock, decides: str
) -> None:
    doubt, legs = await in_doubt(told, scripted, clock), told.services.doubtful_legs

    if decides == "drop":
        await legs.drop(doubt, ASHA)
    else:
        await legs.send_again((await legs.ask_send_again(doubt, ASHA)).token, ASHA)

    topic = Topic.DROPPED if decides == "drop" else Topic.SENT_AGAIN
    (due,) = (await planned(told, RAVI)).due
    assert (due.notice.topic, due.notice.facts["by_name"]) == (topic, "Asha")
    assert await topics(told, ASHA) == []
    assert await topics(told, VEENA) == [topic]


async def choose_nothing(told: Spine, user_id: UserId) -> None:
    """This person switches off every kind of notice."""
    off = NoticeSettings(dict.fromkeys(NoticeKind, Loudness.OFF))
    await told.services.insight.notices.change(user_id, lambda _: off)


async def test_the_end_reaches_whoever_heard_of_the_doubt_whatever_they_chose_since(
    told: Spine, scripted: Scripted, clock: SettableClock
) -> None:
    await choose_nothing(told, VEENA)
    doubt = await in_doubt(told, scripted, clock)
    await choose_nothing(told, RAVI)

    await told.services.doubtful_legs.drop(doubt, ASHA)

    assert await topics(told, RAVI) == [Topic.DROPPED]
    assert await topics(told, VEENA) == []


async def test_a_fill_that_ends_a_doubt_reaches_who_wants_no_fills(told: Spine, scripted: Scripted) -> None:
    await told.services.insight.notices.change(RAVI, lambda was: was.choosing(NoticeKind.FILLS, Loudness.OFF))

    await lost_and_found(told, scripted, some_terms())

    assert await topics(told, RAVI) == [Topic.NOT_CONFIRMED, Topic.FILLED]


async def test_it_is_told_once_also_over_a_restart(told: Spine, scripted: Scripted, clock: SettableClock) -> None:
    await told.services.doubtful_legs.drop(await in_doubt(told, scripted, clock), ASHA)
    await heard(told)

    again = NoticeBook(told.runtime.database, told.services.clock, lambda _: True)
    await again.plan()

    assert (await again.inbox(RAVI)).due == []
