"""The quotes of a server that speaks OpenAlgo's v1 API and has a broker connected."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlsplit

import aiohttp

from brokers.feed.openalgo_wire import (
    candle_body,
    find_refusal,
    parse_candles,
    parse_depth,
    parse_intervals,
    parse_quotes,
)
from core.clock import Clock
from core.errors import BrokerRefused, BrokerUnavailable
from core.market.candles import Candle, CandleQuery, Intervals
from core.market.depth import Depth
from core.market.instruments import Ticker
from core.market.quotes import Quote

T = TypeVar("T")
TIMEOUT = 5.0
HISTORY_WITHIN = 30.0
"""Seconds for past prices: they are asked for at a broker, part by part."""
_LARGEST_ANSWER = 2_000_000
_LARGEST_HISTORY = 16_000_000
_WRONG_KEY = frozenset({401, 403})
_NO_ENTRY = "has no broker session, or refuses the API key; log in to the broker there, and check feed.apikey"
"""OpenAlgo says the same of a wrong key and of a right one whose broker is logged out."""
_WAIT = 429
_ITS_NO = frozenset({400, 404})
_HIDDEN = "[hidden]"
_LONGEST_MESSAGE = 200


class OpenAlgoSource:
    """Implements core.ports.QuoteSource and CandleSource.

    No redirects, no proxies, and the key stands in the body only. A quote's `at` is when it was asked for: the
    answer names no time, and cannot be older than the question.
    """

    def __init__(
        self, url: str, apikey: str, clock: Clock, timeout: float = TIMEOUT, past_within: float = HISTORY_WITHIN
    ) -> None:
        self._url = f"{url.rstrip('/')}/api/v1"
        self._apikey = apikey
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._past = aiohttp.ClientTimeout(total=past_within)
        self._session: aiohttp.ClientSession | None = None

    @property
    def name(self) -> str:
        """The source's name with its host, without the key."""
        return f"openalgo at {urlsplit(self._url).netloc}"

    async def fetch(self, tickers: Sequence[Ticker]) -> Sequence[Quote]:
        """The prices of these; one without is left out. Raises BrokerUnavailable."""
        asked_at = self._clock.now()
        symbols = [{"symbol": symbol, "exchange": exchange} for exchange, symbol in tickers]
        status, raw = await self._post("multiquotes", {"symbols": symbols})
        if status != 200:
            raise self._unavailable(status, raw)
        try:
            return parse_quotes(raw, asked_at)
        except ValueError:
            raise self._unavailable(status, raw) from None

    async def fetch_depth(self, exchange: str, symbol: str) -> Depth | None:
        """What waits at the best prices; None when the server refuses to tell. Raises BrokerUnavailable."""
        asked_at = self._clock.now()
        status, raw = await self._post("depth", {"exchange": exchange, "symbol": symbol})
        if status not in {200, _WAIT, *_WRONG_KEY} and find_refusal(raw) is not None:
            return None
        if status != 200:
            raise self._unavailable(status, raw)
        try:
            return parse_depth(raw, (exchange, symbol), asked_at)
        except ValueError:
            raise self._unavailable(status, raw) from None

    async def fetch_candles(self, query: CandleQuery) -> Sequence[Candle]:
        """Candles as the server's broker tells them. Raises BrokerRefused, BrokerUnavailable."""
        raw = await self._ask_past("history", candle_body(query))
        return await self._read_as(raw, parse_candles)

    async def fetch_intervals(self) -> Intervals:
        """The intervals that the server's broker has. Raises BrokerRefused, BrokerUnavailable."""
        return await self._read_as(await self._ask_past("intervals", {}), parse_intervals)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _ask_past(self, endpoint: str, question: Mapping[str, object]) -> bytes:
        status, raw = await self._post(endpoint, question, self._past, _LARGEST_HISTORY)
        if status in _ITS_NO and (said := find_refusal(raw)) is not None:
            raise BrokerRefused(f"{self.name} says: {self._hidden(said)}")
        if status != 200:
            raise self._unavailable(status, raw)
        return raw

    async def _read_as(self, raw: bytes, parse: Callable[[bytes], T]) -> T:
        # A month of minutes is a megabyte, and orders must not wait until it is read.
        try:
            return await asyncio.to_thread(parse, raw)
        except ValueError:
            raise self._unavailable(200, raw) from None

    async def _post(
        self,
        endpoint: str,
        question: Mapping[str, object],
        within: aiohttp.ClientTimeout | None = None,
        largest: int = _LARGEST_ANSWER,
    ) -> tuple[int, bytes]:
        timeout = within or self._timeout
        body = json.dumps({"apikey": self._apikey, **question}).encode()
        headers = {"Content-Type": "application/json"}
        try:
            async with self._open().post(
                f"{self._url}/{endpoint}", data=body, headers=headers, allow_redirects=False, timeout=timeout
            ) as response:
                return response.status, await self._read(response, largest)
        except TimeoutError:
            raise BrokerUnavailable(f"{self.name} did not answer within {timeout.total:g} s") from None
        except (aiohttp.ClientError, OSError) as fault:
            # Words of our own: what a client error says may hold anything that was sent.
            why = f"{self.name} cannot be reached ({type(fault).__name__}); is it running?"
            raise BrokerUnavailable(why) from None

    async def _read(self, response: aiohttp.ClientResponse, largest: int) -> bytes:
        body = bytearray()
        async for chunk in response.content.iter_chunked(2**16):
            body += chunk
            if len(body) > largest:
                raise BrokerUnavailable(f"{self.name} answered with more than {largest:,} bytes")
        return bytes(body)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    def _unavailable(self, status: int, raw: bytes) -> BrokerUnavailable:
        if status in _WRONG_KEY:
            return BrokerUnavailable(f"{self.name} {_NO_ENTRY}")
        if status == _WAIT:
            return BrokerUnavailable(f"{self.name} asks for fewer questions; make feed.poll_every longer")
        said = find_refusal(raw)
        if said is None:
            return BrokerUnavailable(f"{self.name} answered {status}, but not as OpenAlgo does; check feed.url")
        return BrokerUnavailable(f"{self.name} answered {status}: {self._hidden(said)}")

    def _hidden(self, said: str) -> str:
        return said.replace(self._apikey, _HIDDEN)[:_LONGEST_MESSAGE]
