"""Upstox's quotes and depth; its prices are binary fractions, four decimals of which mean something."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from brokers.common.rest.depth_fields import read_depth
from brokers.common.rest.row_fields import Row, amount, as_row, text
from brokers.common.symbol_master import SymbolMaster
from brokers.upstox.upstox_orders import data_in
from core.market.depth import Depth
from core.money import mean_price

MOST_AT_ONCE = 500


def read_depths(said: object, master: SymbolMaster, at: datetime) -> Sequence[Depth]:
    """What has a price, and what waits there. Raises ValueError."""
    found = []
    for value in as_row(data_in(said)).values():
        row = as_row(value)
        one = master.by_key(text(row, "instrument_token"))
        if one is not None and amount(row, "last_price") > 0:
            totals = int(amount(row, "total_buy_quantity")), int(amount(row, "total_sell_quantity"))
            found.append(read_depth(row, (one.exchange, one.symbol), at, totals, _price))
    return found


def _price(row: Row, key: str) -> Decimal:
    return mean_price(amount(row, key))
