"""Sending through a limiter without a bot."""

from collections.abc import Callable, Coroutine
from typing import Any

from bot.transport.rate_limiter import TelegramLimiter, Turn
from tests.bot.virtual import VirtualTime

Log = list[tuple[float, int]]


def sending(limiter: TelegramLimiter, time: VirtualTime, log: Log) -> Callable[..., Coroutine[Any, Any, Any]]:
    """How a bot calls the limiter; `log` gets what was sent, and when."""

    async def send(chat_id: int, turn: Turn | int = 0, fail: list[Exception] | None = None) -> Any:
        async def call() -> bool:
            if fail:
                raise fail.pop()
            log.append((time.now(), chat_id))
            return True

        return await limiter.process_request(call, (), {}, "sendMessage", {"chat_id": chat_id}, turn or None)

    return send
