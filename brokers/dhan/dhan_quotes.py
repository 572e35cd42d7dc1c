"""Dhan's quotes and depth."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from brokers.common.rest.depth_fields import read_depth
from brokers.common.rest.row_fields import amount, as_row
from brokers.common.symbol_master import SymbolMaster
from brokers.dhan.dhan_words import key_of
from core.market.depth import Depth

MOST_AT_ONCE = 1000


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
                totals = int(amount(as_row(row), "buy_quantity")), int(amount(as_row(row), "sell_quantity"))
                found.append(read_depth(as_row(row), (one.exchange, one.symbol), at, totals))
    return found
