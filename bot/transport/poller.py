"""Long polling that confirms an update only after it was handled, so that a crash loses no press."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.transport import connection_texts as texts
from bot.transport.bot_client import POLL_SECONDS, PollingBot
from bot.transport.failures import Failures
from bot.transport.gated_application import GatedApplication
from bot.transport.rate_limiter import patience
from bot.transport.update_queue import UpdateQueue
from core.errors import ConfigError, Unready
from core.services.operations.health import TelegramConnection

BATCH_PATIENCE = 0.5
"""Seconds that one slow update may hold up the next poll; it stays unconfirmed all the same."""
FINISH_WITHIN = 2.0
COMPLAIN_EVERY = 60.0
CONFLICT_PROBE = 2
"""Seconds without a 409 after which the other poller counts as gone."""
REGISTER_EVERY = 300.0
_log = structlog.get_logger()

Sleep = Callable[[float], Awaitable[None]]


class Poller:
    """Fetches updates for the application, and keeps in `connection` why it cannot."""

    def __init__(
        self,
        application: GatedApplication,
        connection: TelegramConnection,
        sleep: Sleep = asyncio.sleep,
        *,
        takes_back: bool = False,
    ) -> None:
        """`takes_back`: whether a webhook that somebody else has set is removed."""
        self._connection = connection
        connection.problem = texts.TELEGRAM_AWAY.format(why="not connected yet")
        self._application = application
        self._bot: PollingBot = application.bot
        self._sleep = sleep
        self._takes_back = takes_back
        self._inbox = UpdateQueue(self._bot, application.process_update)
        self._offset = 0
        self._handling: dict[int, asyncio.Task[None]] = {}
        self._handled: set[int] = set()
        self._backoff = Failures()
        self._complained: dict[str, float] = {}

    async def run(self) -> None:
        """Poll until cancelled; then finish what is being handled and confirm it.

        Raises ConfigError when Telegram itself refuses the token.
        """
        try:
            await self._persist(self._delete_webhook)
            await self._persist(self._application.initialize)
            while True:
                await self._persist(self.poll)
        finally:
            await self.stop()

    async def serve_webhook(self, register: Callable[[], Awaitable[None]]) -> None:
        """Instead of polling: have Telegram post updates, and make sure now and then that it still does.

        Raises ConfigError when Telegram itself refuses the token.
        """
        await self._persist(self._application.initialize)
        while True:
            await self._persist(register)
            self._succeeded()
            await self._sleep(REGISTER_EVERY)

    async def poll(self) -> None:
        """One batch: fetch, handle, and move the offset past everything that is handled."""
        offset = self._offset
        batch = await self._bot.fetch_updates(offset, self._wait())
        self._succeeded()
        self._confirmed(offset)
        begun = [self._begin(raw) for raw in batch]
        if self._handling:
            await asyncio.wait([*self._handling.values()], timeout=BATCH_PATIENCE)
            self._advance()
        elif batch and not any(begun):
            # Nothing in this batch can be confirmed or handled, so it would be fetched again at once.
            await self._sleep(1.0)

    async def stop(self) -> None:
        """Finish handlers in flight and confirm what they handled. Idempotent."""
        if self._handling:
            await asyncio.wait([*self._handling.values()], timeout=FINISH_WITHIN)
            self._advance()
        for task in self._handling.values():
            task.cancel()
        if self._offset:
            offset, self._offset = self._offset, 0
            try:
                async with asyncio.timeout(FINISH_WITHIN):
                    await self._bot.fetch_updates(offset, 0, limit=1)
            except (TelegramError, TimeoutError, RuntimeError) as fault:
                _log.info("updates.not_confirmed", why=str(fault))

    def _wait(self) -> int:
        """The timeout of the next getUpdates: short while handlers are running or a problem may be over already."""
        if self._handling:
            return 0
        if self._connection.problem == texts.OTHER_POLLER:
            return CONFLICT_PROBE
        return 0 if self._connection.problem else POLL_SECONDS

    def _begin(self, raw: Any) -> bool:
        """Whether this is an update, and not handled yet; anything without an update_id is ignored."""
        update_id = raw.get("update_id") if isinstance(raw, dict) else None
        if not isinstance(update_id, int):
            _log.warning("update.unreadable", why="it has no update_id")
            return False
        if update_id in self._handling or update_id in self._handled:
            return False
        self._handling[update_id] = self._inbox.take(raw)
        return True

    def _confirmed(self, offset: int) -> None:
        """Telegram has forgotten all before `offset`, and so do we.

        Later numbers need not be higher: after a week without updates Telegram chooses them afresh, and asked
        from an old number on it would keep the lower ones for itself.
        """
        if offset == self._offset:
            self._offset = 0
        self._handled = {number for number in self._handled if number >= offset}

    def _advance(self) -> None:
        """Confirm everything before the oldest update that is still being handled."""
        for update_id in [number for number, task in self._handling.items() if task.done()]:
            del self._handling[update_id]
            self._handled.add(update_id)
        if self._handling:
            self._offset = min(self._handling)
        elif self._handled:
            self._offset = max(self._handled) + 1

    async def _name_conflict(self, conflict: Conflict) -> str:
        """Who takes our updates. A webhook is removed when the owner wants the updates back. Raises TelegramError."""
        if "webhook" not in conflict.message.lower():
            return texts.OTHER_POLLER
        try:
            url = (await self._bot.get_webhook_info()).url
            if self._takes_back:
                await self._delete_webhook()
                _log.warning("telegram.foreign_webhook_removed", host=_host_of(url))
        except TelegramError as away:
            return texts.TELEGRAM_AWAY.format(why=away.message)
        return texts.FOREIGN_WEBHOOK.format(host=_host_of(url))

    async def _delete_webhook(self) -> None:
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def _persist(self, work: Callable[[], Awaitable[object]]) -> None:
        """Repeat `work` until it succeeds. Raises ConfigError for a token that Telegram refuses."""
        while True:
            try:
                await work()
            except RetryAfter as slow:
                await self._rest(texts.TELEGRAM_AWAY.format(why=slow.message), patience(slow))
            except Conflict as conflict:
                await self._rest(await self._name_conflict(conflict), self._backoff.next())
            except InvalidToken:
                raise ConfigError(texts.BOT_REFUSED) from None
            except TelegramError as away:
                await self._rest(texts.TELEGRAM_AWAY.format(why=away.message), self._backoff.next())
            except Unready as fault:
                await self._rest(str(fault), self._backoff.next())
            else:
                return

    async def _rest(self, problem: str, seconds: float) -> None:
        self._connection.problem = problem
        now = time.monotonic()
        if now - self._complained.get(problem, -COMPLAIN_EVERY) >= COMPLAIN_EVERY:
            self._complained = {problem: now}
            _log.warning("telegram.problem", why=problem)
        await self._sleep(seconds)

    def _succeeded(self) -> None:
        if self._connection.problem:
            _log.info("telegram.connected")
        self._connection.problem = ""
        self._backoff.reset()


def _host_of(url: str) -> str:
    """Where a webhook points; its path may be a secret of whoever set it."""
    return urlsplit(url).hostname or "an unknown address"
