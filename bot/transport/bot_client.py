"""Calls to the Bot API: two connection pools, strict reading of answers, and Telegram's clock."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

import httpx
from telegram.error import NetworkError
from telegram.ext import ExtBot

from bot.transport.rate_limiter import TelegramLimiter
from bot.transport.telegram_request import NOT_TELEGRAM, ClockObserver, TelegramRequest

ALLOWED_UPDATES = ("message", "callback_query")
POLL_SECONDS = 30
_POLL_SLACK = 10.0


class PollingBot(ExtBot[Any]):
    """A bot that can also fetch updates without parsing them, and whose connections always close."""

    @property
    def limiter(self) -> TelegramLimiter:
        """What keeps it within Telegram's limits."""
        assert isinstance(self.rate_limiter, TelegramLimiter)
        return self.rate_limiter

    async def shutdown(self) -> None:
        """Close the connections, also those of a bot that never learned who it is."""
        await super().shutdown()
        for request in self._request:
            await request.shutdown()

    async def fetch_updates(self, offset: int, wait: int, limit: int = 100) -> list[Any]:
        """Raw updates from `offset` on, which confirms all before it; waits `wait` seconds for the first."""
        asked = {
            "offset": offset,
            "timeout": wait,
            "limit": limit,
            "allowed_updates": [*ALLOWED_UPDATES],
        }
        raw = await self._post("getUpdates", asked, read_timeout=wait + _POLL_SLACK)
        if not isinstance(raw, list):
            raise NetworkError(NOT_TELEGRAM)
        return raw


def build_bot(token: str, base_url: str, observe: ClockObserver, **options: Any) -> PollingBot:
    """A bot for the Telegram at `base_url`, without a proxy when that is this machine."""
    base = base_url.rstrip("/")
    trusts_env = not _is_loopback(base)
    # Reading all certificates takes a while; both clients trust the same.
    certificates = httpx.create_ssl_context(trust_env=trusts_env)
    return PollingBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=TelegramRequest(64, observe, certificates, trusts_env=trusts_env),
        get_updates_request=TelegramRequest(2, observe, certificates, trusts_env=trusts_env),
        rate_limiter=TelegramLimiter(),
        **options,
    )


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
