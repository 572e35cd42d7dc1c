"""Parses and handles raw updates: one person's in order, different people's concurrently."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from telegram import Bot, Update

from bot.transport.fault_barrier import contained

HANDLE_WITHIN = 60.0
"""Seconds after which one update's handling is given up."""
_log = structlog.get_logger()

Handle = Callable[[Update], Awaitable[None]]


class UpdateQueue:
    """Handles raw updates; a malformed one, or one whose handler fails, does not stop the others."""

    def __init__(self, bot: Bot, handle: Handle) -> None:
        self._bot = bot
        self._handle = handle
        self._last_of: dict[int, asyncio.Task[None]] = {}

    def take(self, raw: Mapping[str, Any]) -> asyncio.Task[None]:
        """Begin to handle one raw update, after the earlier ones of the same person."""
        sender = _sender(raw)
        before = self._last_of.get(sender)
        task = asyncio.create_task(self._handle_after(before, raw), name=f"update {raw.get('update_id')}")
        self._last_of[sender] = task
        task.add_done_callback(lambda done: self._forget(sender, done))
        return task

    async def _handle_after(self, before: asyncio.Task[None] | None, raw: Mapping[str, Any]) -> None:
        if before is not None:
            await asyncio.wait({before})
        await contained("update.failed", self._handle_raw(raw), update=raw.get("update_id"))

    async def _handle_raw(self, raw: Mapping[str, Any]) -> None:
        try:
            update = Update.de_json(dict(raw), self._bot)
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            _log.warning("update.unreadable", update=raw.get("update_id"), why=repr(fault))
            return
        async with asyncio.timeout(HANDLE_WITHIN):
            await self._handle(update)

    def _forget(self, sender: int, done: asyncio.Task[None]) -> None:
        if self._last_of.get(sender) is done:
            del self._last_of[sender]


def _sender(raw: Mapping[str, Any]) -> int:
    """The id of the update's sender, read before parsing; 0 when there is none."""
    for content in raw.values():
        person = content.get("from") if isinstance(content, dict) else None
        if isinstance(person, dict) and isinstance(person.get("id"), int):
            return int(person["id"])
    return 0
