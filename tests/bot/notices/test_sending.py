"""What people read: replies to cards, digests, quiet hours, pictures, and a Telegram that fails."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.local_telegram.errors import ApiError
from bot.local_telegram.markup.utf16 import units
from bot.local_telegram.state.faults import Fault
from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM, Actor
from core.clock import trading_day
from core.errors import NotAllowed
from core.ids import ChatId, MessageId, UserId
from core.insight.news import Topic
from core.insight.notice_settings import Loudness, NoticeKind, NoticeSettings, QuietHours
from core.orders.decisions import Presser
from core.orders.order import PriceType
from core.ports.insight import NewNotice
from tests.bot.rig import ASHA, RAVI, RELIANCE, Rig

CLI = Actor("cli", "root")
MARKET = replace(RELIANCE, pricetype=PriceType.MARKET, price=Decimal(0))


async def store(rig: Rig, count: int, topic: Topic = Topic.CHANGED, first: int = 0) -> None:
    """So many notices for Asha, as planning would store them."""
    now = rig.runtime.services.clock.now()
    facts = {"to": "auto", "by": "cli", "by_name": "root"}
    new = [
        NewNotice(UserId(ASHA), rig.account.id, f"test-{number}", topic, facts, now)
        for number in range(first, first + count)
    ]
    async with rig.runtime.database.begin() as tx:
        await tx.notices.add(new, now)
        await tx.commit()


def received(rig: Rig, user_id: int = ASHA) -> list[dict[str, Any]]:
    """What the bot has sent to this person."""
    return [one for one in rig.telegram.messages(user_id) if one["is_bot"]]


def presser(user_id: int, name: str) -> Presser:
    """This person, in their own chat."""
    return Presser(UserId(user_id), name, ChatId(user_id), MessageId(1))


async def quiet_start(rig: Rig, *people: int, role: Role = Role.APPROVER) -> None:
    """Link these people, and let them hear of each other."""
    for user_id in people:
        await rig.link(user_id, role)
    await rig.tell()


async def test_a_fill_is_one_line_in_reply_to_the_card(still: Rig) -> None:
    await quiet_start(still, ASHA, RAVI)
    order_id = await still.order(MARKET)
    await still.look()
    card = await still.message(RAVI, "waits for you")
    await still.runtime.services.decide.approve(order_id, 1, presser(ASHA, "Asha"))
    await still.runtime.executor.execute_due()

    await still.tell()

    told = await still.message(RAVI, "filled")
    assert told["text"].startswith("✅ #1 filled: BUY 10 RELIANCE at ₹")
    assert told["text"].endswith("🧪 SANDBOX")
    assert "\n" not in told["text"]
    assert told["reply_to_message"]["message_id"] == card["message_id"]
    assert not [one for one in received(still) if "filled:" in one["text"]]


async def test_a_rejection_says_the_brokers_words(still: Rig) -> None:
    await quiet_start(still, ASHA)
    order_id = await still.order(replace(MARKET, quantity=Decimal(10_000_000)))
    await still.runtime.services.decide.approve(order_id, 1, presser(ASHA, "Asha"))
    await still.runtime.executor.execute_due()
    (leg,) = (await still.read(order_id)).legs

    await still.tell()

    told = await still.message(ASHA, "rejected by the broker")
    assert leg.message[:40] in told["text"]


@pytest.mark.parametrize("count", [1, 5])
async def test_few_notices_come_one_by_one(still: Rig, count: int) -> None:
    await quiet_start(still, ASHA)
    before = len(received(still))
    await store(still, count)

    await still.tell()

    assert [one["text"] for one in received(still)[before:]] == [
        "⚙️ main: now AUTO, orders are sent without asking you, by the command line (root)"
    ] * count


@pytest.mark.parametrize("count", [6, 30, 300])
async def test_many_notices_become_one_message(still: Rig, count: int) -> None:
    await quiet_start(still, ASHA)
    before = len(received(still))
    await store(still, count)

    await still.tell()

    first = received(still)[before]
    assert first["text"].startswith(f"🔔 {min(count, 200)} notices, oldest first")
    assert len(received(still)) - before == (count + 199) // 200
    assert units(first["text"]) <= 4096


async def test_what_was_sent_is_not_sent_again_by_the_next_process(still: Rig) -> None:
    await quiet_start(still, ASHA)
    await store(still, 2)
    await still.tell()
    count = len(received(still))

    await still.restart()
    await still.tell()

    assert len(received(still)) == count


async def test_a_telegram_that_is_away_delays_and_loses_nothing(still: Rig) -> None:
    await quiet_start(still, ASHA)
    count = len(received(still))
    await store(still, 1)
    still.telegram.world.faults.add(Fault("sendmessage", error=ApiError(502, "Bad Gateway")))
    await still.tell()
    assert len(received(still)) == count

    due = await still.runtime.services.insight.notices.readers_due()
    async with still.runtime.database.begin() as tx:
        await tx.notices.postpone([1, 2, 3, 4], datetime(2020, 1, 1, tzinfo=UTC), "")
        await tx.commit()
    await still.tell()

    assert due == []
    assert len(received(still)) == count + 1


async def test_an_answer_that_is_lost_may_double_one_notice_and_loses_none(still: Rig) -> None:
    await quiet_start(still, ASHA)
    count = len(received(still))
    await store(still, 2)
    still.telegram.world.faults.add(Fault("sendmessage", cut="after"))
    await still.tell()

    async with still.runtime.database.begin() as tx:
        await tx.notices.postpone([1, 2, 3, 4], datetime(2020, 1, 1, tzinfo=UTC), "")
        await tx.commit()
    await still.tell()

    assert len(received(still)) - count == 3
    assert await still.runtime.services.insight.notices.readers_due() == []


async def test_somebody_who_blocked_the_bot_is_given_up_and_holds_up_nobody(still: Rig) -> None:
    await quiet_start(still, ASHA, RAVI)
    still.telegram.block(ASHA)
    await still.runtime.services.accounts.set("main", CLI, order_mode=OrderMode.AUTO)

    await still.tell()

    await still.message(RAVI, "now AUTO")
    assert await still.runtime.services.insight.notices.readers_due() == []


async def test_silence_is_kept_in_quiet_hours_and_for_what_is_silent(still: Rig) -> None:
    await quiet_start(still, ASHA)
    notices = still.runtime.services.insight.notices
    always = NoticeSettings(quiet=QuietHours.read("00:00-23:59"))
    silent = NoticeSettings({NoticeKind.CHANGES: Loudness.SILENT})
    heard = []

    for number, settings in enumerate((NoticeSettings(), always, silent)):
        await notices.change(UserId(ASHA), lambda _, chosen=settings: chosen)  # type: ignore[misc]
        await store(still, 1, first=number)
        await still.tell()
        heard.append(received(still)[-1]["is_silent"])

    assert heard == [False, True, True]


async def test_a_refused_operation_reaches_its_owner(still: Rig) -> None:
    await quiet_start(still, ASHA, role=Role.OWNER)
    await still.runtime.services.accounts.set("main", CLI, trading_mode=TradingMode.LIVE)
    caller = await still.runtime.services.keys.authenticate(still.key)
    with pytest.raises(NotAllowed):
        await still.runtime.services.trading.close_all(caller, "s", {})

    await still.tell()

    assert "wants to close every position" in (await still.message(ASHA, "Refused, nothing was done"))["text"]
    assert "now LIVE (PAPER), by the command line" in (await still.message(ASHA, "⚙️ main"))["text"]


async def test_a_removed_person_is_told_who_removed_them(still: Rig) -> None:
    await quiet_start(still, ASHA, RAVI)
    await still.runtime.services.linking.unlink(still.account.id, UserId(RAVI), Actor("telegram", "<Asha>", ASHA))

    await still.tell()

    await still.message(RAVI, "You were removed from main by <Asha>")
    assert not [one for one in received(still) if "was removed" in one["text"]]


@pytest.mark.usefixtures("quick")
async def test_the_result_of_the_day_comes_with_its_picture(still: Rig) -> None:
    await quiet_start(still, ASHA)
    now = still.runtime.services.clock.now()
    day = {"day": trading_day(now).isoformat()}
    async with still.runtime.database.begin() as tx:
        await tx.notices.add([NewNotice(UserId(ASHA), still.account.id, "d", Topic.SUMMARY, day, now)], now)
        await tx.commit()

    await still.tell()

    shown = received(still)[-1]
    assert "Today: " in shown["text"]
    assert shown["photo"]


async def test_with_several_accounts_a_notice_names_the_account(still: Rig) -> None:
    await quiet_start(still, ASHA, RAVI)
    other = await still.runtime.services.accounts.add("other", "paper", OrderMode.AUTO, TradingMode.LIVE, SYSTEM)
    await still.link(RAVI, account=other)
    order_id = await still.order(MARKET)
    await still.runtime.services.decide.approve(order_id, 1, presser(ASHA, "Asha"))
    await still.runtime.executor.execute_due()

    await still.tell()

    assert (await still.message(RAVI, "#1 filled"))["text"].endswith("🧪 SANDBOX · main")
