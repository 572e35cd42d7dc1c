"""Sends every message within Telegram's limits, most urgent first; answers to callback queries do not queue."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.transport.send_queue import Priority, SendQueue

# Without it python-telegram-bot logs a deprecation warning each time Telegram asks us to wait.
os.environ.setdefault("PTB_TIMEDELTA", "true")

_COUNTED = ("send", "edit", "copy", "forward")
_PATIENCE = 60.0

Reply = bool | dict[str, Any] | list[dict[str, Any]]
Call = Callable[..., Coroutine[Any, Any, Reply]]
Ticket = asyncio.Future[None]


def patience(error: RetryAfter) -> float:
    """The seconds that Telegram asks us to wait."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()


def is_counted(endpoint: str) -> bool:
    """Whether Telegram counts this method as a message; answers to presses and the like are not."""
    return endpoint.startswith(_COUNTED) and endpoint != "sendChatAction"


class TelegramLimiter(BaseRateLimiter[int]):
    """30 messages a second, one a second in each private chat, 20 a minute in each group."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._send_queue: SendQueue[Ticket] = SendQueue()
        self._arrived = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None

    async def initialize(self) -> None:
        """Do nothing: the task that serves the queue starts with the first request in it."""

    async def shutdown(self) -> None:
        """Stop serving the queue; waiting requests end with the tasks that made them."""
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.gather(self._pump, return_exceptions=True)
            self._pump = None

    async def process_request(
        self,
        callback: Call,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Reply:
        """Make the request as soon as the limits and more urgent requests allow.

        A chat that Telegram slows down is left alone for as long as asked. Replies to a person are then
        sent once more; everything else raises RetryAfter, since a card is better rendered anew.
        """
        chat_id = data.get("chat_id")
        if chat_id is None or not is_counted(endpoint):
            return await callback(*args, **kwargs)
        chat, priority = int(chat_id), rate_limit_args or Priority.REPLY
        try:
            return await self._in_turn(chat, priority, callback, args, kwargs)
        except RetryAfter as slow:
            if priority != Priority.REPLY or patience(slow) > _PATIENCE:
                raise
            return await self._in_turn(chat, priority, callback, args, kwargs)

    async def _in_turn(self, chat_id: int, priority: int, callback: Call, args: Any, kwargs: Any) -> Reply:
        await self._wait(chat_id, priority)
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as slow:
            self._send_queue.block(chat_id, self._now() + patience(slow))
            raise

    async def _wait(self, chat_id: int, priority: int) -> None:
        ticket: Ticket = asyncio.get_running_loop().create_future()
        self._send_queue.add(chat_id, priority, ticket, self._now())
        self._arrived.set()
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._serve(), name="telegram limits")
        try:
            await ticket
        except asyncio.CancelledError:
            self._send_queue.discard(chat_id, ticket)
            raise

    async def _serve(self) -> None:
        """Let waiting requests go, one by one, until none waits."""
        while True:
            self._arrived.clear()
            now = self._now()
            while (ticket := self._send_queue.take(now)) is not None:
                if not ticket.done():
                    ticket.set_result(None)
            wake_at = self._send_queue.next_at(now)
            if wake_at is None:
                return
            await self._sleep_or_arrival(wake_at - now)

    async def _sleep_or_arrival(self, seconds: float) -> None:
        waits = {asyncio.ensure_future(self._sleep(seconds)), asyncio.ensure_future(self._arrived.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
