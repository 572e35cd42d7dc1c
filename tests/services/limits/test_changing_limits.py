"""Tightening needs nobody's leave; loosening takes the owner and a confirmation that works once."""

import json

import pytest

from core.audit import SYSTEM, Kind
from core.errors import Invalid, NotFound, Unauthorized
from core.insight.news import Topic
from core.limits.bound_text import bounds_of
from core.limits.limits import Limits
from core.services.limits.limit_book import Asked, Wish
from tests.factories import ASHA, MALLORY, RAVI, VEENA
from tests.runtime import Spine
from tests.services.insight.hearing import heard, planned, topics
from tests.services.limits.conftest import SetLimits


def wish(spine: Spine, text: str | None, name: str = "value_per_day", strategy: str = "") -> Wish:
    """What somebody wants."""
    return Wish(spine.account.id, strategy, name, text)


async def stored(spine: Spine, strategy: str = "") -> dict[str, str]:
    """What is set."""
    return dict(bounds_of((await spine.services.limit_book.list(spine.account.id)).get(strategy, Limits())))


async def test_an_approver_tightens_at_once_and_it_is_audited(spine: Spine) -> None:
    await spine.services.limit_book.wish(RAVI, wish(spine, "50,000"))

    assert await stored(spine) == {"value_per_day": "50000"}
    link = (await spine.audit_of())[-1]
    assert (link.kind, link.actor) == (Kind.LIMITS_CHANGED, "telegram:1002 Ravi")
    assert json.loads(link.facts) == {
        "strategy": "",
        "limits": {"value_per_day": "50000"},
        "changed": {"value_per_day": "₹50,000.00"},
    }


async def test_loosening_asks_and_works_once(spine: Spine, limit: SetLimits) -> None:
    await limit(value_per_day="50000")

    asked = await spine.services.limit_book.wish(ASHA, wish(spine, "60000"))
    assert isinstance(asked, Asked)
    assert await stored(spine) == {"value_per_day": "50000"}
    await spine.services.limit_book.confirm(asked.token, ASHA)
    await limit(value_per_day="40000")

    with pytest.raises(NotFound):
        await spine.services.limit_book.confirm(asked.token, ASHA)
    assert await stored(spine) == {"value_per_day": "40000"}


@pytest.mark.parametrize("text", ["60000", None])
async def test_an_approver_may_not_loosen(spine: Spine, limit: SetLimits, text: str | None) -> None:
    await limit(value_per_day="50000")

    with pytest.raises(Unauthorized, match="Only the account's owner may loosen a limit"):
        await spine.services.limit_book.wish(RAVI, wish(spine, text))


@pytest.mark.parametrize("user_id", [VEENA, MALLORY])
async def test_who_does_not_decide_changes_nothing(spine: Spine, user_id: int) -> None:
    with pytest.raises(Unauthorized):
        await spine.services.limit_book.wish(user_id, wish(spine, "1"))  # type: ignore[arg-type]
    assert await stored(spine) == {}


async def test_a_question_is_answered_only_by_who_was_asked_in_time_and_while_they_own(
    spine: Spine, limit: SetLimits
) -> None:
    await limit(value_per_day="50000")
    asked = await spine.services.limit_book.wish(ASHA, wish(spine, None))
    late = await spine.services.limit_book.wish(ASHA, wish(spine, None))
    assert isinstance(asked, Asked)
    assert isinstance(late, Asked)

    with pytest.raises(NotFound):
        await spine.services.limit_book.confirm(asked.token, RAVI)
    spine.clock.advance(seconds=121)
    with pytest.raises(NotFound):
        await spine.services.limit_book.confirm(late.token, ASHA)
    assert await stored(spine) == {"value_per_day": "50000"}


async def test_a_strategys_name_survives_its_question(spine: Spine, limit: SetLimits) -> None:
    await limit(strategy="एक: two=3", orders_per_day="4")
    asked = await spine.services.limit_book.wish(ASHA, wish(spine, None, "orders_per_day", "एक: two=3"))
    assert isinstance(asked, Asked)

    await spine.services.limit_book.confirm(asked.token, ASHA)

    assert await spine.services.limit_book.list(spine.account.id) == {}
    assert spine.sql("SELECT limited FROM accounts") == [(0,)]


async def test_everybody_else_is_told_what_changed(spine: Spine) -> None:
    await heard(spine)

    await spine.services.limit_book.wish(RAVI, wish(spine, "50000"))

    (told,) = (await planned(spine, ASHA)).due
    assert told.notice.topic is Topic.LIMITS_CHANGED
    assert told.notice.facts["by_name"] == "Ravi"
    assert told.notice.facts["changed.value_per_day"] == "₹50,000.00"
    assert await topics(spine, VEENA) == [Topic.LIMITS_CHANGED]
    assert await topics(spine, RAVI) == []


async def test_what_is_no_limit_is_refused_in_words(spine: Spine) -> None:
    for name, text, says in (
        ("daily_los", "5", "There is no limit 'daily_los'; there is value_per_order"),
        ("daily_loss", "-5", "'-5' is not a daily loss such as 50000"),
        ("exchanges_allowed", "NYSE", "NYSE: none of "),
        ("trading_hours", "15:00-09:00", "must begin before they end"),
    ):
        with pytest.raises(Invalid, match=says):
            await spine.services.limit_book.change(spine.account, "", {name: text}, SYSTEM)
