"""OpenAlgo's table of instruments: what of it can be traded on paper, and why the rest cannot."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from core.errors import Invalid
from core.market.instruments import Instrument, Ticker, mark_underlyings
from core.money import plain
from core.openalgo.contract_rows import read_day, read_instrument
from core.openalgo.rows import Row, amount, text

_LONGEST_SYMBOL = 64
_NO_FREEZE = 1
"""What stands there for a freeze quantity that nobody knows."""
_EXPIRY = re.compile(r"(\d{1,2})-?([A-Za-z]{3})-?(?:20)?(\d{2})", re.ASCII)
_REPEATED = "it is there already, with the same terms"
_CONTRADICTED = "it is there with other terms, too"


@dataclass(frozen=True, slots=True)
class ContractList:
    """Instruments by exchange and symbol, and how many rows are left out for each reason."""

    instruments: Mapping[Ticker, Instrument]
    left_out: Mapping[str, int]
    noted_on: date | None = None
    """The day on which OpenAlgo took it from its broker; None when it does not say."""

    def as_of(self, today: date) -> date:
        """How old it is at the least: brokers list nothing that has expired."""
        expiries = (one.expiry for one in self.instruments.values() if one.expiry is not None)
        return min(today, self.noted_on or min(expiries, default=today))

    def digest(self) -> str:
        """SHA-256 over all of its instruments, in whatever sequence they were read."""
        made = hashlib.sha256()
        for _, one in sorted(self.instruments.items()):
            made.update(_identity(one).encode())
        return made.hexdigest()


def read_contract_list(rows: Iterable[Row], freezes: Iterable[Row], noted_on: date | None = None) -> ContractList:
    """The list that these rows are; `freezes` are those of the freeze quantities. One that is strange is left out."""
    found = dict[Ticker, Instrument]()
    left_out, contradicted = Counter[str](), set[Ticker]()
    for row in rows:
        try:
            one = _read(row)
        except Invalid as why:
            left_out[str(why)] += 1
            continue
        ticker = one.exchange, one.symbol
        first = found.setdefault(ticker, one)
        if first is one:
            continue
        is_same = (first.lot, first.tick) == (one.lot, one.tick)
        left_out[_REPEATED if is_same else _CONTRADICTED] += 1
        if not is_same:
            contradicted.add(ticker)
    for ticker in contradicted:
        del found[ticker]
        left_out[_CONTRADICTED] += 1
    largest = _largest_orders(freezes)
    known = (_frozen(one, largest) for one in mark_underlyings(found.values()))
    return ContractList({(one.exchange, one.symbol): one for one in known}, dict(left_out), noted_on)


def _read(row: Row) -> Instrument:
    symbol = text(row, "symbol")
    if len(symbol) > _LONGEST_SYMBOL or symbol != str(row.get("symbol") or ""):
        raise Invalid("its symbol cannot be written in an order")
    lot, tick = str(row.get("lotsize")), _rounded(row.get("tick_size"))
    one = read_instrument(text(row, "exchange"), symbol, text(row, "name"), lot, tick)
    if one.expiry is not None:
        _require_same_terms(row, one)
    return one


def _require_same_terms(row: Row, one: Instrument) -> None:
    said = text(row, "expiry")
    if said and _day(said) != one.expiry:
        raise Invalid("its expiry is not the one in its symbol")
    strike = row.get("strike")
    # Where there is none, some brokers write 0 and some -1.
    if one.strike is not None and strike not in (None, 0, -1) and _rounded(strike) != plain(one.strike):
        raise Invalid("its strike is not the one in its symbol")


@lru_cache(maxsize=65536)
def _rounded(value: object) -> str:
    """A number without the noise of binary floats."""
    return plain(amount({"number": value}, "number"))


@lru_cache(maxsize=4096)
def _day(written: str) -> date | None:
    match = _EXPIRY.fullmatch(written)
    try:
        return read_day(f"{match[1]:0>2}{match[2].upper()}{match[3]}") if match else None
    except Invalid:
        return None


def _largest_orders(freezes: Iterable[Row]) -> Mapping[Ticker, Decimal]:
    found = dict[Ticker, Decimal]()
    for row in freezes:
        try:
            found[text(row, "exchange"), text(row, "symbol")] = amount(row, "freeze_qty")
        except Invalid:
            continue
    return found


def _frozen(one: Instrument, largest: Mapping[Ticker, Decimal]) -> Instrument:
    """A contract with its freeze quantity in whole lots, where that is known."""
    freeze = largest.get((one.exchange, one.name)) if one.expiry is not None else None
    if freeze is None or freeze <= _NO_FREEZE:
        return one
    return replace(one, freeze_quantity=int(freeze) // one.lot * one.lot)


def _identity(one: Instrument) -> str:
    # What a contract is stands in its symbol.
    return f"{one.exchange}\t{one.symbol}\t{one.name}\t{one.lot}\t{one.tick}\t{one.freeze_quantity}\n"
