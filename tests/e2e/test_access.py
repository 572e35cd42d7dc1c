"""Who may decide: everybody else is refused, told politely, written down, and nothing is executed."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from tests.e2e.crashing import trail_of
from tests.e2e.people import approve, buttons, card, link, press, seen
from tests.e2e.program import Installation
from tests.e2e.stage import GROUP, Stage, approve_data, standing
from tests.factories import ASHA, MALLORY, OMKAR, RAVI, VEENA

pytestmark = pytest.mark.asyncio(loop_scope="module")
STAGES = 2
NOT_VALID = "This button is not valid. Send /pending for fresh ones."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stages(furnished: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Iterator[Stage]]:
    """Several, since each chat takes one message a second only."""
    folder = tmp_path_factory.mktemp("access")
    async with AsyncExitStack() as stack:
        homes = [furnished.copied_to(folder / str(number)) for number in range(STAGES)]
        opened = await asyncio.gather(*(stack.enter_async_context(standing(home)) for home in homes))
        yield itertools.cycle(opened)


@pytest_asyncio.fixture(loop_scope="module")
async def stage(stages: Iterator[Stage]) -> AsyncIterator[Stage]:
    """The one that had the longest rest; each test has an order of its own, and leaves none waiting.

    Of many that wait at once only the first have cards of their own.
    """
    stage = next(stages)
    yield stage
    await stage.clear()


async def test_a_viewer_sees_the_card_without_buttons(stage: Stage) -> None:
    number, _ = await stage.queue()

    shown = await card(stage.telegram, VEENA, number, "waits for approval")

    assert "You can look, not decide." in shown["text"]
    assert not buttons(shown)


async def test_a_viewer_with_a_valid_signature_still_only_looks(stage: Stage) -> None:
    number, _ = await stage.queue()
    shown = await card(stage.telegram, VEENA, number)

    toast = await stage.press(VEENA, shown, stage.signed(number, VEENA))

    assert toast == "You may look at this order, but not decide it."
    assert await stage.is_untouched(number)
    assert await stage.refusals(number) == [(f"telegram:{VEENA}", "only looks")]


async def test_altered_bytes_are_refused_and_noted(stage: Stage) -> None:
    number, shown = await stage.queue()
    data = approve_data(shown)
    altered = [data[:-1] + ("A" if data[-1] != "A" else "B"), data.replace("1a.", "1r.", 1), "2" + data[1:]]

    toasts = [await stage.press(ASHA, shown, one) for one in altered]

    assert toasts == [NOT_VALID] * 3
    assert await stage.is_untouched(number)
    # What is not even in our format names no order; it is on the system's own trail.
    assert await stage.refusals(number) == [(f"telegram:{ASHA}", "forged")] * 2


async def test_made_up_data_is_refused(stage: Stage) -> None:
    number, shown = await stage.queue()
    made_up = ["x", "approve", "1a.1.1.", f"1a.{number}.1..AAAAAAAAAAAAAAAA", "✅" * 21, "1a.zzzzzzzzzzzzz.1..A"]

    toasts = [await stage.press(ASHA, shown, one) for one in made_up]

    assert toasts == [NOT_VALID] * len(made_up)
    assert await stage.is_untouched(number)


async def test_another_chats_button_is_forged_here(stage: Stage) -> None:
    number, shown = await stage.queue()
    own = await card(stage.telegram, RAVI, number, "waits for you")

    toast = await stage.press(RAVI, own, approve_data(shown))

    assert toast == NOT_VALID
    assert await stage.is_untouched(number)
    assert await stage.refusals(number) == [(f"telegram:{RAVI}", "forged")]


async def test_another_orders_button_decides_nothing_from_this_card(stage: Stage) -> None:
    number, shown = await stage.queue()
    other, others = await stage.queue()

    toast = await stage.press(ASHA, shown, approve_data(others))

    assert toast == "This button is not valid."
    assert await stage.is_untouched(number)
    assert await stage.is_untouched(other)
    assert await stage.refusals(other) == [(f"telegram:{ASHA}", "forged")]


async def test_a_button_of_another_version_of_the_card_decides_nothing(stage: Stage) -> None:
    number, shown = await stage.queue()

    toasts = [await stage.press(ASHA, shown, stage.signed(number, ASHA, version)) for version in (0, 2)]

    assert toasts == ["This card has changed. Please read it again, then tap."] * 2
    assert await stage.is_untouched(number)


async def test_another_accounts_owner_is_not_linked_even_with_a_valid_signature(stage: Stage) -> None:
    number, _ = await stage.queue()
    message = await seen(stage.telegram, OMKAR, "You are linked")

    toast = await stage.press(OMKAR, message, stage.signed(number, OMKAR))

    assert toast == "You are not linked to this account."
    assert await stage.is_untouched(number)
    assert await stage.refusals(number) == [(f"telegram:{OMKAR}", "not linked")]


async def test_another_accounts_owner_cannot_look_either(stage: Stage) -> None:
    number, _ = await stage.queue()

    asked = stage.telegram.send_text(OMKAR, f"/order {number}")
    answer = await seen(stage.telegram, OMKAR, "", asked)
    listed = stage.telegram.send_text(OMKAR, "/pending")
    nothing = await seen(stage.telegram, OMKAR, "", listed)

    assert answer["text"] == "There is no such order."
    assert "☕ Nothing waits for you." in nothing["text"]
    assert f"#{number} " not in str(nothing["reply_markup"])


async def test_another_accounts_key_finds_nothing(stage: Stage) -> None:
    number, _ = await stage.queue()

    status, body = await stage.other.ask("pendingorder", pending_order_id=number)
    books = await stage.other.broker_orders()

    assert (status, body["status"]) == (404, "error")
    assert books == []


async def test_a_stranger_gets_one_polite_line_and_no_information(stage: Stage) -> None:
    number, shown = await stage.queue()
    for text in ("/pending", f"/order {number}", "hello", "/start made-up-code-of-a-stranger"):
        last = stage.telegram.send_text(MALLORY, text)
    refused = await seen(stage.telegram, MALLORY, "not valid", last)
    said = [one for one in stage.telegram.messages(MALLORY) if one["is_bot"]]

    toast = await stage.press(MALLORY, said[0], approve_data(shown))

    assert [one["text"] for one in said] == ["Hello. This bot works for invited people only.", refused["text"]]
    noted = stage.home.sql("SELECT actor FROM audit_events WHERE account_id = 0 AND kind = 'stranger.refused'")
    assert toast == "This bot does not know you."
    assert await stage.is_untouched(number)
    assert {actor.split()[0] for (actor,) in noted} == {f"telegram:{MALLORY}"}


async def test_a_group_is_told_once_and_a_press_in_it_decides_nothing(stage: Stage) -> None:
    number, shown = await stage.queue()
    for user in (ASHA, MALLORY, RAVI):
        stage.telegram.send_text(user, f"/order {number}", GROUP)
    told = await seen(stage.telegram, GROUP, "private")

    toast = await stage.press(ASHA, told, approve_data(shown))

    said = [one["text"] for one in stage.telegram.messages(GROUP) if one["is_bot"]]
    assert said == ["I only work in private chats. Please write to me directly."]
    assert toast == "Only in your private chat with this bot."
    assert await stage.is_untouched(number)


async def test_who_was_unlinked_a_moment_ago_decides_nothing(stage: Stage) -> None:
    number, _ = await stage.queue()
    own = await card(stage.telegram, RAVI, number, "waits for you")
    reduced = await stage.home.cli("approver", "role", "main", str(RAVI), "viewer")
    looks = await stage.press(RAVI, own, approve_data(own))
    removed = await stage.home.cli("approver", "remove", "main", str(RAVI))

    toast = await stage.press(RAVI, own, approve_data(own))

    assert (reduced.status, removed.status) == (0, 0)
    assert looks == "You may look at this order, but not decide it."
    assert toast == "This bot does not know you."
    assert await stage.is_untouched(number)
    await link(stage.telegram, stage.home, RAVI, "approver")


async def test_the_second_tap_is_told_who_was_first(stage: Stage) -> None:
    number, shown = await stage.queue()
    theirs = await card(stage.telegram, RAVI, number, "waits for you")
    data = {ASHA: approve_data(shown), RAVI: approve_data(theirs)}

    first = await approve(stage.telegram, ASHA, number)
    again = await stage.press(ASHA, shown, data[ASHA])
    late = await stage.press(RAVI, theirs, data[RAVI])

    assert first == f"✅ Approved order #{number}. Sending it now."
    assert again.startswith(f"Order #{number} was already approved by you at ")
    assert late.startswith(f"Order #{number} was already approved by Asha at ")
    assert (await stage.strategy.outcome(number))["broker_status"] == "complete"


async def test_a_rejected_order_is_not_sent_and_keeps_the_reason(stage: Stage) -> None:
    number, shown = await stage.queue()

    toast = await press(stage.telegram, ASHA, shown, "Reject")
    asked = await card(stage.telegram, ASHA, number, "Why?")
    noted = await press(stage.telegram, ASHA, asked, "Too large")
    final = await card(stage.telegram, ASHA, number, "Reason: Too large")
    outcome = await stage.strategy.outcome(number)

    assert toast == f"❌ Rejected order #{number}. Nothing was sent."
    assert noted == "Noted."
    assert not buttons(final)
    assert (outcome["status"], outcome["reason"], outcome["broker_status"]) == ("rejected", "Too large", None)


async def test_the_trails_of_all_this_verify(stages: Iterator[Stage]) -> None:
    for stage in itertools.islice(stages, STAGES):
        verified = await stage.home.cli("audit", "verify")
        numbers = [event["seq"] for event in await trail_of(stage.home)]

        assert verified.status == 0, verified.out
        assert numbers == [*range(1, len(numbers) + 1)]
