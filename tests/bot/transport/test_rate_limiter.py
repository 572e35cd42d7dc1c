"""The limiter paces what is sent, retries what a person waits for, and never delays an answer to a press."""

import asyncio
import itertools
from datetime import timedelta

import pytest
from telegram.error import RetryAfter

from bot.transport.priorities import Priority
from bot.transport.rate_limiter import TelegramLimiter, is_counted, patience
from tests.bot.limiting import Log, sending
from tests.bot.virtual import VirtualTime


async def test_one_private_chat_gets_five_at_once_and_then_one_a_second(
    limiter: TelegramLimiter, time: VirtualTime
) -> None:
    log: Log = []
    send = sending(limiter, time, log)

    await time.run(*(send(7) for _ in range(8)))

    gaps = [later - earlier for (earlier, _), (later, _) in itertools.pairwise(log)]
    assert [at for at, _ in log[:5]] == [0.0] * 5
    assert all(1.0 <= gap < 1.2 for gap in gaps[4:])


async def test_a_hundred_chats_are_served_in_under_four_seconds(limiter: TelegramLimiter, time: VirtualTime) -> None:
    log: Log = []
    send = sending(limiter, time, log)

    await time.run(*(send(chat) for chat in range(1, 101)))

    assert len(log) == 100
    assert time.now() < 4.0


async def test_an_answer_to_a_press_never_waits(limiter: TelegramLimiter, time: VirtualTime) -> None:
    log: Log = []
    send = sending(limiter, time, log)
    crowd = [asyncio.create_task(send(7)) for _ in range(50)]
    await time.settle()

    async def answer() -> bool:
        return True

    assert await limiter.process_request(answer, (), {}, "answerCallbackQuery", {"callback_query_id": "1"}, None)
    assert time.now() == 0.0
    for one in crowd:
        one.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)


async def test_a_reply_overtakes_waiting_cards(limiter: TelegramLimiter, time: VirtualTime) -> None:
    order: list[str] = []

    async def send(name: str, priority: int) -> None:
        async def call() -> bool:
            order.append(name)
            return True

        await limiter.process_request(call, (), {}, "sendMessage", {"chat_id": 7}, priority)

    await time.run(
        *(send("burst", Priority.REPLY) for _ in range(5)),
        send("first", Priority.REFRESH),
        send("refresh", Priority.REFRESH),
        send("new", Priority.NEW),
        send("tapped", Priority.TAPPED),
        send("reply", Priority.REPLY),
    )

    assert order[5:] == ["reply", "tapped", "new", "first", "refresh"]


async def test_a_slowed_chat_is_left_alone_while_others_go_on(limiter: TelegramLimiter, time: VirtualTime) -> None:
    log: Log = []
    send = sending(limiter, time, log)

    slowed = await time.run(send(7, Priority.NEW, [RetryAfter(30)]))
    await time.run(send(7, Priority.NEW), *(send(8, Priority.NEW) for _ in range(3)))

    assert isinstance(slowed[0], RetryAfter)
    assert [chat for _, chat in log] == [8, 8, 8, 7]
    assert log[-1][0] >= 30.0


async def test_a_reply_is_sent_once_more_after_the_wait(limiter: TelegramLimiter, time: VirtualTime) -> None:
    log: Log = []
    send = sending(limiter, time, log)

    answers = await time.run(send(7, Priority.REPLY, [RetryAfter(5)]))

    assert answers == [True]
    assert log == [(5.0, 7)]


async def test_a_reply_does_not_wait_for_minutes(limiter: TelegramLimiter, time: VirtualTime) -> None:
    send = sending(limiter, time, [])

    answers = await time.run(send(7, Priority.REPLY, [RetryAfter(600)]))

    assert isinstance(answers[0], RetryAfter)


async def test_an_edit_does_not_wait_for_new_messages(limiter: TelegramLimiter, time: VirtualTime) -> None:
    edited: list[float] = []

    async def edit() -> bool:
        edited.append(time.now())
        return True

    await time.run(
        *(sending(limiter, time, [])(7) for _ in range(8)),
        limiter.process_request(edit, (), {}, "editMessageText", {"chat_id": 7}, Priority.TAPPED),
    )

    assert edited == [0.0]


async def test_shutdown_leaves_nothing_running(limiter: TelegramLimiter, time: VirtualTime) -> None:
    waiting = [asyncio.create_task(sending(limiter, time, [])(7)) for _ in range(2)]
    await time.settle()

    await limiter.shutdown()

    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert {task.get_name() for task in asyncio.all_tasks()}.isdisjoint({"telegram limits"})


@pytest.mark.parametrize(
    "endpoint", ["sendMessage", "sendPhoto", "editMessageText", "editMessageMedia", "editMessageReplyMarkup"]
)
def test_messages_are_counted(endpoint: str) -> None:
    assert is_counted(endpoint)


@pytest.mark.parametrize("endpoint", ["answerCallbackQuery", "getMe", "setMyCommands", "sendChatAction"])
def test_the_rest_is_not(endpoint: str) -> None:
    assert not is_counted(endpoint)


def test_patience_is_in_seconds() -> None:
    assert patience(RetryAfter(timedelta(seconds=7))) == 7.0
