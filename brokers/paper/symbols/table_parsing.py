"""Parses the tables of a contract file. Every function raises ConfigError, which names the key."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from brokers.paper.symbols.instruments import load_instruments
from brokers.paper.symbols.underlyings import Dated, Underlying
from core.calendar import fields
from core.calendar.expiries import WEEKDAYS, parse_rule
from core.errors import ConfigError
from core.market.instruments import Ticker

T = TypeVar("T", int, Decimal)
_EXCHANGES = ("NFO", "BFO", "CDS", "BCD", "MCX", "NCO", "NCDEX")
_NAME = re.compile(r"[A-Z0-9&-]{1,30}", re.ASCII)
_KEYS = (
    "expiry",
    "freeze",
    "freeze_from",
    "lot",
    "lot_from",
    "spot",
    "strike_step",
    "strike_step_from",
    "tick",
    "weekly",
)
_MOST_DECIMALS = 2
"""That the strike in a symbol has."""


def parse_day(value: object, key: str) -> date:
    """A day such as `2026-11-01`."""
    if type(value) is not date:
        raise ConfigError(f"{key} must be a day such as 2026-11-01.")
    return value


def parse_table(exchanges: Mapping[str, object]) -> dict[Ticker, Underlying]:
    """Every underlying, by the exchange of its contracts and its name."""
    found = {}
    for exchange, names in exchanges.items():
        if exchange not in _EXCHANGES:
            raise ConfigError(f"{exchange} is not known; there are as_of and the exchanges {', '.join(_EXCHANGES)}.")
        for name, told in fields.table(names, exchange).items():
            found[exchange, name] = _underlying(exchange, name, told)
    return found


def _underlying(exchange: str, name: str, value: object) -> Underlying:
    key = f"{exchange}.{name}"
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{key} is no name; names have capitals, digits, & and - only.")
    told = fields.table(value, key, _KEYS)
    made = Underlying(
        exchange=exchange,
        name=name,
        spot_exchange=_spot(told.get("spot"), name, key),
        expiry=parse_rule(told.get("expiry"), f"{key}.expiry"),
        weekly=_weekday(told["weekly"], f"{key}.weekly") if "weekly" in told else None,
        tick=_amount(told.get("tick"), f"{key}.tick"),
        lots=_dated(told, key, "lot", _whole),
        strike_steps=_dated(told, key, "strike_step", _strike_step) if "strike_step" in told else (),
        freezes=_dated(told, key, "freeze", _whole),
    )
    _require_consistent(made, told, key)
    return made


def _require_consistent(made: Underlying, told: Mapping[str, object], key: str) -> None:
    if min(freeze for _, freeze in made.freezes) < max(lot for _, lot in made.lots):
        raise ConfigError(f"{key}.freeze must be at least a lot: else there is no order that is small enough.")
    if not made.strike_steps and ("weekly" in told or "strike_step_from" in told):
        raise ConfigError(f"{key}.strike_step is missing: only options have weekly expiries and strikes.")


def _spot(value: object, name: str, key: str) -> str:
    if not isinstance(value, str):
        raise ConfigError(f'{key}.spot must be the exchange that quotes {name}, such as "NSE".')
    if (value, name) not in load_instruments():
        raise ConfigError(f"{key}.spot: there is no {name} on {value} here.")
    return value


def _weekday(value: object, key: str) -> int:
    if value not in WEEKDAYS:
        raise ConfigError(f"{key} must be one of {', '.join(WEEKDAYS)}.")
    return WEEKDAYS.index(str(value))


def _dated(told: Mapping[str, object], key: str, what: str, read: Callable[[object, str], T]) -> Dated[T]:
    found = {date.min: read(told.get(what), f"{key}.{what}")}
    for written, value in fields.table(told.get(f"{what}_from", {}), f"{key}.{what}_from").items():
        where = f"{key}.{what}_from.{written}"
        try:
            since = date.fromisoformat(written)
        except ValueError:
            raise ConfigError(f"{where} is no day; write it as 2026-07-01.") from None
        found[since] = read(value, where)
    return tuple(sorted(found.items()))


def _whole(value: object, key: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ConfigError(f"{key} must be a whole number above 0.")
    return value


def _amount(value: object, key: str) -> Decimal:
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    amount = Decimal(str(value)) if is_number else Decimal(0)
    if not amount.is_finite() or amount <= 0:
        raise ConfigError(f"{key} must be an amount above 0, in rupees.")
    return amount


def _strike_step(value: object, key: str) -> Decimal:
    step = _amount(value, key)
    if step != round(step, _MOST_DECIMALS):
        raise ConfigError(f"{key} must be in whole paise.")
    return step
