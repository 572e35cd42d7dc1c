"""Upstox's quotes and depth; its prices are binary fractions, four decimals of which mean something."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from brokers.common.rest.row_fields import Row, amount, as_row, as_rows, text
from brokers.common.symbol_master import SymbolMaster
from brokers.tickers import Ticker
from brokers.upstox.upstox_orders import data_in
from core.market.depth import Depth, Level
from core.market.quotes import Quote
from core.money import ZERO, mean_price

MOST_AT_ONCE = 500
_NOTHING = Level(ZERO, 0)


def read_depths(said: object, master: SymbolMaster, at: datetime) -> Sequence[Depth]:
    """What has a price, and what waits there. Raises ValueError."""
    found = []
    for value in as_row(data_in(said)).values():
        row = as_row(value)
        one = master.by_key(text(row, "instrument_token"))
        if one is not None and amount(row, "last_price") > 0:
            found.append(_depth(row, (one.exchange, one.symbol), at))
    return found


def _depth(row: Row, ticker: Ticker, at: datetime) -> Depth:
    day = as_row(row.get("ohlc") or {})
    waiting = as_row(row.get("depth") or {})
    bids, asks = (_levels(waiting.get(side) or []) for side in ("buy", "sell"))
    bid, ask = (side[0] if side else _NOTHING for side in (bids, asks))
    last = _price(row, "last_price")
    quote = Quote(
        exchange=ticker[0],
        symbol=ticker[1],
        ltp=last,
        bid=bid.price,
        ask=ask.price,
        open=_price(day, "open"),
        high=_price(day, "high"),
        low=_price(day, "low"),
        prev_close=last - _price(row, "net_change") if row.get("net_change") is not None else _price(day, "close"),
        volume=int(amount(row, "volume")),
        at=at,
        bid_size=bid.quantity,
        ask_size=ask.quantity,
    )
    totals = int(amount(row, "total_buy_quantity")), int(amount(row, "total_sell_quantity"))
    return Depth(quote, bids, asks, *totals, 0)


def _levels(rows: object) -> tuple[Level, ...]:
    levels = (Level(_price(row, "price"), int(amount(row, "quantity"))) for row in as_rows(rows))
    return tuple(level for level in levels if level.price > 0 and level.quantity > 0)


def _price(row: Row, key: str) -> Decimal:
    return mean_price(amount(row, key))
