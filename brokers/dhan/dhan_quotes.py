"""Dhan's quotes and depth."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from brokers.common.rest.row_fields import Row, amount, as_row, as_rows
from brokers.common.symbol_master import SymbolMaster
from brokers.dhan.dhan_words import key_of
from brokers.tickers import Ticker
from core.market.depth import Depth, Level
from core.market.quotes import Quote
from core.money import ZERO

MOST_AT_ONCE = 1000
_NOTHING = Level(ZERO, 0)


def make_question(keys: Iterable[str]) -> Mapping[str, Sequence[int]]:
    """The body that asks for the prices of these."""
    asked: defaultdict[str, list[int]] = defaultdict(list)
    for one in keys:
        segment, _, number = one.partition("|")
        asked[segment].append(int(number))
    return asked


def read_depths(said: object, master: SymbolMaster, at: datetime) -> Sequence[Depth]:
    """What has a price, and what waits there. Raises ValueError."""
    found = []
    for segment, rows in as_row(as_row(said).get("data")).items():
        for number, row in as_row(rows).items():
            one = master.by_key(key_of(segment, number))
            if one is not None and amount(as_row(row), "last_price") > 0:
                found.append(_depth(as_row(row), (one.exchange, one.symbol), at))
    return found


def _depth(row: Row, ticker: Ticker, at: datetime) -> Depth:
    day = as_row(row.get("ohlc") or {})
    waiting = as_row(row.get("depth") or {})
    bids, asks = _levels(waiting.get("buy") or []), _levels(waiting.get("sell") or [])
    bid, ask = (side[0] if side else _NOTHING for side in (bids, asks))
    last = amount(row, "last_price")
    quote = Quote(
        exchange=ticker[0],
        symbol=ticker[1],
        ltp=last,
        bid=bid.price,
        ask=ask.price,
        open=amount(day, "open"),
        high=amount(day, "high"),
        low=amount(day, "low"),
        # `close` is today's after the close; the change since yesterday's says which it was.
        prev_close=last - amount(row, "net_change") if row.get("net_change") is not None else amount(day, "close"),
        volume=int(amount(row, "volume")),
        at=at,
        bid_size=bid.quantity,
        ask_size=ask.quantity,
    )
    totals = int(amount(row, "buy_quantity")), int(amount(row, "sell_quantity"))
    return Depth(quote, bids, asks, *totals, int(amount(row, "last_quantity")))


def _levels(rows: object) -> tuple[Level, ...]:
    levels = (Level(amount(row, "price"), int(amount(row, "quantity"))) for row in as_rows(rows))
    return tuple(level for level in levels if level.price > 0 and level.quantity > 0)
