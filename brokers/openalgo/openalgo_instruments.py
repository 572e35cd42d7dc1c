"""OpenAlgo's list of instruments: one CSV of every exchange, the same for all that the broker behind it lists."""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from operator import itemgetter

from brokers.common.symbol_master import Listed, SymbolMaster
from core.errors import Invalid
from core.market.instruments import Instrument, mark_underlyings
from core.openalgo.contract_rows import read_instrument

COLUMNS = ("exchange", "symbol", "name", "lotsize", "tick_size")


def parse_master(raw: bytes, as_of: date) -> SymbolMaster:
    """The list as it was fetched. Raises ValueError when it is something else, or empty."""
    rows = csv.reader(raw.decode("utf-8-sig").splitlines())
    head = next(rows, [])
    if not set(head) >= set(COLUMNS):
        raise ValueError("not a list of instruments")
    found = list(_read_rows(rows, itemgetter(*map(head.index, COLUMNS))))
    if not found:
        raise ValueError("an empty list of instruments")
    return SymbolMaster((Listed(one, f"{one.exchange}:{one.symbol}") for one in mark_underlyings(found)), as_of)


def _read_rows(rows: Iterator[list[str]], pick: Callable[[list[str]], Sequence[str]]) -> Iterator[Instrument]:
    for row in rows:
        try:
            yield read_instrument(*pick(row))
        except (Invalid, IndexError):
            # One that cannot be read cannot be traded; the others can.
            continue
