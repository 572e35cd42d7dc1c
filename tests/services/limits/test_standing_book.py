"""Giving and stopping what is approved in advance."""

import asyncio
import json
from typing import Any

import pytest

from core.accounts import Role, TradingMode
from core.audit import SYSTEM, Kind
from core.errors import Invalid, NotFound, TooLate, Unauthorized
from core.ids import UserId
from core.orders.states import QueueStatus
from core.standing.approvals import StandingId
from tests.factories import ASHA, MALLORY, OMKAR, RAVI, VEENA
from tests.runtime import Spine
from tests.services.approval.standing import ask, breaks, came, give


async def in_force(spine: Spine) -> list[int]:
    """The numbers of those that are listed."""
    return [one.approval.id for one in await spine.services.standing_book.list(spine.account)]


async def events(spine: Spine, kind: Kind) -> list[tuple[str, dict[str, Any]]]:
    """Who, and the facts of each event of a kind."""
    return [(one.actor, json.loads(one.facts)) for one in await spine.audit_of() if one.kind == kind]


async def test_the_owner_is_asked_about_exactly_what_is_given_then(spine: Spine) -> None:
    asked = await ask(spine)
    assert await in_force(spine) == []

    given = await spine.services.standing_book.confirm(asked.token, ASHA)

    assert given.terms == asked.terms
    assert given.terms.tickers == {("NSE", "SBIN")}
    (who, facts) = (await events(spine, Kind.STANDING_GIVEN))[0]
    assert (who, facts["standing"]) == (f"telegram:{ASHA} Asha", 1)
    assert "BUY NSE:SBIN; an order: at most ₹20,000; a day: at most ₹50,000 in all" in facts["what"]


async def test_a_question_works_once_for_two_minutes_and_for_who_was_asked(spine: Spine) -> None:
    book = spine.services.standing_book
    used, late, hers = await ask(spine), await ask(spine), await ask(spine)
    await book.confirm(used.token, ASHA)

    with pytest.raises(NotFound):
        await book.confirm(used.token, ASHA)
    with pytest.raises(NotFound):
        await book.confirm(hers.token, RAVI)
    spine.clock.advance(seconds=121)
    with pytest.raises(NotFound):
        await book.confirm(late.token, ASHA)
    assert await in_force(spine) == [1]


async def test_two_taps_at_once_give_one(spine: Spine) -> None:
    asked = await ask(spine)

    answers = await asyncio.gather(
        *(spine.services.standing_book.confirm(asked.token, ASHA) for _ in range(2)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in answers) == ["NotFound", "StandingApproval"]
    assert await in_force(spine) == [1]


@pytest.mark.parametrize("person", [RAVI, VEENA, OMKAR, MALLORY])
async def test_only_the_owner_gives(spine: Spine, person: UserId) -> None:
    with pytest.raises(Unauthorized):
        await ask(spine, by=person)


async def test_who_stopped_being_the_owner_meanwhile_gives_nothing(spine: Spine) -> None:
    asked = await ask(spine)
    await spine.services.linking.unlink(spine.account.id, ASHA, SYSTEM)

    with pytest.raises(Unauthorized):
        await spine.services.standing_book.confirm(asked.token, ASHA)


async def test_a_question_about_one_mode_gives_nothing_in_another(spine: Spine) -> None:
    asked = await ask(spine)
    await spine.switch(trading_mode=TradingMode.SANDBOX)

    with pytest.raises(TooLate):
        await spine.services.standing_book.confirm(asked.token, ASHA)
    assert await in_force(spine) == []


async def test_an_answer_to_another_question_gives_nothing(spine: Spine) -> None:
    await spine.services.pausing.pause(spine.account.id, ASHA)
    token = await spine.services.pausing.ask_to_resume(spine.account.id, ASHA)

    with pytest.raises(NotFound):
        await spine.services.standing_book.confirm(token, ASHA)


async def test_who_is_asked_hears_of_approvals_that_speak_of_the_same_orders(spine: Spine) -> None:
    await give(spine)
    await give(spine, "pairs buy SBIN order=₹1 day=₹1 until=today")

    assert (await ask(spine, "momentum exits all until=today")).beside == [1]
    assert (await ask(spine, "momentum sell SBIN order=₹1 day=₹1 until=today")).beside == []


@pytest.mark.parametrize("person", [ASHA, RAVI])
async def test_everybody_who_decides_stops_it_with_one_tap(spine: Spine, person: UserId) -> None:
    await give(spine)

    await spine.services.standing_book.stop(StandingId(1), person)

    assert await in_force(spine) == []
    assert (await came(spine)).status is QueueStatus.PENDING
    assert [facts for _, facts in await events(spine, Kind.STANDING_STOPPED)] == [{"standing": 1}]


async def test_a_second_stop_changes_nothing_and_says_who_was_first(spine: Spine) -> None:
    await give(spine)
    await spine.services.standing_book.stop(StandingId(1), RAVI)

    with pytest.raises(TooLate, match="by Ravi"):
        await spine.services.standing_book.stop(StandingId(1), ASHA)
    assert len(await events(spine, Kind.STANDING_STOPPED)) == 1


@pytest.mark.parametrize(("person", "refusal"), [(VEENA, Unauthorized), (OMKAR, NotFound), (MALLORY, NotFound)])
async def test_nobody_else_stops_it(spine: Spine, person: UserId, refusal: type[Exception]) -> None:
    await give(spine)

    with pytest.raises(refusal):
        await spine.services.standing_book.stop(StandingId(1), person)
    assert await in_force(spine) == [1]


async def test_what_has_not_left_when_it_is_stopped_is_not_sent(spine: Spine) -> None:
    await give(spine)
    sent = await came(spine)
    await spine.execute()
    unsent = await came(spine)

    await spine.services.standing_book.stop(StandingId(1), RAVI)
    await spine.execute()

    assert (await spine.order(sent.id)).legs[0].filled_quantity == 10
    assert (await spine.order(unsent.id)).status is QueueStatus.EXPIRED
    assert (await spine.order(unsent.id)).notice == "standing approval 1 was stopped before it was sent"
    assert await breaks(spine) == []


async def test_it_is_stopped_with_the_link_of_who_gave_it(spine: Spine) -> None:
    await spine.link(OMKAR, Role.OWNER)
    await give(spine)
    await give(spine, by=OMKAR)

    await spine.services.linking.unlink(spine.account.id, ASHA, SYSTEM)

    assert await in_force(spine) == [2]
    assert [facts for _, facts in await events(spine, Kind.STANDING_STOPPED)] == [{"standing": 1}]


async def test_all_are_stopped_with_the_account(spine: Spine) -> None:
    await give(spine)
    await give(spine)

    await spine.switch(enabled=False)

    assert await in_force(spine) == []


async def test_the_command_line_stops_also_what_cannot_be_read(spine: Spine) -> None:
    await give(spine)
    spine.sql("UPDATE standing_approvals SET terms = '{}'")

    await spine.services.standing_book.stop_as(spine.account, StandingId(1), SYSTEM)

    assert await in_force(spine) == []
    with pytest.raises(NotFound):
        await spine.services.standing_book.stop_as(spine.account, StandingId(1), SYSTEM)


async def test_what_is_over_is_not_listed(spine: Spine) -> None:
    await give(spine, "momentum buy SBIN order=₹1 day=₹1 until=today")
    spine.clock.advance(days=1)

    assert await in_force(spine) == []


async def test_an_instrument_that_is_not_listed_is_refused(spine: Spine) -> None:
    for name in ("SBINN", "MCX:SBIN", "NSE:"):
        with pytest.raises(Invalid, match="not listed"):
            await ask(spine, f"momentum buy {name} order=₹1 day=₹1 until=today")


async def test_no_more_than_thirty_are_in_force(spine: Spine) -> None:
    await give(spine)
    columns = "account_id, terms, given_by, given_by_id, given_at"
    for _ in range(29):
        spine.sql(f"INSERT INTO standing_approvals ({columns}) SELECT {columns} FROM standing_approvals LIMIT 1")  # noqa: S608

    with pytest.raises(Invalid, match="No more than 30"):
        await ask(spine)
