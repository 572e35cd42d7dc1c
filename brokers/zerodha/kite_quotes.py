"""Prices and market depth at Kite."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from brokers.common.rest.row_fields import Row, amount, as_row
from brokers.zerodha.kite_fields import rows
from core.market.depth import Depth, Level
from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.money import ZERO


def read_quotes(data: object, tickers: Mapping[str, Ticker], at: datetime) -> Sequence[Quote]:
    """The quotes of these, by Kite's name for each; one without a price is left out. Raises ValueError."""
    answered = as_row(data)
    found = [_quote(as_row(answered[key]), ticker, at) for key, ticker in tickers.items() if answered.get(key)]
    return [quote for quote in found if quote.ltp > 0]


def read_depth(data: object, key: str, ticker: Ticker, at: datetime) -> Depth | None:
    """What waits at the best prices; None when there is no price. Raises ValueError."""
    row = as_row(data).get(key)
    if not row:
        return None
    one = as_row(row)
    quote = _quote(one, ticker, at)
    if quote.ltp <= 0:
        return None
    bids, asks = _levels(one, "buy"), _levels(one, "sell")
    total_bid, total_ask = int(amount(one, "buy_quantity")), int(amount(one, "sell_quantity"))
    return Depth(quote, bids, asks, total_bid, total_ask, int(amount(one, "last_quantity")))


def _quote(row: Row, ticker: Ticker, at: datetime) -> Quote:
    exchange, symbol = ticker
    day = as_row(row.get("ohlc") or {})
    bids, asks = _levels(row, "buy"), _levels(row, "sell")
    return Quote(
        exchange=exchange,
        symbol=symbol,
        ltp=amount(row, "last_price"),
        bid=bids[0].price if bids else ZERO,
        ask=asks[0].price if asks else ZERO,
        open=amount(day, "open"),
        high=amount(day, "high"),
        low=amount(day, "low"),
        prev_close=amount(day, "close"),
        volume=int(amount(row, "volume")),
        at=at,
        bid_size=bids[0].quantity if bids else 0,
        ask_size=asks[0].quantity if asks else 0,
    )


def _levels(row: Row, side: str) -> tuple[Level, ...]:
    """One side of the book, best first; Kite fills it up to five with zeros."""
    levels = rows(as_row(row.get("depth") or {}).get(side))
    return tuple(
        Level(amount(level, "price"), int(amount(level, "quantity")))
        for level in levels
        if amount(level, "price") > 0
    )
