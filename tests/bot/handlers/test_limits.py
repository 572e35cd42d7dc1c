"""/limits shows what is set; a tap or a reply tightens, and loosening takes the owner's yes."""

from bot.text.escaping import units
from core.accounts import Role
from core.audit import SYSTEM, Kind
from core.limits.bound_text import bounds_of
from tests.bot.rig import ASHA, MALLORY, RAVI, Rig, buttons, data_of


async def stored(rig: Rig, strategy: str = "") -> dict[str, str]:
    """What is set."""
    found = await rig.runtime.services.limit_book.list(rig.account.id)
    return dict(bounds_of(found[strategy])) if strategy in found else {}


async def limit(rig: Rig, strategy: str = "", **bounds: str | None) -> None:
    """Set limits as the command line would."""
    await rig.runtime.services.limit_book.change(rig.account, strategy, bounds, SYSTEM)


async def test_everybody_linked_sees_them_and_who_looks_gets_no_button_to_change(rig: Rig) -> None:
    await rig.link(ASHA, Role.VIEWER)
    await limit(rig, value_per_order="50000", trading_hours="09:20-15:10")
    await limit(rig, "momentum", symbols_allowed="SBIN")

    shown = await rig.ask(ASHA, "/limits", "Limits")

    for line in ("value per order: ₹50,000.00", "trading hours: 09:20–15:10 IST", "Strategy momentum", "SBIN"):
        assert line in shown["text"]
    assert buttons(shown) == ["🔄 Refresh"]


async def test_without_limits_it_says_what_to_do(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)

    shown = await rig.ask(ASHA, "/limits", "Limits")

    assert "No limits yet. Tap Change to set the first one." in shown["text"]
    assert buttons(shown) == ["✏️ Change main", "🔄 Refresh"]


async def test_an_approver_halves_a_limit_with_one_tap(rig: Rig) -> None:
    await rig.link(RAVI, Role.APPROVER)
    await limit(rig, value_per_day="50000")
    page = await rig.ask(RAVI, "/limits", "Limits")

    await rig.press(RAVI, page, "Change main")
    await rig.press(RAVI, await rig.message(RAVI, "Which limit?"), "value per day: ₹50,000.00")
    one = await rig.message(RAVI, "value per day: ₹50,000.00")
    half = data_of(one, "½  25000")
    await rig.press_data(RAVI, one, half)
    await rig.message(RAVI, "value per day is now ₹25,000.00")
    await rig.press_data(RAVI, one, half)

    assert await stored(rig) == {"value_per_day": "25000"}
    assert len(await rig.events(Kind.LIMITS_CHANGED)) == 2


async def test_a_typed_value_tightens(rig: Rig) -> None:
    await rig.link(ASHA, Role.APPROVER)
    await limit(rig, "momentum", orders_per_day="9")
    page = await rig.ask(ASHA, "/limits", "Limits")

    await rig.press(ASHA, page, "Change momentum")
    await rig.press(ASHA, await rig.message(ASHA, "Which limit?"), "orders per day: 9")
    await rig.press(ASHA, await rig.message(ASHA, "orders per day: 9"), "Type a value")
    question = await rig.message(ASHA, "Answer this message")
    rig.telegram.send_text(ASHA, "5", reply_to=question["message_id"])
    await rig.message(ASHA, "orders per day is now 5")

    assert await stored(rig, "momentum") == {"orders_per_day": "5"}


async def test_what_is_no_value_is_said_and_changes_nothing(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)

    said = await rig.ask(ASHA, "/limits value_per_day=<b>lots</b>", "Nothing was changed")

    assert "'<b>lots</b>' is not a value per day such as 50000." in said["text"]
    assert await stored(rig) == {}


async def test_loosening_asks_the_owner_with_both_values_and_works_once(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await limit(rig, value_per_day="50000")

    question = await rig.ask(ASHA, "/limits value_per_day=80000", "Loosen a limit of main?")
    assert "value per day: ₹50,000.00 → ₹80,000.00" in question["text"]
    assert buttons(question) == ["✅ Yes, loosen it", "No, keep it"]
    yes = data_of(question, "Yes")
    await rig.press_data(ASHA, question, yes)
    await rig.message(ASHA, "value per day is now ₹80,000.00")
    await limit(rig, value_per_day="10")
    again = await rig.press_data(ASHA, question, yes)

    assert again["text"] == "This question was already answered or is too old."
    assert await stored(rig) == {"value_per_day": "10"}


async def test_keeping_changes_nothing(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await limit(rig, value_per_day="50000")
    question = await rig.ask(ASHA, "/limits value_per_day=none", "no limit")

    toast = await rig.press(ASHA, question, "No, keep it")

    assert (toast, await stored(rig)) == ("Nothing was changed.", {"value_per_day": "50000"})


async def test_an_approver_is_told_that_only_the_owner_loosens(rig: Rig) -> None:
    await rig.link(RAVI, Role.APPROVER)
    await limit(rig, value_per_day="50000")

    await rig.ask(RAVI, "/limits value_per_day=none", "Only the account's owner may loosen a limit")

    assert await stored(rig) == {"value_per_day": "50000"}


async def test_a_button_of_somebody_unlinked_meanwhile_changes_nothing(rig: Rig) -> None:
    await rig.link(RAVI, Role.APPROVER)
    await limit(rig, value_per_day="50000")
    await rig.press(RAVI, await rig.ask(RAVI, "/limits", "Limits"), "Change main")
    page = await rig.message(RAVI, "Which limit?")
    other = await rig.runtime.services.accounts.add("other", "paper", "semi_auto", "live", SYSTEM)  # type: ignore[arg-type]
    await rig.link(RAVI, Role.APPROVER, other)
    await rig.runtime.services.linking.unlink(rig.account.id, RAVI, SYSTEM)  # type: ignore[arg-type]

    toast = await rig.press(RAVI, page, "value per day")

    assert toast == "That is gone. Send /limits again."


async def test_the_fullest_page_fits_a_message(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    names = ",".join(f"SYMBOL{number:020}" for number in range(100))
    for number in range(40):
        await limit(
            rig,
            f"{number} " + "<&>" * 30,
            symbols_allowed=names,
            symbols_forbidden=names,
            value_per_order="999999999999999",
            value_per_day="999999999999999",
            trading_hours="09:15-15:30",
        )

    shown = await rig.ask(ASHA, "/limits", "Limits")
    await rig.ask(ASHA, "/language hindi", "हिन्दी")
    hindi = await rig.ask(ASHA, "/limits", "सीमाएँ")

    assert units(shown["text"]) <= 4096
    assert units(hindi["text"]) <= 4096


async def test_the_command_needs_to_know_which_account(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    other = await rig.runtime.services.accounts.add("other", "paper", "semi_auto", "live", SYSTEM)  # type: ignore[arg-type]
    await rig.link(ASHA, Role.OWNER, other)

    await rig.ask(ASHA, "/limits value_per_day=5", "add account=NAME")
    await rig.ask(ASHA, "/limits value_per_day=5 account=other strategy=x", "is now ₹5.00")

    assert await stored(rig) == {}
    assert "x" in await rig.runtime.services.limit_book.list(other.id)


async def test_a_stranger_learns_nothing(rig: Rig) -> None:
    await limit(rig, value_per_day="50000")

    await rig.ask(MALLORY, "/limits", "invited people only")
