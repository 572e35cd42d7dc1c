"""Alpaca's quotes: snapshots, whose best prices are all that is known of the depth."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from brokers.common.rest.row_fields import Row, amount, as_row
from brokers.common.symbol_master import SymbolMaster
from core.market.depth import Depth, Level
from core.market.instruments import Ticker
from core.market.quotes import Quote

MOST_AT_ONCE = 100


def read_depths(said: object, master: SymbolMaster, at: datetime) -> Sequence[Depth]:
    """What has a price. Raises ValueError."""
    answer = as_row(said)
    # Those of coins are one level down.
    snapshots = as_row(answer.get("snapshots", answer))
    return list(_read(snapshots, master, at))


def _read(snapshots: Row, master: SymbolMaster, at: datetime) -> Iterator[Depth]:
    for symbol, value in snapshots.items():
        one = master.by_key(symbol)
        if one is None or value is None:
            continue
        row = as_row(value)
        trade = as_row(row.get("latestTrade") or {})
        if amount(trade, "p") > 0:
            yield _depth(row, trade, (one.exchange, one.symbol), at)


def _depth(row: Row, trade: Row, ticker: Ticker, at: datetime) -> Depth:
    touch, day, before = (as_row(row.get(key) or {}) for key in ("latestQuote", "dailyBar", "prevDailyBar"))
    bid = Level(amount(touch, "bp"), int(amount(touch, "bs")))
    ask = Level(amount(touch, "ap"), int(amount(touch, "as")))
    quote = Quote(
        exchange=ticker[0],
        symbol=ticker[1],
        ltp=amount(trade, "p"),
        bid=bid.price,
        ask=ask.price,
        open=amount(day, "o"),
        high=amount(day, "h"),
        low=amount(day, "l"),
        prev_close=amount(before, "c"),
        volume=int(amount(day, "v")),
        at=at,
        bid_size=bid.quantity,
        ask_size=ask.quantity,
    )
    bids, asks = ((side,) if side.price > 0 else () for side in (bid, ask))
    return Depth(quote, bids, asks, bid.quantity, ask.quantity, int(amount(trade, "s")))
