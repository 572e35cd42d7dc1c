"""Stores candles of one minute, apart from the event loop: a minute's may be hundreds."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, exists, func, select, update

from core.market.candles import MINUTE, Candle
from core.market.instruments import Ticker
from db.connections.engines import Engines
from db.connections.prepared_statements import Prepared
from db.connections.upserts import insert_into
from db.tables.charts.candles import candle_series, candles

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PAGE = 500
"""Rows that are read between two turns of others."""
_AT_ONCE = 50
"""Rows that are written in one transaction: orders wait for it."""
_MOST_FORGOTTEN = timedelta(minutes=2000)
"""How much of one instrument's past is deleted in one transaction: others wait for it."""
_VALUES = ("open", "high", "low", "close", "volume", "oi")
_COLUMNS = (candles.c.minute, *(candles.c[name] for name in _VALUES))
_READ = Prepared(
    select(*_COLUMNS)
    .where(
        candles.c.series_id == bindparam("series_id"),
        candles.c.minute >= bindparam("since"),
        candles.c.minute < bindparam("until"),
    )
    .order_by(candles.c.minute)
    .limit(bindparam("size"))
)


class SqlCandles:
    """Implements core.ports.CandleRecord."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def keep(self, feed: str, of_instruments: Sequence[tuple[Ticker, Candle]]) -> None:
        """Store these, each in place of what is stored of its minute."""
        for start in range(0, len(of_instruments), _AT_ONCE):
            await self._engines.write(partial(_keep, feed, of_instruments[start : start + _AT_ONCE]))

    async def begun(self, feed: str, minute: datetime) -> Mapping[Ticker, Candle]:
        """What is stored of this minute."""
        ticker = candle_series.c.exchange, candle_series.c.symbol
        found = select(*ticker, *_COLUMNS).join_from(candle_series, candles)
        found = found.where(candle_series.c.feed == feed, candles.c.minute == _number(minute))
        async with self._engines.reading() as connection:
            rows = await connection.execute(found)
            return {(exchange, symbol): Candle(_moment(at), *values) for exchange, symbol, at, *values in rows}

    async def read(self, feed: str, ticker: Ticker, since: datetime, until: datetime, limit: int) -> Sequence[Candle]:
        """The first `limit` candles that begin from `since` on and before `until`, oldest first."""
        found: list[Candle] = []
        begin, end = _number(since), _number(until)
        async with self._engines.reading() as connection:
            series_id = (await connection.execute(select(candle_series.c.id).where(_is(feed, ticker)))).scalar()
            while series_id is not None and len(found) < limit:
                page = {"series_id": series_id, "since": begin, "until": end, "size": min(_PAGE, limit - len(found))}
                rows = await connection.run_sync(partial(_READ.rows, **page))
                found += [Candle(_moment(minute), *values) for minute, *values in rows]
                if len(rows) < page["size"]:
                    break
                begin = rows[-1][0] + 1
                await asyncio.sleep(0)
        return found

    async def first(self, feed: str, ticker: Ticker) -> datetime | None:
        """When the oldest candle begins; None when there is none."""
        oldest = select(func.min(candles.c.minute)).join_from(candles, candle_series).where(_is(feed, ticker))
        async with self._engines.reading() as connection:
            minute = (await connection.execute(oldest)).scalar()
        return None if minute is None else _moment(minute)

    async def note_asked(self, feed: str, tickers: Sequence[Ticker], at: datetime) -> None:
        """Store that candles of these instruments were asked for."""
        await self._engines.write(partial(_note_asked, feed, tickers, at))

    async def asked_since(self, feed: str, moment: datetime) -> Mapping[Ticker, datetime]:
        """The instruments whose candles were asked for since this moment, and when last."""
        table = candle_series.c
        found = select(table.exchange, table.symbol, table.asked_at)
        async with self._engines.reading() as connection:
            rows = await connection.execute(found.where(table.feed == feed, table.asked_at >= moment))
            return {(row.exchange, row.symbol): row.asked_at for row in rows}

    async def forget_before(self, moment: datetime) -> int:
        """Delete some of the candles that are older, if there are any; returns how many."""
        before = _number(moment)
        is_old = exists().where(candles.c.series_id == candle_series.c.id, candles.c.minute < before)
        async with self._engines.reading() as connection:
            old = (await connection.execute(select(candle_series.c.id).where(is_old))).scalars().all()
        return sum([await self._engines.write(partial(_forget, series_id, before)) for series_id in old])


def _keep(feed: str, of_instruments: Sequence[tuple[Ticker, Candle]], connection: Connection) -> None:
    ids = _ids(connection, feed, [ticker for ticker, _ in of_instruments])
    new = insert_into(candles, connection.dialect.name)
    replaced = {name: new.excluded[name] for name in _VALUES}
    rows = [
        {"series_id": ids[ticker], "minute": _number(candle.at)} | {name: getattr(candle, name) for name in _VALUES}
        for ticker, candle in of_instruments
    ]
    connection.execute(new.on_conflict_do_update(index_elements=["series_id", "minute"], set_=replaced), rows)


def _ids(connection: Connection, feed: str, tickers: Sequence[Ticker]) -> Mapping[Ticker, int]:
    known = _known(connection, feed)
    new = [ticker for ticker in dict.fromkeys(tickers) if ticker not in known]
    if not new:
        return known
    rows = [{"feed": feed, "exchange": exchange, "symbol": symbol} for exchange, symbol in new]
    connection.execute(candle_series.insert(), rows)
    return _known(connection, feed)


def _known(connection: Connection, feed: str) -> Mapping[Ticker, int]:
    table = candle_series.c
    rows = connection.execute(select(table.exchange, table.symbol, table.id).where(table.feed == feed))
    return {(row.exchange, row.symbol): row.id for row in rows}


def _note_asked(feed: str, tickers: Sequence[Ticker], at: datetime, connection: Connection) -> None:
    ids = _ids(connection, feed, tickers)
    for ticker in tickers:
        connection.execute(update(candle_series).where(candle_series.c.id == ids[ticker]).values(asked_at=at))


def _forget(series_id: int, before: int, connection: Connection) -> int:
    of_series = candles.c.series_id == series_id
    oldest = connection.execute(select(func.min(candles.c.minute)).where(of_series)).scalar_one()
    until = min(before, oldest + _MOST_FORGOTTEN // MINUTE)
    return connection.execute(delete(candles).where(of_series, candles.c.minute < until)).rowcount


def _is(feed: str, ticker: Ticker) -> ColumnElement[bool]:
    table = candle_series.c
    return and_(table.feed == feed, table.exchange == ticker[0], table.symbol == ticker[1])


def _number(moment: datetime) -> int:
    return (moment - _EPOCH) // MINUTE


def _moment(minute: int) -> datetime:
    return _EPOCH + minute * MINUTE
