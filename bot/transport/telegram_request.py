"""Carries python-telegram-bot's requests by aiohttp, at a fraction of what the library's own client costs."""

import json
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ssl import SSLContext
from typing import Any, TypeVar
from urllib.parse import urlencode

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

NOT_TELEGRAM = "something else answered in its place"
CONNECT_WITHIN, READ_WITHIN, WRITE_WITHIN = 10.0, 15.0, 20.0
"""Seconds."""
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": BaseRequest.USER_AGENT}
_USER_AGENT = {"User-Agent": BaseRequest.USER_AGENT}
T = TypeVar("T")

ClockObserver = Callable[[datetime], None]


class TelegramRequest(BaseRequest):
    """Reads only Telegram's JSON: whatever else answers, with whatever status, is an outage and says nothing."""

    def __init__(
        self, connections: int, observe: ClockObserver, certificates: SSLContext, *, trusts_env: bool
    ) -> None:
        """`observe` is told what time Telegram's answers have; `trusts_env` is whether proxies are used."""
        self._connections = connections
        self._observe = observe
        self._certificates = certificates
        self.trusts_env = trusts_env
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer unless a call says otherwise."""
        return READ_WITHIN

    async def initialize(self) -> None:
        """Do nothing: the connections begin with the first request."""

    async def shutdown(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of Telegram's answer. Raises TimedOut, NetworkError for anybody else's refusal, too."""
        reading, writing = _given(read_timeout, READ_WITHIN), _given(write_timeout, WRITE_WITHIN)
        connecting = _given(connect_timeout, CONNECT_WITHIN)
        waits = aiohttp.ClientTimeout(
            total=reading + writing + connecting, sock_connect=connecting, sock_read=reading
        )
        body, headers = _body_of(request_data)
        try:
            async with self._opened().request(
                method, url, data=body, headers=headers, timeout=waits, allow_redirects=False
            ) as answer:
                payload, status = await answer.read(), answer.status
        except TimeoutError as late:
            raise TimedOut from late
        except aiohttp.InvalidURL as fault:
            # Its text is the address, and a bot's token is part of that.
            raise NetworkError("the address cannot be used") from fault
        except (aiohttp.ClientError, OSError) as fault:
            raise NetworkError(f"{type(fault).__name__}: {fault}") from fault
        if status == HTTPStatus.OK:
            self._note_date(answer.headers.get("Date", ""))
        if not 200 <= status < 300:
            self.parse_json_payload(payload)
        return status, payload

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

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ssl=self._certificates),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=self.trusts_env,
            )
        return self._session

    def _note_date(self, date: str) -> None:
        told = _moment_of(date)
        if told is not None:
            self._observe(told)


def _given(value: T | DefaultValue[None], usual: T) -> T:
    return usual if isinstance(value, DefaultValue) or value is None else value


def _body_of(request_data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    """What is posted: a form, or one of several parts when there is a file."""
    if request_data is None:
        return None, _USER_AGENT
    fields = request_data.json_parameters
    if not request_data.contains_files:
        return urlencode(fields).encode(), _FORM
    form = aiohttp.FormData(fields)
    for name, (filename, content, content_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=content_type)
    return form, _USER_AGENT


def _moment_of(date: str) -> datetime | None:
    """What a Date header says; None for one without a zone (`-0000` is none), which says nothing for sure."""
    try:
        found = parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo is not None else None
