"""A quote and its depth in the form that several Indian brokers share: `last_price`, `ohlc`, `depth.buy`, …"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from brokers.common.rest.row_fields import Row, amount, as_row, as_rows
from core.market.depth import Depth, Level
from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.money import ZERO

Price = Callable[[Row, str], Decimal]
_NOTHING = Level(ZERO, 0)


def read_depth(row: Row, ticker: Ticker, at: datetime, totals: tuple[int, int], price: Price = amount) -> Depth:
    """What has a price, and what waits there; `totals` are all that waits on both sides. Raises ValueError."""
    day, waiting = as_row(row.get("ohlc") or {}), as_row(row.get("depth") or {})
    bids, asks = (_levels(waiting.get(side) or [], price) for side in ("buy", "sell"))
    bid, ask = (side[0] if side else _NOTHING for side in (bids, asks))
    last = price(row, "last_price")
    quote = Quote(
        exchange=ticker[0],
        symbol=ticker[1],
        ltp=last,
        bid=bid.price,
        ask=ask.price,
        open=price(day, "open"),
        high=price(day, "high"),
        low=price(day, "low"),
        # `close` is today's after the close; the change since yesterday's says which it was.
        prev_close=last - price(row, "net_change") if row.get("net_change") is not None else price(day, "close"),
        volume=int(amount(row, "volume")),
        at=at,
        bid_size=bid.quantity,
        ask_size=ask.quantity,
    )
    return Depth(quote, bids, asks, *totals, int(amount(row, "last_quantity")))


def _levels(rows: object, price: Price) -> tuple[Level, ...]:
    levels = (Level(price(row, "price"), int(amount(row, "quantity"))) for row in as_rows(rows))
    return tuple(level for level in levels if level.price > 0 and level.quantity > 0)
