"""Updates are handled at least once, in each person's order, and confirmed only then."""

import asyncio

import pytest
from telegram import Update

from bot.local_telegram.server.server import LocalTelegram
from bot.transport.update_queue import UpdateQueue
from tests.bot.polling import FakeApplication, poller_of, polling, until
from tests.bot.rig import ASHA, RAVI


async def test_updates_are_handled_and_then_confirmed(telegram: LocalTelegram, application: FakeApplication) -> None:
    telegram.send_text(ASHA, "one")
    telegram.send_text(ASHA, "two")
    async with polling(poller_of(application)):
        await until(lambda: not telegram.world.updates.pending(), telegram)

    assert application.seen == ["one", "two"]


async def test_a_crash_while_handling_brings_the_update_again(
    telegram: LocalTelegram, application: FakeApplication
) -> None:
    reached = asyncio.Event()

    async def die(update: Update) -> None:
        reached.set()
        await asyncio.Event().wait()

    application.on_update = die
    telegram.send_text(ASHA, "tap")
    doomed = poller_of(application)
    poll = asyncio.create_task(doomed.poll())
    await reached.wait()
    for task in [poll, *doomed._handling.values()]:
        task.cancel()

    application.on_update = None
    async with polling(poller_of(application)):
        await until(lambda: application.seen, telegram)

    assert application.seen == ["tap"]


async def test_one_slow_update_delays_nobody_else_and_stays_unconfirmed(
    telegram: LocalTelegram, application: FakeApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.transport.poller.BATCH_PATIENCE", 0.02)
    release = asyncio.Event()

    async def slow(update: Update) -> None:
        if update.message is not None and update.message.text == "slow":
            await release.wait()

    application.on_update = slow
    telegram.send_text(ASHA, "slow")
    async with polling(poller_of(application)):
        telegram.send_text(RAVI, "quick")
        await until(lambda: "quick" in application.seen, telegram)
        unconfirmed = [update.payload["text"] for update in telegram.world.updates.pending()]
        telegram.send_text(ASHA, "after")
        telegram.send_text(RAVI, "another")
        await until(lambda: "another" in application.seen, telegram)
        release.set()
        await until(lambda: not telegram.world.updates.pending(), telegram)

    assert unconfirmed[0] == "slow"
    assert application.seen == ["quick", "another", "slow", "after"]


async def test_an_update_that_cannot_be_parsed_is_skipped(
    telegram: LocalTelegram, application: FakeApplication
) -> None:
    telegram.send_text(ASHA, "before")
    telegram.world.deliver("message", {"message_id": "not even a number", "from": 5, "chat": []}, ASHA)
    telegram.world.deliver("callback_query", {"id": 7}, ASHA)
    telegram.send_text(ASHA, "after")
    async with polling(poller_of(application)):
        await until(lambda: not telegram.world.updates.pending(), telegram)

    assert application.seen == ["before", "after"]


async def test_a_handler_that_fails_does_not_come_again(
    telegram: LocalTelegram, application: FakeApplication
) -> None:
    failed: list[str] = []

    async def fail(update: Update) -> None:
        assert update.message is not None
        failed.append(update.message.text or "")
        raise RuntimeError("a bug")

    application.on_update = fail
    telegram.send_text(ASHA, "boom")
    async with polling(poller_of(application)):
        await until(lambda: not telegram.world.updates.pending(), telegram)

    assert failed == ["boom"]


async def test_stopping_finishes_and_confirms_what_is_in_flight(
    telegram: LocalTelegram, application: FakeApplication
) -> None:
    started, release = asyncio.Event(), asyncio.Event()

    async def slow(update: Update) -> None:
        started.set()
        await release.wait()

    application.on_update = slow
    telegram.send_text(ASHA, "tap")
    async with polling(poller_of(application)) as task:
        await started.wait()
        task.cancel()
        await asyncio.sleep(0)
        release.set()
        await asyncio.wait({task})

    assert application.seen == ["tap"]
    assert telegram.world.updates.pending() == []


async def test_a_webhook_left_behind_is_deleted_with_nothing_dropped(
    telegram: LocalTelegram, application: FakeApplication
) -> None:
    await application.bot.set_webhook("http://127.0.0.1:9/hook", allowed_updates=["message"])
    telegram.send_text(ASHA, "while we were away")
    async with polling(poller_of(application)):
        await until(lambda: application.seen, telegram)

    assert application.seen == ["while we were away"]


async def test_numbers_that_begin_lower_after_a_quiet_week_are_heard(
    telegram: LocalTelegram, application: FakeApplication
) -> None:
    async with polling(poller_of(application)):
        telegram.send_text(ASHA, "before")
        await until(lambda: application.seen and not telegram.world.updates.pending(), telegram)
        await until(lambda: telegram.world.updates.is_polled, telegram)
        telegram.world.updates.renumber(7)
        telegram.send_text(ASHA, "after")
        await until(lambda: len(application.seen) == 2, telegram)
        await until(lambda: not telegram.world.updates.pending(), telegram)
        # The same number as an update of long ago, and another update.
        telegram.world.updates.renumber(7)
        telegram.send_text(ASHA, "again")
        await until(lambda: len(application.seen) == 3, telegram)

    assert application.seen == ["before", "after", "again"]


async def test_only_what_is_needed_is_asked_for(telegram: LocalTelegram, application: FakeApplication) -> None:
    async with polling(poller_of(application)):
        telegram.send_text(ASHA, "hello")
        await until(lambda: application.seen, telegram)

    assert telegram.world.updates.allowed == ["message", "callback_query"]


async def test_one_persons_updates_keep_their_order_others_do_not_wait(application: FakeApplication) -> None:
    release = asyncio.Event()
    order: list[int] = []

    async def handle(update: Update) -> None:
        if update.update_id == 1:
            await release.wait()
        order.append(update.update_id)

    inbox = UpdateQueue(application.bot, handle)
    tasks = [inbox.take(raw(1, ASHA)), inbox.take(raw(2, ASHA)), inbox.take(raw(3, RAVI))]
    await tasks[2]
    release.set()
    await asyncio.gather(*tasks)

    assert order == [3, 1, 2]


def raw(update_id: int, user_id: int) -> dict[str, object]:
    """A message update."""
    person = {"id": user_id, "is_bot": False, "first_name": "x"}
    chat = {"id": user_id, "type": "private"}
    return {
        "update_id": update_id,
        "message": {"message_id": 1, "date": 1, "from": person, "chat": chat, "text": "x"},
    }
