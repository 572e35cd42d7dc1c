"""The buttons of a digest: pages, opening one order, and deciding all of them through one confirmation."""

import asyncio

from core.audit import Kind
from core.ids import ChatId, UserId
from core.orders.states import QueueStatus
from core.ports import DigestKind
from tests.bot.handlers.acting import becomes
from tests.bot.handlers.bulk import ONE, queue, statuses
from tests.bot.rig import ASHA, RAVI, Json, Rig, buttons, data_of
from tests.waiting import SOON


async def burst(rig: Rig, count: int) -> Json:
    """So many orders at once, and the digest of those that got no card."""
    if not await rig.runtime.services.client_view.accounts_of(UserId(ASHA)):
        await rig.link(ASHA)
    await queue(rig, *[ONE] * count)
    shown = await rig.message(ASHA, f"{count - 3} orders wait for you")
    async with asyncio.timeout(SOON):
        while not await _is_recorded(rig):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
    return shown


async def _is_recorded(rig: Rig) -> bool:
    async with rig.runtime.database.read() as tx:
        found = await tx.digests.find_open(ChatId(ASHA), DigestKind.WAITING)
    return found is not None and found.message_id is not None


async def test_all_of_it_is_approved_through_one_question(rig: Rig) -> None:
    shown = await burst(rig, 9)

    await rig.press(ASHA, shown, "✅ Approve these 6")
    question = await rig.message(ASHA, "Approve 6 orders?")
    await rig.press(ASHA, question, "✅ Approve 6 orders")
    result = await becomes(rig, ASHA, question, "6 of 6 orders approved")
    await becomes(rig, ASHA, shown, "Nothing of this list waits any more.")

    assert "#4 BUY 1 RELIANCE" in result["text"]
    waiting = [number for number in range(1, 10) if (await statuses(rig, [number]))[0] is QueueStatus.PENDING]  # type: ignore[list-item]
    assert waiting == [1, 2, 3]
    assert len(await rig.events(Kind.ORDER_APPROVED)) == 6


async def test_all_of_it_is_rejected_through_one_question(rig: Rig) -> None:
    shown = await burst(rig, 5)

    await rig.press(ASHA, shown, "❌ Reject these 2")
    question = await rig.message(ASHA, "Reject 2 orders?")
    await rig.press(ASHA, question, "❌ Reject 2 orders")

    await becomes(rig, ASHA, question, "2 of 2 orders rejected")


async def test_what_joins_after_the_question_is_not_in_it(rig: Rig) -> None:
    shown = await burst(rig, 8)
    await rig.press(ASHA, shown, "✅ Approve these 5")
    question = await rig.message(ASHA, "Approve 5 orders?")
    [late] = await queue(rig, ONE)
    await becomes(rig, ASHA, shown, "6 orders wait for you")

    await rig.press(ASHA, question, "✅ Approve 5 orders")
    await becomes(rig, ASHA, question, "5 of 5 orders approved")

    assert await statuses(rig, [late]) == [QueueStatus.PENDING]


async def test_pages_turn_in_place_and_stay_where_they_were_turned_to(rig: Rig) -> None:
    shown = await burst(rig, 23)
    assert "Page 1 of 3" in shown["text"]

    await rig.press(ASHA, shown, "▶")
    second = await becomes(rig, ASHA, shown, "Page 2 of 3")
    assert "#12 BUY" in second["text"]
    await queue(rig, ONE)
    third = await becomes(rig, ASHA, shown, "21 orders wait")

    assert "Page 2 of 3" in third["text"]


async def test_one_order_is_opened_as_its_card_and_decided_there(rig: Rig) -> None:
    shown = await burst(rig, 6)

    await rig.press(ASHA, shown, "Open #5 BUY RELIANCE")
    card = await rig.message(ASHA, " · #5\n")
    toast = await rig.press(ASHA, card, "✅ Approve")
    await becomes(rig, ASHA, shown, "2 orders wait for you")

    assert toast.startswith("✅ Approved order #5")


async def test_the_last_ones_that_were_opened_get_no_second_card(rig: Rig) -> None:
    shown = await burst(rig, 5)
    await rig.press(ASHA, shown, "Open #4")
    await rig.message(ASHA, " · #4\n")
    for number in (1, 2):
        await rig.press(ASHA, await rig.message(ASHA, f" · #{number}\n"), "Reject")
    await becomes(rig, ASHA, shown, "is shown as cards below")
    await rig.message(ASHA, " · #5\n")

    copies = [one for one in rig.telegram.messages(ASHA) if " · #4\n" in one["text"]]
    assert len(copies) == 1


async def test_the_message_of_a_list_that_is_over_says_so(rig: Rig) -> None:
    await rig.link(ASHA)
    older = await rig.ask(ASHA, "/help", "Countersign")
    shown = await burst(rig, 5)

    answer = await rig.press_data(ASHA, older, data_of(shown, "Approve these"))

    assert answer["text"] == "This list is over."
    assert buttons(await becomes(rig, ASHA, older, "This list is over. /pending shows what waits.")) == []


async def test_somebody_elses_digest_decides_nothing(rig: Rig) -> None:
    shown = await burst(rig, 6)
    await rig.link(RAVI)
    other = await rig.ask(RAVI, "/help", "Countersign")
    press = rig.codec.decode(data_of(shown, "Approve these"), ChatId(ASHA))

    answer = await rig.press_data(RAVI, other, rig.codec.encode(press, ChatId(RAVI)))

    assert answer["text"] == "This list is over."


async def test_a_press_after_a_restart_counts(rig: Rig) -> None:
    shown = await burst(rig, 6)
    await rig.restart()

    await rig.press(ASHA, shown, "✅ Approve these 3")

    await rig.message(ASHA, "Approve 3 orders?")
