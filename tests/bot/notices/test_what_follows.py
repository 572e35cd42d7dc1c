"""Notices that say what to do next: a login, and what came of a card."""

from core.ids import UserId
from core.insight.news import Topic
from core.ports.insight import LoginNeeded, NewNotice
from tests.bot.notices.test_sending import MARKET, quiet_start, received
from tests.bot.rig import ASHA, RAVI, Rig


async def test_a_needed_login_says_where_and_how(still: Rig) -> None:
    await quiet_start(still, ASHA)
    notices = still.runtime.services.insight.notices
    await notices.login_needed(
        LoginNeeded(still.account.id, "1", "Token <expired>.", "https://kite.example/?a=1&b=2")
    )
    await notices.login_needed(LoginNeeded(still.account.id, "2", "Token expired."))

    await still.tell()

    linked, typed = [one for one in received(still) if "login needed" in one["text"]]
    assert "Token <expired>." in linked["text"]
    assert "https://kite.example/?a=1&b=2" in str(linked["entities"])
    assert "countersign broker login main" in typed["text"]


async def test_each_bad_or_late_outcome_is_a_reply_to_the_card(still: Rig) -> None:
    await quiet_start(still, ASHA, RAVI)
    order_id = await still.order(MARKET)
    await still.look()
    card = await still.message(RAVI, "waits for you")
    now = still.runtime.services.clock.now()
    told = (Topic.FILLED, Topic.PART_FILLED, Topic.BROKER_REJECTED, Topic.NOT_CONFIRMED)
    facts = {"leg": "1", "filled_quantity": "5", "average_price": "1550", "message": "RMS: no"}
    async with still.runtime.database.begin() as tx:
        new = [NewNotice(UserId(RAVI), still.account.id, topic, topic, facts, now, order_id) for topic in told]
        await tx.notices.add(new, now)
        await tx.commit()

    await still.tell()

    replies = [one for one in received(still, RAVI) if "reply_to_message" in one]
    assert [one["reply_to_message"]["message_id"] for one in replies] == [card["message_id"]] * 4
    assert all("\n" not in one["text"] for one in replies)
