"""Ticks as the bytes of WebSocket frames, made once for all readers of an instrument."""

import struct
from collections.abc import Mapping
from json import JSONEncoder

from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.services.market.live_prices import Following
from webhook.live import live_json as shapes
from webhook.live.live_requests import Mode

_ENCODE = JSONEncoder(separators=(",", ":")).encode
_WHOLE_TEXT = 0x81
"""The first byte of a frame that is a whole text message."""
_MOST_KEPT = 5000


def frame(message: Mapping[str, object]) -> bytes:
    """A message as an unmasked text frame (RFC 6455, 5.2).

    aiohttp frames and writes one message at a time, which takes 5 µs; framed once for all readers and written
    together with others it takes 0.2 µs.
    """
    payload = _ENCODE(message).encode()
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", _WHOLE_TEXT, size) + payload
    if size < 2**16:
        return struct.pack("!BBH", _WHOLE_TEXT, 126, size) + payload
    return struct.pack("!BBQ", _WHOLE_TEXT, 127, size) + payload


class TickFrames:
    """The frames of the latest ticks."""

    def __init__(self) -> None:
        self._made: dict[tuple[Ticker, Mode], tuple[Quote, bytes]] = {}

    def get(self, quote: Quote, mode: Mode, prices: Following) -> bytes:
        """The frame of a tick; empty when its mode is Depth and the feed has none yet."""
        key = (quote.exchange, quote.symbol), mode
        known = self._made.get(key)
        # The same object only comes from the same feed: what another account's feed says is never taken for it.
        if known is not None and known[0] is quote:
            return known[1]
        made = _make(quote, mode, prices)
        if len(self._made) >= _MOST_KEPT:
            self._made.clear()
        self._made[key] = quote, made
        return made


def _make(quote: Quote, mode: Mode, prices: Following) -> bytes:
    if mode is Mode.LTP:
        return frame(shapes.price(quote))
    if mode is Mode.QUOTE:
        return frame(shapes.whole_quote(quote))
    found = prices.depth((quote.exchange, quote.symbol))
    return b"" if found is None else frame(shapes.depth(found))
