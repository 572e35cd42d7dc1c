"""Past prices: of whoever knows them where the account trades, else of our own record."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from core.accounts import Account
from core.calendar.calendar import Calendar
from core.clock import render_ist
from core.errors import Invalid, NotFound
from core.market.candles import DAY, LENGTHS, RECORDED, Candle, CandleQuery, Intervals, aggregate, is_interval
from core.ports import CandleRecord, PastPrices
from core.services.market.candle_recorder import CandleRecorder
from core.services.market.market import Market

MOST_CANDLES = 20_000
"""In one answer: a month of minutes of the longest sessions."""
MOST_MINUTES = 100_000
"""Recorded minutes that one answer may be made of."""


@dataclass(frozen=True, slots=True)
class Past:
    """Candles, oldest first, and what has to be said of them; empty when nothing has."""

    candles: Sequence[Candle]
    note: str = ""


class CandleHistory:
    """Reads only. Every method raises Unready without the account's broker, BrokerRefused and BrokerUnavailable."""

    def __init__(
        self, market: Market, sources: PastPrices, recorder: CandleRecorder, record: CandleRecord, calendar: Calendar
    ) -> None:
        self._market = market
        self._sources = sources
        self._recorder = recorder
        self._record = record
        self._calendar = calendar
        self._one_at_a_time = asyncio.Lock()

    async def find(self, account: Account, query: CandleQuery, *, recorded: bool = False) -> Past:
        """Past prices; `recorded` asks nobody else for them.

        Raises Invalid for an unknown instrument, an interval that there is not, and more than can be answered.
        """
        self._market.require_listed(account, *query.ticker)
        if query.first > query.last:
            raise Invalid("The start date must not be after the end date.")
        source = None if recorded else self._sources.candle_source(account)
        if source is None:
            return await self._recorded(account, query)
        if not is_interval(query.interval):
            raise Invalid(f"{query.interval} is no interval such as 1m, 5m, 1h or D.")
        return Past(_few_enough(await source.fetch_candles(query)))

    async def intervals(self, account: Account) -> Intervals:
        """The intervals that there are candles of for this account."""
        source = self._sources.candle_source(account)
        return RECORDED if source is None else await source.fetch_intervals()

    async def _recorded(self, account: Account, query: CandleQuery) -> Past:
        if query.interval != DAY and query.interval not in LENGTHS:
            raise Invalid(f"There are no candles of {query.interval} here, but of {', '.join((*LENGTHS, DAY))}.")
        name = self._sources.record_of(account)
        self._recorder.follow(name, query.ticker)
        async with self._one_at_a_time:
            stored = await self._record.read(name, query.ticker, query.since, query.until, MOST_MINUTES + 1)
            first = await self._record.first(name, query.ticker)
            minutes = {one.at: one for one in (*stored, *self._recorder.not_stored(name, query.ticker))}
            if len(minutes) > MOST_MINUTES:
                raise Invalid(f"More than {MOST_MINUTES:,} minutes are recorded of these days. Ask for fewer.")
            within = [one for at, one in sorted(minutes.items()) if query.since <= at < query.until]
            opens = partial(self._opens, query.exchange)
            found = await asyncio.to_thread(aggregate, within, query.interval, opens)
        known = [*minutes, first] if first is not None else [*minutes]
        return Past(_few_enough(found), _note(query, min(known, default=None), found))

    def _opens(self, exchange: str, day: date) -> datetime | None:
        try:
            session = self._calendar.session_on(exchange, day)
        except NotFound:
            return None
        return session.opens if session is not None else None


def _few_enough(candles: Sequence[Candle]) -> Sequence[Candle]:
    if len(candles) > MOST_CANDLES:
        raise Invalid(
            f"These are {len(candles):,} candles, and no more than {MOST_CANDLES:,} are answered at once. "
            "Ask for fewer days, or for longer candles."
        )
    return candles


def _note(query: CandleQuery, first: datetime | None, found: Sequence[Candle]) -> str:
    if first is None:
        return f"No candles of {query.symbol} are recorded yet; they are from now on, while its prices come."
    if not found or first > query.since:
        return f"Candles of {query.symbol} are recorded since {render_ist(first)}."
    return ""
