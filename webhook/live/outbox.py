"""What waits to be sent to one reader: of prices the latest only, of everything else all."""

import asyncio
from collections.abc import Callable, Iterable, Mapping

from aiohttp import web

from core.errors import CountersignError
from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.services.wakeups import is_set_within
from webhook.live.frames import frame

PACE = 0.05
"""Seconds between two lots of prices; more of one instrument in that time are one."""
MOST_MESSAGES = 1000
"""Answers and order updates that may wait for a reader."""
_MOST_UNSENT = 64 * 1024
_LOOK_AGAIN = 0.02


class Unread(CountersignError):
    """Messages were not read; connect again and ask for what became of your orders."""


class Outbox:
    """A slow reader loses prices that newer ones have replaced; one that leaves too many messages is given up."""

    def __init__(self, request: web.Request, render: Callable[[Quote], Iterable[bytes]]) -> None:
        """`render` makes the frames of a price as the reader wants it by then."""
        self._request = request
        self._render = render
        self._messages: list[bytes] = []
        self._prices: dict[Ticker, Quote] = {}
        self._wake = asyncio.Event()
        self._urgent = asyncio.Event()
        self._is_overfull = False

    def put(self, message: Mapping[str, object]) -> None:
        """Send a message, before any price."""
        if len(self._messages) < MOST_MESSAGES:
            self._messages.append(frame(message))
        else:
            self._is_overfull = True
        self._wake.set()
        self._urgent.set()

    def put_price(self, quote: Quote) -> None:
        """Send a price, unless a newer one of the same instrument comes first."""
        self._prices[quote.exchange, quote.symbol] = quote
        self._wake.set()

    def forget_prices(self) -> None:
        """Do not send the prices that wait."""
        self._prices.clear()

    async def run(self) -> None:
        """Send what waits until cancelled. Raises Unread, ConnectionError when the reader has gone."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            self._urgent.clear()
            await self._write(self._take())
            await is_set_within(self._urgent, PACE)

    def _take(self) -> bytes:
        messages, self._messages = self._messages, []
        prices, self._prices = self._prices, {}
        return b"".join((*messages, *(one for quote in prices.values() for one in self._render(quote))))

    async def _write(self, frames: bytes) -> None:
        transport = self._request.transport
        if transport is None or transport.is_closing():
            raise ConnectionError
        transport.write(frames)
        while not self._is_overfull and transport.get_write_buffer_size() > _MOST_UNSENT:
            if transport.is_closing():
                raise ConnectionError
            await asyncio.sleep(_LOOK_AGAIN)
        if self._is_overfull:
            raise Unread
