"""Who is told of what: planned from the trail, once, also over a restart."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM, Actor
from core.errors import NotAllowed
from core.ids import BrokerOrderId, MessageId
from core.insight.news import Topic
from core.insight.notice_settings import Loudness, NoticeKind
from core.ports.insight import LoginNeeded, LoginNews
from core.services.insight.notices import NoticeBook
from tests.factories import ASHA, NAMES, OMKAR, RAVI, VEENA, SettableClock, some_terms
from tests.runtime import Spine
from tests.services.insight.hearing import planned, topics

CLI = Actor("cli", "root")


async def test_who_tapped_a_moment_ago_sees_the_fill_on_the_card_and_the_others_are_told(told: Spine) -> None:
    await told.approved()
    await told.execute()

    assert await topics(told, ASHA) == []
    assert await topics(told, RAVI) == [Topic.FILLED]
    assert await topics(told, VEENA) == [Topic.FILLED]


async def test_a_fill_that_comes_later_is_told_to_who_tapped(told: Spine, clock: SettableClock) -> None:
    await told.approved(some_terms(limit=790))
    await told.execute()
    clock.advance(seconds=6)
    await told.move(780)
    await told.runtime.refresher.refresh()

    (due,) = (await planned(told, ASHA)).due
    assert due.notice.topic is Topic.FILLED
    assert due.notice.facts["filled_quantity"] == "10"


async def test_nothing_is_told_twice_and_nothing_is_lost_over_a_restart(told: Spine) -> None:
    await told.approved()
    await told.execute()
    assert await topics(told, RAVI) == [Topic.FILLED]

    again = NoticeBook(told.runtime.database, told.services.clock, lambda _: True)
    await again.plan()
    assert [one.notice.topic for one in (await again.inbox(RAVI)).due] == [Topic.FILLED]

    await again.finish((await again.inbox(RAVI)).due, "sent")
    assert await topics(told, RAVI) == []


async def test_two_planners_at_once_tell_it_once(told: Spine) -> None:
    await told.approved()
    await told.execute()
    twin = NoticeBook(told.runtime.database, told.services.clock, lambda _: True)

    added = [await told.services.insight.notices.plan(), await twin.plan()]

    assert added == [2, 0]


async def test_an_order_that_nobody_decided_is_told_to_everybody(told: Spine, clock: SettableClock) -> None:
    await told.queue()
    clock.advance(minutes=16)
    await told.runtime.expiry.sweep()

    assert await topics(told, ASHA) == await topics(told, RAVI) == [Topic.EXPIRED]


async def test_a_rejection_is_told_even_to_who_just_tapped(told: Spine) -> None:
    await told.approved(some_terms(quantity=10_000_000))
    await told.execute()

    (due,) = (await planned(told, ASHA)).due
    assert due.notice.topic is Topic.BROKER_REJECTED
    assert due.notice.facts["message"]


async def test_an_order_of_several_legs_is_told_of_once(told: Spine) -> None:
    order_id = await told.queue(some_terms(), some_terms(quantity=5), some_terms(quantity=3))
    await told.approve(order_id)
    await told.execute()

    (due,) = (await planned(told, RAVI)).due
    assert (due.notice.topic, due.notice.facts["filled"], due.notice.facts["legs"]) == (Topic.ENDED, "3", "3")


async def test_modes_changed_on_the_command_line_are_told_to_everybody(told: Spine) -> None:
    await told.services.accounts.set("main", CLI, order_mode=OrderMode.AUTO)

    for user_id in (ASHA, RAVI, VEENA):
        (due,) = (await planned(told, user_id)).due
        assert due.notice.topic is Topic.CHANGED
        assert (due.notice.facts["by"], due.notice.facts["order_mode"]) == ("cli", "auto")


async def test_who_is_removed_is_told_and_learns_nothing_more(told: Spine) -> None:
    await told.approved()
    await told.execute()
    await told.services.linking.unlink(told.account.id, RAVI, CLI)

    assert await topics(told, RAVI) == [Topic.REMOVED]
    assert Topic.UNLINKED in await topics(told, ASHA)


async def test_a_new_person_is_told_to_the_others_only(told: Spine) -> None:
    new = await told.services.linking.create(told.account.id, Role.APPROVER, SYSTEM)
    await told.services.linking.redeem(new.code, OMKAR, OMKAR, NAMES[OMKAR])  # type: ignore[arg-type]

    assert await topics(told, OMKAR) == []
    assert await topics(told, ASHA) == [Topic.LINKED]


async def test_a_refused_operation_is_told_to_those_who_decide_and_counted(told: Spine, clock: SettableClock) -> None:
    async def ask() -> None:
        with pytest.raises(NotAllowed):
            await told.services.trading.cancel_all(await told.caller())

    await ask()
    clock.advance(seconds=40)
    await ask()
    assert await topics(told, ASHA) == await topics(told, RAVI) == [Topic.REFUSED]
    assert await topics(told, VEENA) == []

    with pytest.raises(NotAllowed):
        await told.services.trading.cancel(await told.caller(), BrokerOrderId("1"))
    await ask()
    await planned(told, ASHA)
    clock.advance(seconds=600)
    await ask()

    due = (await planned(told, ASHA)).due
    assert [(one.notice.facts["operation"], one.notice.times) for one in due] == [
        ("cancelallorder", 3),
        ("cancelorder", 1),
        ("cancelallorder", 1),
    ]


async def test_what_was_told_of_and_happens_again_changes_its_message(told: Spine, clock: SettableClock) -> None:
    async def ask(broker_order_id: str) -> None:
        with pytest.raises(NotAllowed):
            await told.services.trading.cancel(await told.caller(), BrokerOrderId(broker_order_id))

    notices = told.services.insight.notices
    await ask("1")
    await notices.finish((await planned(told, ASHA)).due, "sent", MessageId(77))
    await ask("1")
    await ask("2")
    assert (await planned(told, ASHA)).due == [], "an edit may wait a little, so that there are few"

    clock.advance(seconds=10)
    (again,) = (await notices.inbox(ASHA)).due

    assert (again.notice.message_id, again.notice.times) == (77, 3)
    assert "several" in again.notice.facts


async def test_what_is_off_is_never_written_down(told: Spine) -> None:
    await told.services.insight.notices.change(RAVI, lambda was: was.choosing(NoticeKind.FILLS, Loudness.OFF))
    await told.approved()
    await told.execute()

    assert await topics(told, RAVI) == []
    assert await topics(told, VEENA) == [Topic.FILLED]


async def test_the_result_of_the_day_comes_once_after_the_close(told: Spine, clock: SettableClock) -> None:
    notices = told.services.insight.notices
    clock.advance(hours=5, minutes=44)
    assert await notices.plan_summaries() == 0

    clock.advance(minutes=1)
    added = [await notices.plan_summaries() for _ in range(3)]
    twin = NoticeBook(told.runtime.database, told.services.clock, lambda _: True)

    assert [*added, await twin.plan_summaries()] == [3, 0, 0, 0]
    assert await topics(told, ASHA) == [Topic.SUMMARY]
    clock.advance(days=1)
    assert await notices.plan_summaries() == 3


async def test_a_holiday_has_no_result(told: Spine, clock: SettableClock) -> None:
    clock.advance(hours=7)
    closed = NoticeBook(told.runtime.database, told.services.clock, lambda _: False)

    assert await closed.plan_summaries() == 0


async def test_what_could_not_be_sent_for_a_day_is_given_up(told: Spine, clock: SettableClock) -> None:
    await told.services.accounts.set("main", CLI, trading_mode=TradingMode.SANDBOX)
    inbox = await planned(told, ASHA)
    await told.services.insight.notices.postpone(inbox.due, 60, "away")
    assert (await told.services.insight.notices.inbox(ASHA)).due == []

    clock.advance(hours=25)
    inbox = await told.services.insight.notices.inbox(ASHA)
    await told.services.insight.notices.postpone(inbox.due, 60, "away")
    clock.advance(hours=1)

    assert (await told.services.insight.notices.inbox(ASHA)).due == []
    assert await told.services.insight.notices.forget_old() == 0
    clock.advance(days=31)
    assert await told.services.insight.notices.forget_old() >= 1


async def test_part_of_an_order_is_told_when_more_of_it_was_filled(told: Spine, clock: SettableClock) -> None:
    order_id = await told.approved(some_terms(limit=790))
    await told.execute()
    clock.advance(minutes=1)
    (leg,) = (await told.order(order_id)).legs
    report = (await told.book().list_orders())[0]

    for filled in (4, 4, 7):
        clock.advance(seconds=1)
        part = replace(report, filled_quantity=Decimal(filled), average_price=Decimal(790), message=f"{clock.now()}")
        await told.runtime.refresher.note(told.account.id, part)

    due = (await planned(told, ASHA)).due
    assert [one.notice.facts["filled_quantity"] for one in due] == ["4", "7"]
    assert {one.notice.topic for one in due} == {Topic.PART_FILLED}
    assert leg.broker_order_id == report.broker_order_id


async def test_a_login_that_is_needed_is_told_once_a_day_for_each_session(told: Spine, clock: SettableClock) -> None:
    news: LoginNews = told.services.insight.notices
    ended = LoginNeeded(told.account.id, "token of 06:00", "Your session expired.", "https://example.com/login")

    counts = [await news.login_needed(ended), await news.login_needed(ended)]
    counts.append(await news.login_needed(replace(ended, session="token of 11:30")))
    clock.advance(hours=24)
    counts.append(await news.login_needed(ended))

    assert counts == [2, 0, 2, 2]
    assert await topics(told, ASHA) == await topics(told, RAVI) == [Topic.LOGIN_NEEDED] * 3
    assert await topics(told, VEENA) == []
