"""Candles of a minute as they form, out of the quotes of a feed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.clock import trading_day
from core.market.candles import MINUTE, Candle, minute_of
from core.market.instruments import Ticker
from core.market.quotes import Quote, is_possible

IDLE_AFTER = timedelta(minutes=5)
"""An instrument that no tick came of for so long makes room for another."""
LATE = timedelta(seconds=10)
"""A price may come so much later than it was asked for."""
_MOST_MINUTES_WAITING = 15
IsOpen = Callable[[str, datetime], bool]


@dataclass(slots=True)
class _Seen:
    """What was seen last of an instrument, and the minute that forms."""

    ltp: Decimal
    volume: int
    at: datetime
    candle: Candle | None
    not_before: datetime
    """Minutes that began before are over."""


class MinuteCandles:
    """The minutes that form of one feed's instruments, and those that are over and not collected yet.

    A tick counts when the last price or the day's volume is another than in the tick before: the first look at an
    instrument shows a trade of nobody knows when. What was traded while nobody looked is in no candle, nor is a price
    that no exchange could have made.
    """

    def __init__(self, is_open: IsOpen, most: int, begun: Mapping[Ticker, Candle] | None = None) -> None:
        """`most` instruments at a time; `begun` are candles of the present minute that were stored already."""
        self._is_open = is_open
        self._most = most
        self._begun = dict(begun or {})
        self._seen: dict[Ticker, _Seen] = {}
        self._over: dict[tuple[Ticker, datetime], Candle] = {}
        self.turned_away = 0
        """Ticks of instruments that there was no room for."""

    def take(self, quote: Quote) -> None:
        """Count a tick. Must be quick: every price comes by here."""
        ticker = quote.exchange, quote.symbol
        seen = self._seen.get(ticker)
        if seen is None:
            self._meet(ticker, quote)
        elif quote.at < seen.at:
            return
        elif quote.ltp != seen.ltp or (quote.volume and quote.volume != seen.volume):
            self._count(ticker, seen, quote)
        else:
            seen.at = quote.at

    def make_room(self, ticker: Ticker) -> None:
        """Let go of the instrument that was idle longest, if this one is new and there is no room."""
        if ticker not in self._seen and len(self._seen) >= self._most:
            self._forget(min(self._seen, key=lambda one: self._seen[one].at))

    def end_minutes(self, now: datetime) -> None:
        """Close the minutes that are over at this moment, and forget what was idle."""
        for ticker, seen in [*self._seen.items()]:
            if seen.candle is not None and seen.candle.at + MINUTE + LATE <= now:
                self._end(ticker, seen)
            if now - seen.at > IDLE_AFTER:
                self._forget(ticker)
        self._begun = {ticker: candle for ticker, candle in self._begun.items() if candle.at == minute_of(now)}

    def end_all(self) -> None:
        """Close every minute, also that which is not over: nothing will be heard any more."""
        for ticker, seen in self._seen.items():
            self._end(ticker, seen)

    def collect(self) -> Sequence[tuple[Ticker, Candle]]:
        """What is over and was not stored yet."""
        return [(ticker, candle) for (ticker, _), candle in self._over.items()]

    def stored(self, candles: Sequence[tuple[Ticker, Candle]]) -> None:
        """Forget what is stored now."""
        for ticker, candle in candles:
            self._over.pop((ticker, candle.at), None)

    def not_stored(self, ticker: Ticker) -> Iterator[Candle]:
        """The candles of one instrument that are not stored yet, oldest first, with the one that forms."""
        yield from (candle for (one, _), candle in self._over.items() if one == ticker)
        seen = self._seen.get(ticker)
        if seen is not None and seen.candle is not None:
            yield seen.candle

    def _meet(self, ticker: Ticker, quote: Quote) -> None:
        if len(self._seen) >= self._most:
            self.turned_away += 1
        elif is_possible(quote):
            begun = self._begun.pop(ticker, None)
            candle = begun if begun is not None and begun.at == minute_of(quote.at) else None
            self._seen[ticker] = _Seen(quote.ltp, quote.volume, quote.at, candle, minute_of(quote.at))

    def _count(self, ticker: Ticker, seen: _Seen, quote: Quote) -> None:
        if not is_possible(quote):
            return
        traded = self._traded(seen, quote)
        seen.ltp, seen.at = quote.ltp, quote.at
        seen.volume = quote.volume or seen.volume
        price, minute = quote.ltp, minute_of(quote.at)
        if minute < seen.not_before or not self._is_open(quote.exchange, quote.at):
            return
        tick = Candle(minute, price, price, price, price, traded, quote.oi)
        if seen.candle is None or seen.candle.at == minute:
            seen.candle = tick if seen.candle is None else seen.candle.followed_by(tick)
            return
        self._end(ticker, seen)
        seen.candle = tick

    @staticmethod
    def _traded(seen: _Seen, quote: Quote) -> int:
        """What was traded since the tick before; nothing is known across a night, or when the day's volume fell."""
        if not quote.volume or trading_day(seen.at) != trading_day(quote.at):
            return 0
        return max(0, quote.volume - seen.volume)

    def _end(self, ticker: Ticker, seen: _Seen) -> None:
        if seen.candle is None:
            return
        self._over[ticker, seen.candle.at] = seen.candle
        seen.not_before = seen.candle.at + MINUTE
        seen.candle = None
        if len(self._over) > self._most * _MOST_MINUTES_WAITING:
            # The database has not taken any for a long time.
            del self._over[next(iter(self._over))]

    def _forget(self, ticker: Ticker) -> None:
        seen = self._seen.pop(ticker)
        if seen.candle is not None:
            # Its minute goes on if it is seen again before that is over.
            self._begun[ticker] = seen.candle
        self._end(ticker, seen)
