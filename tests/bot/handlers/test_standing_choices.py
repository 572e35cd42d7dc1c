"""The owner puts a standing approval together by buttons; it ends in the question that typing it ends in."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest

from core.accounts import Role, TradingMode
from core.audit import SYSTEM, Kind
from core.errors import Invalid, NotFound, Unauthorized
from core.ids import UserId
from core.orders.order import Action, LegTerms
from core.orders.states import QueueStatus
from core.services.limits.standing_choices import AskedChoice
from core.standing.approvals import ANY, Bound, Terms, Unit
from tests.bot.rig import ASHA, RAVI, Json, Rig, buttons, data_of
from tests.waiting import SOON

ADD = "➕ Approve in advance…"
SBIN = LegTerms("NSE", "SBIN", Action.BUY, Decimal(10))
INFY = LegTerms("NSE", "INFY", Action.BUY, Decimal(10))
GONE = "This question was already answered or is too old."


@pytest.fixture
async def seen(rig: Rig) -> Rig:
    """The strategy momentum has sent orders for SBIN and INFY, which wait."""
    await rig.link(ASHA, Role.OWNER)
    await rig.link(RAVI)
    rig.runtime.feed.pin("NSE", "SBIN", Decimal(800))  # type: ignore[attr-defined]
    await rig.order(INFY)
    await rig.order(SBIN)
    return rig


async def choose(rig: Rig, labels: Sequence[str]) -> Json:
    """Asha begins, and taps these one after the other; the message as it stands then."""
    listed = await rig.ask(ASHA, "/standing", "Standing approvals")
    await rig.press(ASHA, listed, ADD)
    message = await rig.message(ASHA, "Whose orders?")
    for label in labels:
        await rig.press(ASHA, message, label)
        message = await changed(rig, message)
    return message


async def changed(rig: Rig, was: Json) -> Json:
    """The message once it is another than it was."""

    def now() -> Json | None:
        same = (one for one in rig.telegram.messages(ASHA) if one["message_id"] == was["message_id"])
        return next((one for one in same if one != was), None)

    return await rig.telegram.wait_for(now, SOON)


async def given(rig: Rig) -> list[Terms]:
    """The terms in force."""
    return [one.approval.terms for one in await rig.runtime.services.standing_book.list(rig.account)]


STEPS = ("momentum", "NSE:SBIN", "Go on", "BUY", "₹10,000", "₹50,000")


async def test_step_by_step_to_a_question_that_shows_exactly_what_is_allowed(seen: Rig) -> None:
    last = await choose(seen, STEPS)
    days = buttons(last)[:-1]
    question = await choose(seen, (*STEPS, days[1]))

    for words in ("SANDBOX", "strategy momentum", "NSE:SBIN", "only BUY", "an order: at most ₹10,000"):
        assert words in last["text"]
    for words in (
        "Approve in advance?",
        "BUY NSE:SBIN\n",
        "an order: at most ₹10,000",
        "a day: at most ₹50,000 in all",
    ):
        assert words in question["text"]
    assert f"until the end of {days[1]}" in question["text"]
    assert await given(seen) == []
    yes = data_of(question, "Yes, approve in advance")
    await seen.press_data(ASHA, question, yes)
    await seen.message(ASHA, "Standing approval 1 is in force")
    assert (await seen.press_data(ASHA, question, yes))["text"] == GONE
    (terms,) = await given(seen)
    assert (terms.strategy, terms.tickers, terms.action) == ("momentum", frozenset({("NSE", "SBIN")}), Action.BUY)
    assert (terms.per_order, terms.per_day) == (
        Bound(Unit.RUPEES, Decimal(10_000)),
        Bound(Unit.RUPEES, Decimal(50_000)),
    )
    assert len(await seen.events(Kind.STANDING_GIVEN)) == 1
    assert (await seen.read(await seen.order(SBIN))).status is QueueStatus.APPROVED


async def test_exits_of_anything_need_no_amounts(seen: Rig) -> None:
    question = await choose(seen, ("momentum", "Exits only, of anything", "What closes the position"))
    question = await choose(
        seen, ("momentum", "Exits only, of anything", "What closes the position", buttons(question)[0])
    )
    await seen.press(ASHA, question, "Yes, approve in advance")
    await seen.message(ASHA, "is in force")

    (terms,) = await given(seen)
    assert (terms.exits_only, terms.tickers, terms.action, terms.per_order) == (True, ANY, None, None)


async def test_instruments_are_ticked_and_unticked(seen: Rig) -> None:
    both = await choose(seen, ("momentum", "NSE:SBIN", "NSE:INFY"))
    one = await choose(seen, ("momentum", "NSE:SBIN", "NSE:INFY", "✓ NSE:SBIN"))

    assert buttons(both)[:3] == ["✓ NSE:SBIN", "✓ NSE:INFY", "Go on ▶"]
    assert buttons(one)[:3] == ["NSE:SBIN", "✓ NSE:INFY", "Go on ▶"]


async def test_a_step_works_once_and_not_after_two_minutes(seen: Rig) -> None:
    first = await choose(seen, ())
    old = data_of(first, "momentum")
    await seen.press(ASHA, first, "momentum")
    await seen.message(ASHA, "For which instruments?")
    assert (await seen.press_data(ASHA, first, old))["text"] == GONE

    user = UserId(ASHA)
    asked = await seen.runtime.services.standing_choices.start(seen.account.id, user)
    async with seen.runtime.database.begin() as tx:
        later = seen.runtime.services.clock.now() + timedelta(minutes=2, seconds=1)
        assert await tx.confirmations.take(asked.token, user, later) is None


async def test_nobody_but_the_owner_gets_a_step(seen: Rig) -> None:
    choices = seen.runtime.services.standing_choices
    listed = await seen.ask(RAVI, "/standing", "Standing approvals")
    await seen.ask(RAVI, "/standing add", "Only the account's owner may approve in advance.")
    hers = await choices.start(seen.account.id, UserId(ASHA))

    with pytest.raises(Unauthorized):
        await choices.start(seen.account.id, UserId(RAVI))
    with pytest.raises(NotFound):
        await choices.choose(hers.token, UserId(RAVI), "0")

    assert buttons(listed) == ["🔄 Refresh"]
    assert isinstance(await choices.choose(hers.token, UserId(ASHA), "0"), AskedChoice)


@pytest.mark.parametrize("code", ["9", "x", "", "-1"])
async def test_what_was_not_offered_is_refused_and_the_step_stays(seen: Rig, code: str) -> None:
    choices = seen.runtime.services.standing_choices
    asked = await choices.start(seen.account.id, UserId(ASHA))

    with pytest.raises(Invalid):
        await choices.choose(asked.token, UserId(ASHA), code)

    assert isinstance(await choices.choose(asked.token, UserId(ASHA), "0"), AskedChoice)


async def test_what_is_chosen_for_one_mode_is_not_asked_in_the_other(seen: Rig) -> None:
    last = await choose(seen, STEPS)
    await seen.runtime.services.accounts.set("main", SYSTEM, trading_mode=TradingMode.LIVE)

    answer = await seen.press(ASHA, last, buttons(last)[0])

    assert "The account was changed since this was asked. Nothing was approved." in answer


async def test_without_a_strategy_that_sent_something_it_is_typed(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)

    told = await rig.ask(ASHA, "/standing add", "No strategy has sent an order in this mode yet.")

    assert "/standing add momentum buy SBIN" in told["text"]
