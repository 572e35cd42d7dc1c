"""The digest of what waits is pinned in its chat, silently, as long as something waits."""

from tests.bot.cards.test_digests import decide, digest, look
from tests.bot.handlers.bulk import ONE, queue
from tests.bot.rig import ASHA, Json, Rig

PINNING = ("pinChatMessage", "unpinChatMessage")


def calls(rig: Rig) -> list[Json]:
    """Every call that pins or unpins."""
    return [call for call in rig.telegram.calls if call["method"] in PINNING]


def pinned(rig: Rig) -> list[int]:
    """What is pinned in Asha's chat."""
    return rig.telegram.world.pinned.get(ASHA, [])


async def test_it_is_pinned_once_without_a_sound_and_stays_so_while_it_changes(still: Rig) -> None:
    await still.link(ASHA)
    await queue(still, *[ONE] * 8)
    await look(still)
    await queue(still, *[ONE] * 4)
    await look(still)

    assert digest(still)["text"].startswith("📚 9 orders wait for you")
    assert pinned(still) == [digest(still)["message_id"]]
    (call,) = calls(still)
    assert str(call["params"]["disable_notification"]).lower() == "true"


async def test_it_is_unpinned_when_nothing_of_it_waits(still: Rig) -> None:
    await still.link(ASHA)
    numbers = await queue(still, *[ONE] * 8)
    await look(still)
    for number in numbers[3:]:
        await decide(still, number)
    await look(still)

    assert pinned(still) == []
    assert [call["method"] for call in calls(still)] == [*PINNING]


async def test_three_cards_pin_nothing(still: Rig) -> None:
    await still.link(ASHA)
    await queue(still, *[ONE] * 3)
    await look(still)

    assert calls(still) == []


async def test_where_the_bot_may_not_pin_it_goes_on_without_and_does_not_ask_again(still: Rig) -> None:
    await still.link(ASHA)
    refusal = "Bad Request: not enough rights to manage pinned messages in the chat"
    still.telegram.fail_next("pinChatMessage", 400, refusal)
    await queue(still, *[ONE] * 8)
    await look(still)
    numbers = await queue(still, *[ONE] * 4)
    await look(still)
    for number in range(4, numbers[-1] + 1):
        await decide(still, number)  # type: ignore[arg-type]
    await look(still)

    assert digest(still)["text"] == "📚 Nothing of this list waits any more."
    assert [call["status"] for call in calls(still)] == [400, 400]


async def test_a_pin_that_telegram_slows_down_is_made_later(still: Rig) -> None:
    await still.link(ASHA)
    still.telegram.fail_next("pinChatMessage", 500, "Internal Server Error")
    await queue(still, *[ONE] * 8)
    await look(still)

    assert pinned(still) == [digest(still)["message_id"]]
    assert [call["status"] for call in calls(still)] == [500, 200]
    assert [call["method"] for call in still.telegram.calls].count("sendMessage") == 4


async def test_a_restart_does_not_pin_twice(still: Rig) -> None:
    await still.link(ASHA)
    await queue(still, *[ONE] * 8)
    await look(still)

    await still.restart()
    await queue(still, ONE)
    await look(still)

    assert digest(still)["text"].startswith("📚 6 orders wait for you")
    assert len(calls(still)) == 1
