"""The contract table: the file that comes with the program, and over it the one that the settings name."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from brokers.paper.symbols.contracts import make_contract, read_symbol
from brokers.paper.symbols.table_parsing import parse_day, parse_table
from brokers.paper.symbols.underlyings import Underlying
from core.calendar import fields
from core.errors import ConfigError
from core.market.instruments import Instrument, Ticker

_OURS = Path(__file__).with_name("contracts.toml")
_AS_OF = "as_of"
_CHANGING = ("lot", "strike_step", "freeze")


@dataclass(frozen=True, slots=True)
class ContractTable:
    """Every underlying by the exchange of its contracts and its name."""

    as_of: date
    """The day on which it was last compared with what the exchanges publish."""
    underlyings: Mapping[Ticker, Underlying]

    def parse(self, exchange: str, symbol: str, today: date) -> Instrument | None:
        """The contract of this symbol, listed or not, by the terms of today; None when it names none of ours."""
        named = read_symbol(symbol)
        underlying = self.underlyings.get((exchange, named.underlying)) if named else None
        contract = make_contract(underlying, named, today) if named and underlying else None
        return contract if contract and contract.symbol == symbol else None


def load_contract_table(file: str = "") -> ContractTable:
    """The table, with what this file says over ours. Raises ConfigError, which names the file and the key."""
    if not file:
        return _load_ours()
    try:
        return _table(_merged(_read(_OURS), _read(Path(file))))
    except ConfigError as fault:
        raise ConfigError(f"contracts.file {file}: {fault}") from None


@cache
def _load_ours() -> ContractTable:
    return _table(_read(_OURS))


def _read(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(f"it is not valid TOML: {fault}") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError(f"it cannot be read: {fault}") from None


def _table(written: Mapping[str, object]) -> ContractTable:
    exchanges = {name: value for name, value in written.items() if name != _AS_OF}
    return ContractTable(parse_day(written.get(_AS_OF), _AS_OF), parse_table(exchanges))


def _merged(ours: Mapping[str, object], theirs: Mapping[str, object]) -> Mapping[str, object]:
    """Key by key what they say, and ours where they say nothing."""
    made = dict(ours)
    for key, value in theirs.items():
        made[key] = value if key == _AS_OF else _merged_exchange(key, made.get(key, {}), value)
    return made


def _merged_exchange(exchange: str, ours: object, theirs: object) -> Mapping[str, object]:
    made = dict(fields.table(ours, exchange))
    for name, value in fields.table(theirs, exchange).items():
        key = f"{exchange}.{name}"
        made[name] = _merged_terms(fields.table(made.get(name, {}), key), fields.table(value, key), key)
    return made


def _merged_terms(ours: Mapping[str, object], theirs: Mapping[str, object], key: str) -> Mapping[str, object]:
    made = {**ours, **theirs}
    for what in _CHANGING:
        changes = f"{what}_from"
        # A new value replaces ours with all its changes; changes alone are added to ours.
        before = {} if what in theirs else fields.table(ours.get(changes, {}), f"{key}.{changes}")
        after = {**before, **fields.table(theirs.get(changes, {}), f"{key}.{changes}")}
        if after:
            made[changes] = after
        else:
            made.pop(changes, None)
    return made
