"""Sends every message within Telegram's limits, most urgent first; answers to callback queries do not queue."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from math import isfinite
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.transport import send_queue
from bot.transport.priorities import Priority
from bot.transport.send_queue import Lane, Place, SendQueue

# Without it python-telegram-bot logs a deprecation warning each time Telegram asks us to wait.
os.environ.setdefault("PTB_TIMEDELTA", "true")

_COUNTED = ("send", "edit", "copy", "forward")
_PATIENCE = 60.0

Reply = bool | dict[str, Any] | list[dict[str, Any]]
Call = Callable[..., Coroutine[Any, Any, Reply]]
_Ticket = asyncio.Future[Any]
"""Its result is the turn."""
Turn = send_queue.Turn[_Ticket]


def patience(error: RetryAfter) -> float:
    """The seconds that Telegram asks us to wait."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()


def is_counted(endpoint: str) -> bool:
    """Whether Telegram counts this method as a message; answers to presses and the like are not."""
    return endpoint.startswith(_COUNTED) and endpoint != "sendChatAction"


class TelegramLimiter(BaseRateLimiter[Any]):
    """30 messages a second; a few at once and then one a second in each private chat, 20 a minute in each group."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._send_queue: SendQueue[_Ticket] = SendQueue()
        self._changed = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None

    async def initialize(self) -> None:
        """Do nothing: the task that serves the queue starts with the first request in it."""

    async def shutdown(self) -> None:
        """Stop serving the queue; waiting requests end with the tasks that made them."""
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.gather(self._pump, return_exceptions=True)
            self._pump = None

    @asynccontextmanager
    async def turn(self, place: Place, priority: Priority) -> AsyncIterator[Turn]:
        """Wait for leave to make one request, then pass it on as the request's `rate_limit_args`.

        So a message is only made when it can be sent. A turn that was not used costs nothing.
        """
        turn = await self._next_turn(place, priority)
        try:
            yield turn
        finally:
            self._end(turn, is_counted=False)

    async def process_request(
        self,
        callback: Call,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Turn | int | None,
    ) -> Reply:
        """Make the request in the turn that it brings, or as soon as the limits and more urgent ones allow.

        A chat that Telegram slows down is left alone for as long as asked. Replies to a person are then
        sent once more; everything else raises RetryAfter, since a card is better rendered anew.
        """
        chat_id = data.get("chat_id")
        if chat_id is None or not is_counted(endpoint):
            return await callback(*args, **kwargs)
        place = Place(int(chat_id), Lane.EDIT if endpoint.startswith("edit") else Lane.SEND)
        priority = Priority.REPLY
        if isinstance(rate_limit_args, send_queue.Turn):
            if rate_limit_args.is_open and rate_limit_args.entry.place == place:
                return await self._in_turn(rate_limit_args, callback, args, kwargs)
            # Who holds one turn while waiting for another could wait for somebody who does the same.
            self._end(rate_limit_args, is_counted=False)
            priority = rate_limit_args.entry.priority
        elif rate_limit_args:
            priority = Priority(rate_limit_args)
        return await self._queued(place, priority, callback, args, kwargs)

    async def _queued(self, place: Place, priority: Priority, callback: Call, args: Any, kwargs: Any) -> Reply:
        try:
            return await self._in_turn(await self._next_turn(place, priority), callback, args, kwargs)
        except RetryAfter as slow:
            if priority is not Priority.REPLY or patience(slow) > _PATIENCE:
                raise
            return await self._in_turn(await self._next_turn(place, priority), callback, args, kwargs)

    async def _in_turn(self, turn: Turn, callback: Call, args: Any, kwargs: Any) -> Reply:
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as slow:
            self._send_queue.block(turn.entry.place.chat_id, self._now() + patience(slow))
            self._end(turn, is_counted=False)
            raise
        finally:
            self._end(turn, is_counted=True)

    async def _next_turn(self, place: Place, priority: Priority) -> Turn:
        ticket: _Ticket = asyncio.get_running_loop().create_future()
        entry = self._send_queue.add(place, priority, ticket, self._now())
        self._changed.set()
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._serve(), name="telegram limits")
        try:
            turn: Turn = await ticket
        except asyncio.CancelledError:
            self._send_queue.discard(entry)
            if ticket.done() and not ticket.cancelled():
                self._end(ticket.result(), is_counted=False)
            raise
        return turn

    def _end(self, turn: Turn, *, is_counted: bool) -> None:
        self._send_queue.end(turn, self._now(), is_counted=is_counted)
        self._changed.set()

    async def _serve(self) -> None:
        """Let waiting requests go, one by one, until none waits."""
        while not self._send_queue.is_empty:
            self._changed.clear()
            now = self._now()
            while (turn := self._send_queue.take(now)) is not None:
                if turn.entry.ticket.done():
                    self._end(turn, is_counted=False)
                else:
                    turn.entry.ticket.set_result(turn)
            await self._sleep_or_change(self._send_queue.next_at(now) - now)

    async def _sleep_or_change(self, seconds: float) -> None:
        waits: set[asyncio.Future[Any]] = {asyncio.ensure_future(self._changed.wait())}
        if isfinite(seconds):
            waits.add(asyncio.ensure_future(self._sleep(seconds)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
