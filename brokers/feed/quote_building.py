"""Turning a bare price into a quote: tick size, bid and ask with what waits there, the day's range."""

from datetime import datetime
from decimal import Decimal
from zlib import crc32

from core.market.instruments import Instrument, InstrumentType
from core.market.quotes import Quote

_FEWEST_LOTS = 40
_WORTH = 1_000_000
"""The most that is quoted at one price, in rupees; at least a few lots."""


def to_tick(price: float, tick: Decimal) -> Decimal:
    """The nearest price that may be quoted; never less than one tick."""
    return tick * max(1, round(price / float(tick)))


def first_quote(instrument: Instrument, ltp: Decimal, prev_close: Decimal, volume: int, at: datetime) -> Quote:
    """The quote of an instrument that has just opened at `ltp`."""
    bid, ask, *sizes = sides(instrument, ltp, volume)
    return Quote(instrument.exchange, instrument.symbol, ltp, bid, ask, ltp, ltp, ltp, prev_close, volume, at, *sizes)


def next_quote(instrument: Instrument, previous: Quote, ltp: Decimal, volume: int, at: datetime) -> Quote:
    """The quote after the price moved; `volume` is the day's."""
    bid, ask, bid_size, ask_size = sides(instrument, ltp, volume)
    return Quote(
        exchange=instrument.exchange,
        symbol=instrument.symbol,
        ltp=ltp,
        bid=bid,
        ask=ask,
        open=previous.open,
        high=max(previous.high, ltp),
        low=min(previous.low, ltp),
        prev_close=previous.prev_close,
        volume=volume,
        at=at,
        bid_size=bid_size,
        ask_size=ask_size,
    )


def sides(instrument: Instrument, ltp: Decimal, volume: int) -> tuple[Decimal, Decimal, int, int]:
    """Bid and ask one tick around the last price, and made up sizes; an index has no spread and no sizes."""
    if instrument.type is InstrumentType.INDEX:
        return ltp, ltp, 0, 0
    # The volume makes the sizes vary while the price stands, and is no state to keep.
    drawn, most = _draw(instrument, f"{ltp}:{volume}"), _most_lots(instrument, ltp)
    bid_size, ask_size = (instrument.lot * _lots(part, most) for part in (drawn & 0xFFFF, drawn >> 16))
    return max(ltp - instrument.tick, instrument.tick), ltp + instrument.tick, bid_size, ask_size


def made_up_size(instrument: Instrument, price: Decimal, what: str) -> int:
    """Units in whole lots that look random, and are the same at the next look."""
    return instrument.lot * _lots(_draw(instrument, f"{price}:{what}"), _most_lots(instrument, price))


def _lots(drawn: int, most: int) -> int:
    # Never next to nothing: what is quoted here is traded by the lakh.
    return most - drawn % (most * 3 // 4 + 1)


def _draw(instrument: Instrument, what: str) -> int:
    # A checksum looks random, but is no state to keep and does not change between two looks.
    return crc32(f"{instrument.exchange}:{instrument.symbol}:{what}".encode())


def _most_lots(instrument: Instrument, price: Decimal) -> int:
    return max(_FEWEST_LOTS, int(_WORTH / price) // instrument.lot) if price else _FEWEST_LOTS
