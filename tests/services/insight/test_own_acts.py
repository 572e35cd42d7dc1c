"""Who acted has the answer before them and is not told again; everybody else is told, by one mechanism."""

from dataclasses import replace

import pytest

from core.accounts import Role, TradingMode
from core.audit import Actor, Event, Kind
from core.insight.news import Topic
from core.insight.notice_settings import Loudness, NoticeKind, NoticeSettings, QuietHours
from core.orders.states import BrokerStatus
from tests.factories import ASHA, NAMES, OMKAR, RAVI, SettableClock, some_terms
from tests.runtime import Spine
from tests.services.insight.hearing import heard, planned, topics
from tests.services.limits.asking import denied
from tests.services.trading.client_acts import ask_close, bought, confirm_close
from tests.services.trading.waiting_acts import cancel, resting

CLI = Actor("cli", "root")


async def test_who_closed_a_position_is_not_told_and_the_others_are(told: Spine) -> None:
    await bought(told)
    await heard(told)
    await confirm_close(told, await ask_close(told))

    assert await topics(told, ASHA) == []
    assert await topics(told, RAVI) == [Topic.FILLED]


async def test_who_cancelled_a_moment_ago_is_not_told_and_the_others_are(told: Spine) -> None:
    order = await resting(told)
    await heard(told)
    await cancel(told, order.broker_order_id)

    assert await topics(told, ASHA) == []
    assert await topics(told, RAVI) == [Topic.CANCELLED]


async def test_an_earlier_request_to_cancel_leaves_nobody_out(told: Spine, clock: SettableClock) -> None:
    order_id = await told.approved(some_terms(limit=790))
    await told.execute()
    report = (await told.book().list_orders())[0]
    async with told.runtime.database.begin() as tx:
        actor = Actor("telegram", NAMES[ASHA], ASHA)
        await tx.audit.append(Event(told.account.id, Kind.CANCEL_REQUESTED, actor, clock.now(), order_id))
        await tx.commit()
    clock.advance(seconds=6)
    await told.runtime.refresher.note(told.account.id, replace(report, status=BrokerStatus.CANCELLED))

    assert await topics(told, ASHA) == await topics(told, RAVI) == [Topic.CANCELLED]


async def test_an_order_over_a_limit_is_told_to_everybody(told: Spine) -> None:
    await told.services.limit_book.change(told.account, "", {"quantity_per_order": "20"}, CLI)
    await heard(told)
    await denied(told, some_terms(quantity=21))

    assert await topics(told, ASHA) == await topics(told, RAVI) == [Topic.DENIED]


async def test_a_book_that_begins_anew_is_told_to_everybody(told: Spine) -> None:
    await told.services.sandbox.ask_reset(told.account, TradingMode.SANDBOX, {}, CLI)

    assert await topics(told, ASHA) == await topics(told, RAVI) == [Topic.BOOK_RESET]


async def test_what_stops_trading_is_told_whatever_somebody_chose(told: Spine) -> None:
    silence = NoticeSettings(dict.fromkeys(NoticeKind, Loudness.OFF), QuietHours.read("00:00-23:59"))
    await told.services.insight.notices.change(ASHA, lambda _: silence)
    paused = await told.services.pausing.pause_as(told.account, CLI)
    await told.services.pausing.resume_as(paused, CLI)
    await told.services.accounts.set("main", CLI, enabled=False)
    await told.services.accounts.set("main", CLI, enabled=True)

    inbox = await planned(told, ASHA)

    assert [one.notice.topic for one in inbox.due] == [Topic.PAUSED, Topic.RESUMED, Topic.DISABLED]
    assert not inbox.is_silent(inbox.due, told.runtime.services.clock.now())


async def test_of_a_crowd_only_owners_are_told_who_comes(told: Spine, monkeypatch: pytest.MonkeyPatch) -> None:
    await heard(told)
    await told.link(OMKAR, Role.VIEWER)
    few = await topics(told, RAVI)
    monkeypatch.setattr("core.services.telling.CROWD", 1)
    await heard(told)
    await told.services.linking.unlink(told.account.id, OMKAR, CLI)

    assert few == [Topic.LINKED]
    assert await topics(told, RAVI) == []
    assert await topics(told, ASHA) == [Topic.UNLINKED]
