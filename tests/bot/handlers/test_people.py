"""/people and /unlink: pages, one question each, and what everybody reads."""

from bot.callbacks.codec import Act, Press
from bot.cards.card import plain_text
from bot.local_telegram.markup.utf16 import units
from bot.pages.people import people_page
from bot.text.language.translation import speaking
from bot.text.messages import COMMANDS
from core.accounts import Approver, Language, OrderMode, Role, TradingMode
from core.audit import SYSTEM
from core.clock import IST
from core.ids import ApproverId, ChatId, UserId
from core.services.access.people import PeopleOf
from core.standing.wording import render_day
from tests.bot.handlers.acting import becomes
from tests.bot.rig import ASHA, RAVI, Rig, buttons, data_of


async def linked(rig: Rig) -> dict[int, Role]:
    """Everybody's role."""
    return {one.user_id: one.role for one in await rig.runtime.services.linking.list(rig.account.id)}


async def test_an_owner_makes_somebody_approver_and_everybody_reads_it(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.link(RAVI, Role.VIEWER)
    listed = await rig.ask(ASHA, "/people", "👥 People")
    today = render_day(rig.runtime.services.clock.now().astimezone(IST).date())
    assert f"Asha (you) · owner, linked {today}\n" in listed["text"]

    await rig.press(ASHA, listed, "Ravi")
    page = await becomes(rig, ASHA, listed, "👤 Ravi, viewer of main")
    await rig.press(ASHA, page, "Make approver")
    question = await becomes(rig, ASHA, listed, "Make Ravi approver of main?")
    yes = data_of(question, "Yes, make approver")
    await rig.press(ASHA, question, "Yes, make approver")
    await becomes(rig, ASHA, listed, "Ravi is now approver of main.")
    again = await rig.press_data(ASHA, question, yes)
    await rig.tell()

    assert "already answered" in again["text"]
    assert (await linked(rig))[RAVI] is Role.APPROVER
    await rig.message(RAVI, "Ravi is now approver (was viewer), by Asha")


async def test_a_removal_asks_first_and_can_be_left(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.link(RAVI)
    listed = await rig.ask(ASHA, "/people", "👥 People")
    await rig.press(ASHA, listed, "Ravi")
    await rig.press(ASHA, await becomes(rig, ASHA, listed, "👤 Ravi"), "Remove…")
    question = await becomes(rig, ASHA, listed, "Remove Ravi from main?")

    await rig.press(ASHA, question, "No, leave it as it is")

    assert RAVI in await linked(rig)


async def test_an_invitation_is_made_and_works(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    listed = await rig.ask(ASHA, "/people", "👥 People")
    await rig.press(ASHA, listed, "➕ Invite")
    await rig.press(ASHA, await becomes(rig, ASHA, listed, "as what?"), "viewer: looks")
    text = (await rig.message(ASHA, "Forward this"))["text"]
    code = text.rpartition("/start ")[2]

    assert f"?start={code}" in text
    await rig.ask(RAVI, f"/start {code}", "You are linked")
    assert (await linked(rig))[RAVI] is Role.VIEWER


async def test_others_learn_nothing_and_forged_wishes_do_nothing(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.link(RAVI)

    told = await rig.ask(RAVI, "/people", "Only an account's owner")
    forged = rig.codec.encode(Press(Act.PEOPLE, argument=f"c_{rig.account.id}_{RAVI}_owner"), ChatId(RAVI))
    toast = await rig.press_data(RAVI, told, forged)

    assert buttons(told) == []
    assert "Only the account's owner" in toast["text"]
    assert (await linked(rig))[RAVI] is Role.APPROVER


async def test_somebody_leaves_and_the_last_owner_is_warned(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.link(RAVI)
    question = await rig.ask(RAVI, "/unlink", "End your own link to main?")
    await rig.press(RAVI, question, "Yes, end my link")
    await becomes(rig, RAVI, question, "You are no longer linked to main")
    await rig.tell()
    last = await rig.ask(ASHA, "/unlink", "End your own link to main?")

    await rig.message(ASHA, "Ravi ended their own link")
    assert "Nobody would own" not in question["text"]
    assert "Nobody would own main any more" in last["text"]
    assert set(await linked(rig)) == {ASHA}


async def test_with_several_accounts_unlink_asks_which(rig: Rig) -> None:
    other = await rig.runtime.services.accounts.add("other", "paper", OrderMode.AUTO, TradingMode.LIVE, SYSTEM)
    await rig.link(RAVI)
    await rig.link(RAVI, account=other)

    offered = await rig.ask(RAVI, "/unlink", "which account?")
    await rig.press(RAVI, offered, "other")
    await becomes(rig, RAVI, offered, "End your own link to other?")
    await rig.ask(RAVI, "/unlink main", "End your own link to main?")
    await rig.ask(RAVI, "/unlink nothing", "You have no account of that name")


async def test_three_hundred_people_are_pages_that_fit(rig: Rig) -> None:
    now = rig.runtime.services.clock.now()
    people = [
        Approver(ApproverId(n), rig.account.id, UserId(n), ChatId(n), "<&>😀" * 30, Role.VIEWER, now, now, "x" * 300)
        for n in range(10**10, 10**10 + 300)
    ]

    for number in (0, 7, 24, 99):
        for language in Language:
            with speaking(language):
                text, rows = people_page([PeopleOf(rig.account, people)], UserId(1), number)
            assert units(plain_text(text)) <= 4096
        assert all(rig.codec.encode(one.press, ChatId(1)) for row in rows for one in row)


async def test_help_lists_what_a_role_has(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.link(RAVI, Role.VIEWER)

    owner, viewer = await rig.ask(ASHA, "/help", "Countersign"), await rig.ask(RAVI, "/help", "Countersign")

    assert all(f"/{name} –" in owner["text"] for name in COMMANDS)
    assert "/people" not in viewer["text"]
    assert "/pause" not in viewer["text"]
    assert "/unlink" in viewer["text"]
