"""Readers and bots that change: who comes back is shown what waits, and cards belong to the bot that sent them."""

from core.audit import SYSTEM
from core.ids import ChatId, MessageId, UserId
from core.orders.decisions import Presser
from tests.bot.keeping import cards, decide
from tests.bot.rig import ASHA, RAVI, Rig, buttons


async def test_who_blocked_the_bot_and_comes_back_is_shown_what_waits(still: Rig) -> None:
    await still.link(ASHA)
    still.telegram.block(ASHA)
    await still.order()
    await still.look()
    assert cards(still, ASHA) == []

    still.begin_polling()
    still.telegram.send_text(ASHA, "/start")
    await still.message(ASHA, "You are linked")
    await still.look()

    assert [card for card in cards(still, ASHA) if " · #1\n" in card["text"]]


async def test_a_card_that_was_shown_before_the_block_ends_true_after_it(still: Rig) -> None:
    await still.link(ASHA)
    await still.link(RAVI)
    order_id = await still.order()
    await still.look()
    still.telegram.block(ASHA)
    await still.order()
    await still.look()
    await decide(still, order_id, RAVI)
    await still.look()

    still.begin_polling()
    still.telegram.send_text(ASHA, "/start")
    await still.message(ASHA, "You are linked")
    await still.look()

    (old,) = [card for card in cards(still, ASHA) if " · #1\n" in card["text"]]
    assert "✅ Approve" not in buttons(old)


async def test_who_is_linked_again_is_shown_what_came_meanwhile(still: Rig) -> None:
    await still.link(ASHA)
    await still.order()
    await still.look()
    await still.runtime.services.linking.unlink(still.account.id, UserId(ASHA), SYSTEM)
    await still.order()
    await still.look()
    assert [buttons(card) for card in cards(still, ASHA)] == [[]]

    await still.link(ASHA)
    await still.look()

    decidable = [card["text"].partition("#")[2][0] for card in cards(still, ASHA) if buttons(card)]
    assert decidable == ["1", "2"]


async def test_cards_of_another_bot_are_sent_anew_and_its_numbers_mean_nothing(still: Rig) -> None:
    await still.link(ASHA)
    waiting, decided = await still.order(), await still.order()
    await still.application.initialize()
    await still.look()
    presser = Presser(UserId(ASHA), "Asha", ChatId(ASHA), MessageId(2))
    await still.runtime.services.decide.reject(decided, 1, presser)
    await still.look()
    old = {card["message_id"] for card in cards(still, ASHA)}

    await still.runtime.services.cards.take_over(999_000_111)
    await still.look()

    new = [card for card in cards(still, ASHA) if card["message_id"] not in old]
    assert [f"#{waiting}" in card["text"] for card in new] == [True]
    assert buttons(new[0]) == ["✅ Approve", "❌ Reject", "Part…"]
    async with still.runtime.database.read() as tx:
        assert [await tx.cards.find_order_of(ChatId(ASHA), MessageId(number)) for number in old] == [None, None]
