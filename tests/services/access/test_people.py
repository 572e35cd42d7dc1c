"""An owner changes roles and ends links, anybody ends their own; everybody linked is told, whoever did it."""

import pytest

from core.accounts import Role
from core.audit import Actor, Kind
from core.errors import NotFound, TooLate, Unauthorized
from core.ids import UserId
from core.insight.news import Topic
from core.orders.decisions import Answer
from core.services.access.people import PersonChange, PersonChanged, PersonQuestion
from tests.factories import ASHA, MALLORY, RAVI, VEENA
from tests.runtime import Spine
from tests.services.insight.hearing import heard, topics

CLI = Actor("cli", "root")
REMOVE, VIEWER, APPROVER, OWNER = PersonChange


async def roles(spine: Spine) -> dict[UserId, Role]:
    """Everybody's role."""
    return {one.user_id: one.role for one in await spine.services.linking.list(spine.account.id)}


async def asked(spine: Spine, who: UserId, whom: UserId, change: PersonChange) -> PersonQuestion:
    """Ask for something that is asked back."""
    question = await spine.services.people.ask(who, spine.account.id, whom, change)
    assert isinstance(question, PersonQuestion)
    return question


async def change(spine: Spine, who: UserId, whom: UserId, what: PersonChange) -> None:
    """Ask and confirm."""
    await spine.services.people.confirm((await asked(spine, who, whom, what)).token, who)


@pytest.mark.parametrize("who", [RAVI, VEENA, MALLORY])
@pytest.mark.parametrize("what", PersonChange)
async def test_nobody_but_an_owner_changes_others(spine: Spine, who: UserId, what: PersonChange) -> None:
    before = await roles(spine)

    with pytest.raises(Unauthorized):
        await spine.services.people.ask(who, spine.account.id, ASHA, what)
    with pytest.raises(Unauthorized):
        await spine.services.people.invite(who, spine.account.id, Role.VIEWER)

    assert await roles(spine) == before
    assert await spine.services.people.list_owned(who) == []


async def test_a_higher_role_is_confirmed_and_told_to_everybody(spine: Spine) -> None:
    await heard(spine)
    question = await asked(spine, ASHA, VEENA, APPROVER)
    assert (await roles(spine))[VEENA] is Role.VIEWER

    await spine.services.people.confirm(question.token, ASHA)

    assert (await roles(spine))[VEENA] is Role.APPROVER
    assert await topics(spine, VEENA) == await topics(spine, RAVI) == [Topic.ROLE_CHANGED]
    assert await topics(spine, ASHA) == []
    with pytest.raises(NotFound):
        await spine.services.people.confirm(question.token, ASHA)


async def test_a_lower_role_holds_at_once_also_for_a_card_that_is_shown(spine: Spine) -> None:
    order_id = await spine.queue()

    done = await spine.services.people.ask(ASHA, spine.account.id, RAVI, VIEWER)

    assert isinstance(done, PersonChanged)
    assert (await spine.approve(order_id, by=RAVI)).answer is Answer.ONLY_LOOKS


async def test_a_removal_is_confirmed_and_the_removed_and_the_others_are_told(spine: Spine) -> None:
    await heard(spine)

    await change(spine, ASHA, RAVI, REMOVE)

    assert RAVI not in await roles(spine)
    assert await topics(spine, RAVI) == [Topic.REMOVED]
    assert await topics(spine, VEENA) == [Topic.UNLINKED]


async def test_anybody_ends_their_own_link(spine: Spine) -> None:
    await heard(spine)

    await change(spine, VEENA, VEENA, REMOVE)

    assert VEENA not in await roles(spine)
    assert await topics(spine, ASHA) == [Topic.LEFT]
    assert await topics(spine, VEENA) == []


async def test_the_last_owner_is_warned(spine: Spine) -> None:
    assert (await asked(spine, ASHA, ASHA, REMOVE)).leaves_no_owner
    assert (await asked(spine, ASHA, ASHA, VIEWER)).leaves_no_owner
    assert not (await asked(spine, ASHA, RAVI, REMOVE)).leaves_no_owner
    await change(spine, ASHA, RAVI, OWNER)

    assert not (await asked(spine, ASHA, ASHA, REMOVE)).leaves_no_owner


async def test_two_owners_do_not_leave_none_by_answers_to_older_questions(spine: Spine) -> None:
    await change(spine, ASHA, RAVI, OWNER)
    ashas, ravis = await asked(spine, ASHA, ASHA, REMOVE), await asked(spine, RAVI, RAVI, REMOVE)

    await spine.services.people.confirm(ashas.token, ASHA)
    with pytest.raises(TooLate):
        await spine.services.people.confirm(ravis.token, RAVI)

    assert (await roles(spine))[RAVI] is Role.OWNER


async def test_who_is_no_owner_any_more_confirms_nothing(spine: Spine) -> None:
    question = await asked(spine, ASHA, VEENA, OWNER)
    await spine.services.people.change_as(spine.account.id, ASHA, VIEWER, CLI)

    with pytest.raises(Unauthorized):
        await spine.services.people.confirm(question.token, ASHA)


async def test_from_the_command_line_everybody_is_told(spine: Spine) -> None:
    await heard(spine)

    await spine.services.people.change_as(spine.account.id, VEENA, APPROVER, CLI)
    await spine.services.people.change_as(spine.account.id, VEENA, APPROVER, CLI)

    assert [await topics(spine, one) for one in (ASHA, RAVI, VEENA)] == [[Topic.ROLE_CHANGED]] * 3
    assert (await spine.audit_of())[-1].kind == Kind.ROLE_CHANGED
