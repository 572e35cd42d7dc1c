"""Calls to the Bot API: two connection pools, strict reading of answers, and Telegram's clock."""

import ipaddress
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from telegram.error import NetworkError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.transport.rate_limiter import TelegramLimiter

ALLOWED_UPDATES = ("message", "callback_query")
POLL_SECONDS = 30
NOT_TELEGRAM = "something else answered in its place"
_POLL_SLACK = 10.0

ClockObserver = Callable[[datetime], None]


class StrictRequest(HTTPXRequest):
    """Reads only Telegram's JSON: whatever else answers, with whatever status, is an outage and says nothing."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Status and body of Telegram's answer. Raises NetworkError for anybody else's refusal."""
        code, payload = await super().do_request(*args, **kwargs)
        if not 200 <= code < 300:
            self.parse_json_payload(payload)
        return code, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as a dict. Raises NetworkError for anything that Telegram would not say."""
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            raise NetworkError(NOT_TELEGRAM) from None
        if not isinstance(answer, dict) or answer.get("ok") not in {True, False}:
            raise NetworkError(NOT_TELEGRAM)
        return answer


class PollingBot(ExtBot[int]):
    """A bot that can also fetch updates without parsing them, and whose connections always close."""

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
    # httpx logs every address it calls, and a bot's token is part of it.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    base = base_url.rstrip("/")
    trusts_env = not _is_loopback(base)
    kwargs = {
        "trust_env": trusts_env,
        # Reading all certificates takes a while; both clients trust the same.
        "verify": httpx.create_ssl_context(trust_env=trusts_env),
        "event_hooks": {"response": [_date_hook(observe)]},
    }
    return PollingBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=StrictRequest(64, 15.0, 10.0, 10.0, 10.0, httpx_kwargs=kwargs),
        get_updates_request=StrictRequest(2, 15.0, 10.0, 10.0, 10.0, httpx_kwargs=kwargs),
        rate_limiter=TelegramLimiter(),
        **options,
    )


def _date_hook(observe: ClockObserver) -> Callable[[httpx.Response], Awaitable[None]]:
    async def note_date(response: httpx.Response) -> None:
        if response.status_code != httpx.codes.OK:
            return
        now = _moment_of(response.headers.get("Date", ""))
        if now is not None:
            observe(now)

    return note_date


def _moment_of(date: str) -> datetime | None:
    """What a Date header says; None for one without a zone (`-0000` is none), which says nothing for sure."""
    try:
        found = parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo is not None else None


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
