"""Whatever Telegram says on the way, cards arrive, and one broken chat or card stops nobody else."""

import pytest

from bot.cards.digests.digest_sender import DigestSender
from bot.cards.keeper import ASIDE_SECONDS, MOST_REFUSALS, CardKeeper, Digesting, Traffic
from bot.cards.sender import CardSender, Outcome, Telegram
from bot.transport.rate_limiter import Turn
from core.services.approval.card_queue import DueCard
from tests.bot.keeping import Hours, cards, decide
from tests.bot.rig import ASHA, RAVI, Rig, buttons

EDIT_ANSWERS = ["message is not modified: same", "message to edit not found", "message can't be edited"]


async def test_a_card_that_was_deleted_comes_anew(still: Rig) -> None:
    await still.link(ASHA)
    order_id = await still.order()
    await still.look()
    first = cards(still, ASHA)[0]["message_id"]
    await still.application.bot.delete_message(ASHA, first)
    await decide(still, order_id)
    await still.look()

    again = cards(still, ASHA)
    assert [message["message_id"] for message in again] != [first]
    assert "Approved by Asha" in again[0]["text"]
    assert again[0]["is_silent"]


async def test_a_person_who_blocked_the_bot_stops_nothing(still: Rig) -> None:
    await still.link(ASHA)
    await still.link(RAVI)
    still.telegram.block(RAVI)
    await still.order()
    await still.look()
    await still.look()

    assert len(cards(still, ASHA)) == 1
    assert cards(still, RAVI) == []
    assert await still.runtime.services.cards.chats_due() == []


async def test_a_slowed_chat_waits_as_long_as_asked_and_others_go_on(still: Rig, hours: Hours) -> None:
    await still.link(ASHA)
    await still.link(RAVI)
    still.telegram.fail_next(
        "sendMessage", 429, "Too Many Requests: retry after 7", parameters={"retry_after": 7}, chat_id=ASHA
    )
    await still.order()
    await still.look()
    hours.at = 6.9
    await still.look()

    assert len(cards(still, RAVI)) == 1
    assert cards(still, ASHA) == []
    assert [call["status"] for call in still.telegram.calls].count(429) == 1


async def test_after_a_network_fault_the_card_comes_later(still: Rig, hours: Hours) -> None:
    await still.link(ASHA)
    still.telegram.drop_connection_next("sendMessage", after_effect=False)
    await still.order()
    await still.look()
    await still.look()
    assert cards(still, ASHA) == []

    hours.at = 2.0
    await still.look()

    assert len(cards(still, ASHA)) == 1


async def test_a_card_whose_answer_was_lost_may_come_twice_and_both_work(still: Rig, hours: Hours) -> None:
    await still.link(ASHA)
    still.telegram.drop_connection_next("sendMessage", after_effect=True)
    order_id = await still.order()
    await still.look()
    hours.at = 2.0
    await still.look()
    lost, recorded = cards(still, ASHA)

    still.begin_polling()
    toast = await still.press(ASHA, lost, "Approve")
    await still.polled()
    await still.look()

    assert toast.startswith("✅ Approved")
    assert recorded["message_id"] != lost["message_id"]
    assert (await still.read(order_id)).approved_by == "Asha"
    assert all("Approved by Asha" in card["text"] for card in cards(still, ASHA))


async def test_html_that_telegram_refuses_is_sent_as_plain_text(still: Rig) -> None:
    await still.link(ASHA)
    still.telegram.fail_next("sendMessage", 400, "Bad Request: can't parse entities: Unclosed start tag")
    await still.order()
    await still.look()

    card = cards(still, ASHA)[0]
    assert "BUY 10 RELIANCE" in card["text"]
    assert card["entities"] == []
    assert buttons(card) == ["✅ Approve", "❌ Reject", "Part…"]


@pytest.mark.parametrize("words", EDIT_ANSWERS)
async def test_what_telegram_says_about_an_edit_is_understood(still: Rig, words: str) -> None:
    await still.link(ASHA)
    order_id = await still.order()
    await still.look()
    still.telegram.fail_next("editMessageText", 400, f"Bad Request: {words}")
    await decide(still, order_id)
    await still.look()

    assert await still.runtime.services.cards.chats_due() == []
    assert len(cards(still, ASHA)) == (1 if "modified" in words else 2)


async def test_a_card_that_never_works_is_given_up_and_the_next_gets_its_turn(still: Rig, hours: Hours) -> None:
    await still.link(ASHA)
    await still.order()
    await still.order()
    still.telegram.fail_next("sendMessage", 400, "Bad Request: BUTTON_WHATEVER_INVALID", times=MOST_REFUSALS)
    for _ in range(MOST_REFUSALS + 1):
        await still.look()
        await still.look()
        hours.at += 40.0

    refused = [call for call in still.telegram.calls if call["status"] == 400]
    assert len(refused) == MOST_REFUSALS
    assert ["#2" in card["text"] for card in cards(still, ASHA)] == [True]


class Exploding(CardSender):
    """A sender with a bug."""

    tried = 0

    async def show(self, due: DueCard, turn: Turn) -> Outcome:
        """Fails in a way that nobody foresaw."""
        self.tried += 1
        raise ZeroDivisionError


async def test_a_bug_in_one_card_is_contained_and_not_tried_in_a_hot_loop(still: Rig, hours: Hours) -> None:
    services, application = still.runtime.services, still.application
    telegram = Telegram(application.bot, still.codec, application.presses, services.insight.languages)
    sender = Exploding(telegram, services.cards, services.client_view, services.clock)
    digests = Digesting(services.digests, DigestSender(telegram, services.digests, services.clock))
    keeper = CardKeeper(services.cards, sender, digests, Traffic(application.bot.limiter, application.presses), hours)
    await still.link(ASHA)
    await still.order()

    for _ in range(5):
        await keeper.work()
        await keeper.settle()
    assert sender.tried == 1

    hours.at = ASIDE_SECONDS
    await keeper.work()
    await keeper.settle()
    assert sender.tried == 2


@pytest.mark.parametrize("status", [400, 403, 404, 502])
@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
async def test_a_gateways_page_gives_no_card_up(still: Rig, hours: Hours, method: str, status: int) -> None:
    await still.link(ASHA)
    order_id = await still.order()
    if method == "editMessageText":
        await still.look()
        await decide(still, order_id)
    still.telegram.page_next(method, status, times=MOST_REFUSALS + 1)

    for _ in range(MOST_REFUSALS + 1):
        await still.look()
        hours.at += 40.0
    await still.look()

    (card,) = cards(still, ASHA)
    assert buttons(card) == ([] if method == "editMessageText" else ["✅ Approve", "❌ Reject", "Part…"])
