"""Each person is written to in a language of their own; the record and the strategies are told in English."""

from decimal import Decimal

import pytest

from bot.application import publish_commands
from bot.text.escaping import units
from core.accounts import Language, Role
from core.audit import Kind
from core.ids import UserId
from core.orders.states import QueueStatus
from core.services.access.languages import Languages
from tests.bot.handlers.bulk import ONE, queue
from tests.bot.hindi import english_in
from tests.bot.keeping import cards
from tests.bot.rig import ASHA, RAVI, Json, Rig, buttons
from tests.waiting import SOON


def speaks_hindi(rig: Rig, user_id: int = ASHA) -> None:
    """From now on this person's Telegram is set to Hindi."""
    rig.telegram.world.people.user(user_id).language_code = "hi"


async def link_by_message(rig: Rig, user_id: int = ASHA, role: Role = Role.APPROVER) -> Json:
    """Link somebody the way people do it; the bot's answer."""
    new = await rig.invite(role)
    return await rig.ask(user_id, f"/start {new.code}", "🤝")


async def card_with(rig: Rig, user_id: int, text: str) -> Json:
    """The card in a chat, once it says this."""

    def says() -> Json | None:
        return next((card for card in cards(rig, user_id) if text in card["text"]), None)

    return await rig.telegram.wait_for(says, SOON)


async def test_a_hindi_telegram_is_answered_in_hindi_from_the_first_card_to_the_fill(rig: Rig) -> None:
    speaks_hindi(rig)
    assert "रूप में जुड़ गए हैं" in (await link_by_message(rig))["text"]

    order_id = await rig.order()
    card = await card_with(rig, ASHA, "यह ऑर्डर आपके इंतज़ार में है")
    assert card["text"].startswith("🧪 SANDBOX · BUY 10 RELIANCE · LIMIT ₹1,550.00")
    assert buttons(card)[:2] == ["✅ मंज़ूर करें", "❌ नामंज़ूर करें"]

    assert await rig.press(ASHA, card, "✅ मंज़ूर करें") == f"✅ ऑर्डर #{order_id} मंज़ूर। अब भेजा जा रहा है।"
    approved = await card_with(rig, ASHA, "✅ मंज़ूर किया: Asha")
    assert "Approve" not in approved["text"]


async def test_one_order_is_shown_to_each_reader_in_their_language(rig: Rig) -> None:
    speaks_hindi(rig)
    await link_by_message(rig)
    await rig.link(RAVI)

    order_id = await rig.order()
    await card_with(rig, ASHA, "यह ऑर्डर आपके इंतज़ार में है")
    english = await card_with(rig, RAVI, "This order waits for you")

    await rig.press(RAVI, english, "Reject")
    await card_with(rig, ASHA, "❌ नामंज़ूर: Ravi")
    await card_with(rig, RAVI, "❌ REJECTED by Ravi")
    shown = [event["terms"] for event in await rig.events(Kind.ORDER_SHOWN) if event["chat"] == ASHA]
    assert "यह ऑर्डर आपके इंतज़ार में है" in shown[0]
    assert (await rig.read(order_id)).status is QueueStatus.REJECTED


async def test_a_ready_reason_is_recorded_in_english_and_shown_in_hindi(rig: Rig) -> None:
    speaks_hindi(rig)
    await link_by_message(rig)
    order_id = await rig.order()
    card = await card_with(rig, ASHA, "यह ऑर्डर आपके इंतज़ार में है")
    await rig.press(ASHA, card, "नामंज़ूर करें")

    asked = await card_with(rig, ASHA, "क्यों? आपका जवाब रिकॉर्ड में जाता है।")
    await rig.press(ASHA, asked, "भाव बदल गया")

    await card_with(rig, ASHA, "कारण: भाव बदल गया")
    assert (await rig.read(order_id)).rejected_reason == "Price moved"


async def test_language_is_chosen_for_oneself_and_outlives_a_restart(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.link(RAVI)

    assert buttons(await rig.ask(ASHA, "/language", "Language: English")) == ["🌐 English", "🌐 हिन्दी"]
    await rig.ask(ASHA, "/language hindi", "अब से मैं आपको हिन्दी में लिखूँगा")
    await rig.restart()

    await rig.ask(ASHA, "/help", "/pending – ऑर्डर जो आपके इंतज़ार में हैं")
    await rig.ask(RAVI, "/help", "/pending – orders that wait for you")
    assert await Languages(rig.runtime.database).of(UserId(ASHA)) is Language.HINDI


async def test_a_chosen_language_counts_more_than_telegrams(rig: Rig) -> None:
    speaks_hindi(rig)
    await link_by_message(rig)

    chosen = await rig.ask(ASHA, "/language", "भाषा: हिन्दी")
    await rig.press(ASHA, chosen, "English")
    await rig.message(ASHA, "I write to you in English from now on")
    settings = await rig.ask(ASHA, "/settings", "Notices")
    assert buttons(settings)[-2:] == ["🌐 English", "🌐 हिन्दी"]
    await rig.press(ASHA, settings, "हिन्दी")
    await rig.message(ASHA, "अब से मैं आपको हिन्दी में लिखूँगा")
    await rig.ask(ASHA, "/language klingon", "ऐसी भाषा नहीं है")


async def test_a_card_that_is_shown_follows_when_its_reader_changes_language(rig: Rig) -> None:
    await rig.link(ASHA)
    order_id = await rig.order()
    card = await card_with(rig, ASHA, "This order waits for you")

    await rig.ask(ASHA, "/language hi", "हिन्दी")
    await rig.press(ASHA, card, "✅ Approve")

    same = await card_with(rig, ASHA, "✅ मंज़ूर किया: Asha")
    assert same["message_id"] == card["message_id"]
    assert (await rig.read(order_id)).status is QueueStatus.APPROVED


async def test_a_stranger_is_turned_away_in_their_language_and_nothing_is_kept_of_them(rig: Rig) -> None:
    speaks_hindi(rig)

    await rig.ask(ASHA, "hello", "यह बॉट केवल बुलाए गए लोगों के लिए है")
    assert await rig.runtime.services.insight.languages.of(UserId(ASHA)) is Language.ENGLISH


async def test_the_command_menu_is_published_in_both_languages(rig: Rig) -> None:
    await publish_commands(rig.application.bot)

    menu = rig.telegram.world.profile.commands_for(ASHA, ASHA, "hi")
    assert {one["command"]: one["description"] for one in menu}["pending"] == "ऑर्डर जो आपके इंतज़ार में हैं"
    assert rig.telegram.world.profile.text("description", "hi").startswith("स्ट्रैटेजी ऑर्डर सुझाती हैं")
    english = rig.telegram.world.profile.commands_for(ASHA, ASHA, "en")
    assert {one["command"]: one["description"] for one in english}["pending"] == "orders that wait for you"


async def test_a_burst_is_one_hindi_message_that_fits(rig: Rig) -> None:
    speaks_hindi(rig)
    await link_by_message(rig)

    for number in range(8):
        await queue(rig, *[ONE] * 2, strategy=f"{number}" + "<&>" * 30)

    burst = await rig.message(ASHA, "आपके इंतज़ार में\n")
    assert burst["text"].startswith("📚")
    assert units(burst["text"]) <= 4096
    assert english_in(" ".join(buttons(burst))) == set()


async def test_faults_are_told_in_the_readers_language(rig: Rig) -> None:
    speaks_hindi(rig)
    await link_by_message(rig)

    await rig.ask(ASHA, "/order 99", "ऐसा कोई ऑर्डर नहीं है।")
    await rig.ask(ASHA, "/nonsense", "यह कमांड मुझे नहीं पता")
    assert await rig.press(ASHA, await _old_card(rig), "नामंज़ूर करें") == "यह बटन मान्य नहीं है। नए बटनों के लिए /pending भेजें।"


async def _old_card(rig: Rig) -> Json:
    """A card whose buttons were signed by somebody else."""
    await rig.order()
    card = await card_with(rig, ASHA, "यह ऑर्डर आपके इंतज़ार में है")
    for row in card["reply_markup"]["inline_keyboard"]:
        for button in row:
            button["callback_data"] = button["callback_data"][:-2] + "xx"
    return card


@pytest.mark.parametrize(
    "command",
    [
        *(
            "/pending",
            "/orders",
            "/orders rejected",
            "/orders nothing",
            "/order",
            "/order 1",
            "/order 77",
            "/order x",
        ),
        *("/positions", "/holdings", "/funds", "/orderbook", "/tradebook", "/stats", "/stats x", "/hide"),
        *("/closeall", "/close RELIANCE half", "/close RELIANCE", "/cancelall", "/cancel", "/modify"),
        *("/approveall", "/rejectall", "/language", "/start", "/nonsense", "words", "/approveall nothing"),
        *("/audit", "/audit 1", "/audit x", "/limits", "/limits value_per_order=x", "/pause"),
        *("/resume", "/mode", "/people", "/unlink", "/close RELIANCE 7000", "/cancel 1", "/close TCS", "/modify 1"),
        *(
            "/settings",
            "/settings quiet x",
            "/help",
            "/standing",
            "/standing stop",
            "/standing stop 9",
            "/standing x",
        ),
        *(
            "/standing add",
            "/standing add momentum exits all until=today",
            "/standing add momentum buy X until=today",
        ),
        *("/standing add momentum buy RELIANCE order=₹20000 day=₹50000 until=today",),
    ],
)
async def test_answers_are_hindi_to_the_last_word(rig: Rig, command: str) -> None:
    speaks_hindi(rig)
    await link_by_message(rig, role=Role.OWNER)
    rig.runtime.feed.pin("NSE", "RELIANCE", Decimal("1548.05"))  # type: ignore[attr-defined]
    filled = await rig.order()
    card = await card_with(rig, ASHA, "यह ऑर्डर आपके इंतज़ार में है")
    await rig.press(ASHA, card, "✅ मंज़ूर करें")
    await card_with(rig, ASHA, "FILLED")
    await rig.order()
    await card_with(rig, ASHA, f"#{filled + 1}")

    asked = rig.telegram.send_text(ASHA, command)
    answer = await rig.message(ASHA, "", after=asked)

    assert english_in(answer["text"]) == set()
    assert english_in(" ".join(buttons(answer))) == set()
