"""A turn is leave to send one message: it comes in time, is used once, and is always given back."""

import asyncio

from bot.transport.priorities import Priority
from bot.transport.rate_limiter import TelegramLimiter
from bot.transport.send_queue import Lane, Place
from tests.bot.limiting import Log, sending
from tests.bot.virtual import VirtualTime


async def test_who_stops_waiting_takes_no_turn(limiter: TelegramLimiter, time: VirtualTime) -> None:
    log: Log = []
    send = sending(limiter, time, log)
    await time.run(*(send(7) for _ in range(5)))
    waiting = asyncio.create_task(send(7))
    await time.settle()

    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await time.run(send(7))

    assert len(log) == 6
    assert log[-1][0] < 1.2


async def test_a_message_is_made_in_its_turn_and_sent_at_once(limiter: TelegramLimiter, time: VirtualTime) -> None:
    log: Log = []
    send = sending(limiter, time, log)
    await time.run(*(send(7) for _ in range(5)))
    made: list[float] = []

    async def make_and_send() -> None:
        async with limiter.turn(Place(7, Lane.SEND), Priority.NEW) as turn:
            made.append(time.now())
            await send(7, turn)

    await time.run(make_and_send())

    assert made == [log[-1][0]]
    assert made[0] >= 1.0


async def test_a_turn_that_was_not_used_costs_nothing(limiter: TelegramLimiter, time: VirtualTime) -> None:
    log: Log = []

    async def look() -> None:
        async with limiter.turn(Place(7, Lane.SEND), Priority.TAPPED):
            pass

    await time.run(*(look() for _ in range(20)))
    await time.run(*(sending(limiter, time, log)(7) for _ in range(5)))

    assert log == [(0.0, 7)] * 5


async def test_a_turn_is_good_for_one_request_of_its_own_lane(limiter: TelegramLimiter, time: VirtualTime) -> None:
    log: Log = []
    send = sending(limiter, time, log)
    await time.run(*(send(7) for _ in range(5)))

    async def send_twice(lane: Lane) -> None:
        async with limiter.turn(Place(7, lane), Priority.NEW) as turn:
            await send(7, turn)
            await send(7, turn)

    await time.run(send_twice(Lane.EDIT))

    assert [round(at) for at, _ in log[5:]] == [1, 2]


async def test_all_turns_at_once_for_the_wrong_lane_stop_nothing(limiter: TelegramLimiter, time: VirtualTime) -> None:
    log: Log = []
    send = sending(limiter, time, log)

    async def send_lost(chat_id: int) -> None:
        async with limiter.turn(Place(chat_id, Lane.EDIT), Priority.TAPPED) as turn:
            await time.sleep(0.01)
            await send(chat_id, turn)

    await time.run(*(send_lost(chat_id) for chat_id in range(1, 61)))

    assert len(log) == 60
    assert time.now() < 4.0


async def test_who_is_cancelled_with_the_turn_in_hand_gives_it_back(
    limiter: TelegramLimiter, time: VirtualTime
) -> None:
    log: Log = []
    for _ in range(40):
        taking = asyncio.create_task(sending(limiter, time, log)(7))
        while not taking.done() and not log:
            taking.cancel()
            await asyncio.sleep(0)
        await asyncio.gather(taking, return_exceptions=True)

    await time.run(*(sending(limiter, time, log)(7) for _ in range(5)))

    assert log[:5] == [(0.0, 7)] * 5
