"""What each chat is still to be shown, kept so that nothing is forgotten and nothing is told twice."""

import json

import pytest

from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM, Kind
from core.ids import ChatId, MessageId, OrderId, UserId
from core.orders.decisions import Presser
from core.orders.states import QueueStatus
from core.services.approval.card_queue import CardQueue, DueCard
from tests.factories import ASHA, MALLORY, RAVI, VEENA
from tests.runtime import Spine

CHATS = [ChatId(ASHA), ChatId(RAVI), ChatId(VEENA)]


@pytest.fixture
def cards(spine: Spine) -> CardQueue:
    """The work list under test."""
    return spine.services.cards


async def next_due(cards: CardQueue, chat_id: int = ASHA) -> DueCard:
    """The chat's most urgent card."""
    due = await cards.next_due(ChatId(chat_id))
    assert due is not None
    return due


async def show(cards: CardQueue, chat_id: int = ASHA) -> DueCard:
    """Show the chat its most urgent card."""
    due = await next_due(cards, chat_id)
    message_id = due.card.message_id or MessageId(100 * due.order.id)
    await cards.record_shown(due, message_id, f"hash{due.order.version}", "BUY 10 SBIN")
    return due


async def test_new_order_is_due_in_every_linked_chat(spine: Spine, cards: CardQueue) -> None:
    order_id = await spine.queue()

    planned = await cards.plan()

    assert planned == 1
    assert sorted(chat for chat, _ in await cards.chats_due()) == CHATS
    due = await next_due(cards, RAVI)
    assert (due.order.id, due.account, due.role, due.many_accounts) == (order_id, spine.account, Role.APPROVER, False)


async def test_planned_once_is_planned(spine: Spine, cards: CardQueue) -> None:
    await spine.queue()
    await cards.plan()

    assert await cards.plan() == 0


async def test_shown_card_is_not_due_and_its_terms_are_audited_once(spine: Spine, cards: CardQueue) -> None:
    order_id = await spine.queue()
    await cards.plan()
    await show(cards)
    await spine.reject(order_id, by=RAVI)
    await cards.plan()

    await show(cards)

    assert await cards.next_due(ChatId(ASHA)) is None
    (shown,) = [link for link in await spine.audit_of() if link.kind == Kind.ORDER_SHOWN]
    facts = json.loads(shown.facts)
    assert (shown.order_id, facts["chat"], facts["message"]) == (order_id, ASHA, 100 * order_id)
    assert (facts["version"], facts["terms"]) == (1, "BUY 10 SBIN")


async def test_order_that_moved_while_its_card_was_sent_is_due_again(spine: Spine, cards: CardQueue) -> None:
    order_id = await spine.queue()
    await cards.plan()
    sending = await next_due(cards)
    await spine.reject(order_id, by=RAVI)

    await cards.record_shown(sending, MessageId(1), "hash", "terms")

    assert (await next_due(cards)).order.status is QueueStatus.REJECTED


async def test_what_somebody_waits_for_comes_first(spine: Spine, cards: CardQueue) -> None:
    decided = await spine.queue()
    await cards.plan()
    await show(cards)
    new = await spine.queue()
    await spine.approve(decided)
    await cards.plan()

    in_turn = [(await show(cards)).order.id for _ in range(2)]

    assert in_turn == [decided, new]


async def test_a_decided_card_loses_its_buttons_before_others_follow_their_fills(
    spine: Spine, cards: CardQueue
) -> None:
    filling, decided = await spine.queue(), await spine.queue()
    await cards.plan()
    await show(cards)
    await show(cards)
    await spine.approve(filling)
    await cards.plan()
    spine.clock.advance(seconds=1)
    await show(cards)
    await spine.execute()
    await spine.reject(decided)
    await cards.plan()

    in_turn = [(await show(cards)).order.id for _ in range(2)]

    assert in_turn == [decided, filling]


async def test_of_cards_that_moved_the_one_shown_longest_ago_comes_first(spine: Spine, cards: CardQueue) -> None:
    orders = [await spine.queue() for _ in range(2)]
    await cards.plan()
    for _ in orders:
        await show(cards)
    for order_id in orders:
        await spine.approve(order_id)
    await cards.plan()
    # The first is shown last.
    second = await cards.next_due(ChatId(ASHA), aside=[(await next_due(cards)).card.id])
    assert second is not None
    spine.clock.advance(seconds=1)
    await cards.record_shown(second, MessageId(200), "hash2", "terms")
    spine.clock.advance(seconds=1)
    await show(cards)
    await spine.execute()
    await cards.plan()

    in_turn = [(await show(cards)).order.id for _ in range(2)]

    assert in_turn == [orders[1], orders[0]]


async def test_order_decided_before_it_was_shown_anywhere_makes_no_card(spine: Spine, cards: CardQueue) -> None:
    order_id = await spine.queue()
    await spine.reject(order_id)

    await cards.plan()

    assert await cards.chats_due() == []


async def test_person_with_many_accounts_is_told_which(spine: Spine, cards: CardQueue) -> None:
    other = await spine.services.accounts.add("other", "paper", OrderMode.AUTO, TradingMode.LIVE, SYSTEM)
    await spine.link(ASHA, Role.VIEWER, other.id)
    await spine.queue()
    await cards.plan()

    assert ((await next_due(cards)).many_accounts, (await next_due(cards, RAVI)).many_accounts) == (True, False)


async def test_unlinked_person_s_shown_card_is_due_once_more_without_a_role(spine: Spine, cards: CardQueue) -> None:
    await spine.queue()
    await cards.plan()
    await show(cards, RAVI)

    await spine.services.linking.unlink(spine.account.id, RAVI, SYSTEM)

    assert (await next_due(cards, RAVI)).role is None


async def test_unlinked_person_is_shown_nothing_new(spine: Spine, cards: CardQueue) -> None:
    await spine.queue()
    await cards.plan()
    await spine.services.linking.unlink(spine.account.id, RAVI, SYSTEM)
    await spine.queue()

    await cards.plan()

    assert await cards.next_due(ChatId(RAVI)) is None


async def test_gone_chat_is_left_alone(spine: Spine, cards: CardQueue) -> None:
    order_id = await spine.queue()
    await cards.plan()
    await cards.record_gone(await next_due(cards))
    await spine.reject(order_id, by=RAVI)

    await cards.plan()

    assert await cards.next_due(ChatId(ASHA)) is None


async def test_message_of_ours_that_was_not_recorded_is_adopted(spine: Spine, cards: CardQueue) -> None:
    order_id = await spine.queue()
    presser = Presser(ASHA, "Asha", ChatId(ASHA), MessageId(55))

    await cards.adopt(order_id, presser)
    await cards.adopt(order_id, presser)

    assert await cards.is_recorded(order_id, ChatId(ASHA), MessageId(55))
    assert (await next_due(cards)).card.message_id == 55
    assert spine.sql("SELECT count(*) FROM cards") == [(1,)]


@pytest.mark.parametrize(("order_id", "chat_id", "message_id"), [(1, ASHA, 2), (2, ASHA, 100), (1, MALLORY, 100)])
async def test_only_the_very_message_counts_as_recorded(
    spine: Spine, cards: CardQueue, order_id: int, chat_id: UserId, message_id: int
) -> None:
    await spine.queue()
    await cards.plan()
    await show(cards)

    assert await cards.is_recorded(OrderId(1), ChatId(ASHA), MessageId(100))
    assert not await cards.is_recorded(OrderId(order_id), ChatId(chat_id), MessageId(message_id))


async def test_waiting_cards_are_refreshed_once_a_minute(spine: Spine, cards: CardQueue) -> None:
    await spine.queue()
    await cards.plan()
    for chat_id in CHATS:
        await show(cards, chat_id)
    spine.clock.advance(seconds=60)
    await cards.refresh_stale()
    fresh_enough = await cards.chats_due()
    spine.clock.advance(seconds=1)

    await cards.refresh_stale()

    assert fresh_enough == []
    assert sorted(chat for chat, _ in await cards.chats_due()) == CHATS


async def test_decided_cards_are_not_refreshed(spine: Spine, cards: CardQueue) -> None:
    order_id = await spine.queue()
    await cards.plan()
    await spine.reject(order_id)
    await cards.plan()
    for chat_id in CHATS:
        await show(cards, chat_id)
    spine.clock.advance(minutes=5)

    await cards.refresh_stale()

    assert await cards.chats_due() == []


async def test_news_of_an_order_wakes_the_keeper(spine: Spine, cards: CardQueue) -> None:
    cards.wake.clear()

    await spine.queue()

    assert cards.wake.is_set()
