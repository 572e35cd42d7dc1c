"""Every chat ends up showing the truth, once, and stays as it is while nothing changes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from brokers.feed.simulated_feed import SimulatedFeed
from core.accounts import Role
from core.audit import Kind
from core.ids import ChatId
from tests.bot.keeping import cards, decide, mark_all_due, sent, show
from tests.bot.rig import ASHA, RAVI, Rig, build_face, buttons


async def test_every_linked_person_gets_a_card(still: Rig) -> None:
    await still.link(ASHA)
    await still.link(RAVI, Role.VIEWER)
    await still.order()
    await still.look()

    assert buttons(cards(still, ASHA)[0]) == ["✅ Approve", "❌ Reject", "Part…"]
    assert buttons(cards(still, RAVI)[0]) == []


async def test_the_exact_terms_shown_go_on_the_trail(still: Rig) -> None:
    await still.link(ASHA)
    await still.order()
    await still.look()

    shown = (await still.events(Kind.ORDER_SHOWN))[0]
    assert shown["terms"] == cards(still, ASHA)[0]["text"]
    assert shown["message"] == cards(still, ASHA)[0]["message_id"]


async def test_a_decision_edits_every_copy_in_place_and_silently(still: Rig) -> None:
    await still.link(ASHA)
    await still.link(RAVI)
    order_id = await still.order()
    await still.look()
    await decide(still, order_id)
    await still.look()

    for user_id in (ASHA, RAVI):
        assert len(cards(still, user_id)) == 1
        assert "Approved by Asha" in cards(still, user_id)[0]["text"]
        assert buttons(cards(still, user_id)[0]) == []


async def test_a_restart_sends_nothing_twice(still: Rig) -> None:
    await still.link(ASHA)
    await still.order()
    await still.look()
    before = sent(still)
    application, keeper, _ = build_face(still.runtime, still.base_url)

    await keeper.work()
    await keeper.settle()

    assert sent(still) == before
    await application.bot.shutdown()


async def test_nothing_new_to_show_sends_nothing(still: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cards.card.REFRESH_SECONDS", 10**9)
    await still.link(ASHA)
    await still.order()
    await still.look()
    before = sent(still)
    await mark_all_due(still)
    await still.look()

    assert sent(still) == before
    assert await still.runtime.services.cards.chats_due() == []


async def test_a_waiting_card_is_refreshed_with_a_fresh_price(still: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await still.link(ASHA)
    await still.order()
    await still.look()
    monkeypatch.setattr("bot.cards.card.REFRESH_SECONDS", 10**-6)
    assert isinstance(still.runtime.feed, SimulatedFeed)
    still.runtime.feed.pin("NSE", "RELIANCE", Decimal("1499.90"))
    await mark_all_due(still)
    await still.look()

    assert "Last price ₹1,499.90" in cards(still, ASHA)[0]["text"]
    assert len(cards(still, ASHA)) == 1


async def test_somebody_unlinked_meanwhile_is_shown_nothing_more(still: Rig) -> None:
    await still.link(RAVI)
    await still.order()
    await still.look()
    await mark_all_due(still)
    due = await still.runtime.services.cards.next_due(ChatId(RAVI))
    assert due is not None
    await show(still, replace(due, role=None))

    assert cards(still, RAVI)[0]["text"] == "🔒 Order #1: you are no longer linked to its account."
    assert buttons(cards(still, RAVI)[0]) == []
    assert await still.runtime.services.cards.chats_due() == []


async def test_somebody_unlinked_before_is_sent_nothing(still: Rig) -> None:
    await still.link(RAVI)
    await still.order()
    await still.runtime.services.cards.plan()
    due = await still.runtime.services.cards.next_due(ChatId(RAVI))
    assert due is not None
    await show(still, replace(due, role=None))

    assert cards(still, RAVI) == []
    assert await still.runtime.services.cards.chats_due() == []


async def test_an_outage_is_told_on_the_same_card(still: Rig) -> None:
    await still.link(ASHA)
    await still.order()
    await still.look()
    async with still.runtime.database.begin() as tx:
        await tx.orders.note_outage("14:02–14:07")
        await tx.commit()
    await still.look()

    assert "The bot was offline 14:02–14:07 IST" in cards(still, ASHA)[0]["text"]
    assert buttons(cards(still, ASHA)[0]) == ["✅ Approve", "❌ Reject", "Part…"]
