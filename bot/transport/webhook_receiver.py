"""Webhook mode: answers an update with 200 only after it was handled, and handles each update once."""

import asyncio
import hmac
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from bot.transport.bot_client import ALLOWED_UPDATES, PollingBot
from bot.transport.gated_application import GatedApplication
from bot.transport.update_queue import UpdateQueue

_REMEMBERED = 4096
_REPEATED_WITHIN = 86_400.0
"""Seconds: Telegram keeps an update no longer, and after a quiet week may use its number for another one."""
OK, BAD, FORBIDDEN, LATER = 200, 400, 403, 503


class WebhookReceiver:
    """Takes the bodies that Telegram posts. `secret` is what Telegram was told to send along."""

    def __init__(
        self, application: GatedApplication, secret: str, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._bot: PollingBot = application.bot
        self._connected = application.connected
        self._secret = secret
        self._inbox = UpdateQueue(self._bot, application.process_update)
        self._seen: OrderedDict[int, tuple[float, asyncio.Task[None]]] = OrderedDict()

    async def register(self, url: str) -> None:
        """Tell Telegram where to post. Raises TelegramError."""
        await self._bot.set_webhook(
            url, secret_token=self._secret, allowed_updates=ALLOWED_UPDATES, drop_pending_updates=False
        )

    async def receive_webhook(self, body: bytes, secret: str | None) -> int:
        """Handle one posted update and answer with an HTTP status.

        200 after it was handled, 400 for garbage, 403 for a wrong secret, 503 when it must come again.
        """
        if not hmac.compare_digest((secret or "").encode(errors="replace"), self._secret.encode()):
            return FORBIDDEN
        if not self._connected.is_set():
            return LATER
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            return BAD
        update_id = raw.get("update_id") if isinstance(raw, dict) else None
        if not isinstance(update_id, int):
            return BAD
        # A repeat of what is still being handled waits for the same end; the poster going away stops nothing.
        handling = self._handle_once(update_id, raw)
        await asyncio.wait({handling})
        return LATER if handling.cancelled() else OK

    def _handle_once(self, update_id: int, raw: Mapping[str, Any]) -> asyncio.Task[None]:
        now = self._seconds()
        while self._seen and now - next(iter(self._seen.values()))[0] > _REPEATED_WITHIN:
            self._seen.popitem(last=False)
        if update_id not in self._seen:
            self._seen[update_id] = now, self._inbox.take(raw)
            while len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
        return self._seen[update_id][1]
