"""A file of recorded ticks, read line by line: it may be larger than the memory."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from core.clock import IST
from core.errors import ConfigError
from core.market.instruments import EXCHANGES, Ticker

_REQUIRED = ("time", "exchange", "symbol", "ltp")
_OPTIONAL = ("bid", "ask", "bid_size", "ask_size", "volume")
_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,8})?")
_UNITS = re.compile(r"[0-9]{1,15}")
Row = Mapping[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Tick:
    """One line: prices in rupees, sizes and the day's volume in units; None is not said."""

    time: datetime
    ticker: Ticker
    ltp: Decimal
    bid: Decimal | None
    ask: Decimal | None
    bid_size: int | None
    ask_size: int | None
    volume: int | None


class TickFile:
    """`time,exchange,symbol,ltp[,bid,ask,bid_size,ask_size,volume]`, oldest first."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self._path.name

    def read(self) -> Iterator[Tick]:
        """Every tick. Raises ConfigError, which names the file, the line and the column."""
        try:
            with self._path.open(encoding="utf-8-sig", newline="") as text:
                yield from self._parse(text)
        except OSError as fault:
            raise ConfigError(f"feed.file: {self._path} cannot be read: {fault.strerror}.") from None
        except UnicodeDecodeError:
            raise ConfigError(f"feed.file: {self._path} is not UTF-8 text.") from None

    def scan(self) -> frozenset[Ticker]:
        """Read the whole file, and summarise what is in it. Raises ConfigError."""
        found = frozenset(tick.ticker for tick in self.read())
        if not found:
            raise ConfigError(f"feed.file: {self._path} has no ticks.")
        return found

    def _parse(self, text: TextIO) -> Iterator[Tick]:
        rows = csv.DictReader(text, strict=True)
        last = datetime.min.replace(tzinfo=UTC)
        try:
            _require_columns(rows.fieldnames or ())
            for row in rows:
                tick = _parse_row(row)
                if tick.time < last:
                    raise _Wrong("time", "is earlier than the line before")
                last = tick.time
                yield tick
        except _Wrong as fault:
            place = f"{self._path}, line {max(rows.line_num, 1)}, column {fault.column}"
            raise ConfigError(f"feed.file: {place}: {fault}.") from None
        except csv.Error as fault:
            raise ConfigError(f"feed.file: {self._path}, line {rows.reader.line_num}: {fault}.") from None


class _Wrong(Exception):
    """A cell that cannot be read, and why."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(why)
        self.column = column


def _require_columns(names: Sequence[str]) -> None:
    for name in _REQUIRED:
        if name not in names:
            raise _Wrong(name, "is missing")
    for place, name in enumerate(names):
        if name not in _REQUIRED + _OPTIONAL:
            raise _Wrong(repr(name), f"is not one of {', '.join(_REQUIRED + _OPTIONAL)}")
        if name in names[:place]:
            raise _Wrong(name, "is there twice")


def _parse_row(row: Row) -> Tick:
    if None in row:
        raise _Wrong("after the last", "there are more cells than columns")
    tick = Tick(
        time=_time(row),
        ticker=(_exchange(row), _text(row, "symbol")),
        ltp=_price(row, "ltp") or Decimal(0),
        bid=_price(row, "bid"),
        ask=_price(row, "ask"),
        bid_size=_units(row, "bid_size"),
        ask_size=_units(row, "ask_size"),
        volume=_units(row, "volume"),
    )
    if not tick.ltp:
        raise _Wrong("ltp", "must be more than 0")
    if tick.bid and tick.ask and tick.bid > tick.ask:
        raise _Wrong("bid", "is above the ask")
    return tick


def _text(row: Row, column: str) -> str:
    cell = row[column]
    if not cell:
        raise _Wrong(column, "is empty")
    return cell


def _time(row: Row) -> datetime:
    cell = _text(row, "time")
    try:
        moment = datetime.fromisoformat(cell)
        return (moment if moment.tzinfo else moment.replace(tzinfo=IST)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _Wrong("time", f"{cell[:40]!r} is not a time such as 2026-11-23T09:15:00") from None


def _exchange(row: Row) -> str:
    cell = _text(row, "exchange")
    if cell not in EXCHANGES:
        raise _Wrong("exchange", f"{cell[:40]!r} is not one of {', '.join(EXCHANGES)}")
    return cell


def _price(row: Row, column: str) -> Decimal | None:
    cell = row.get(column)
    if not cell:
        return None
    if not _PRICE.fullmatch(cell):
        raise _Wrong(column, f"{cell[:40]!r} is not a price such as 972.85")
    return Decimal(cell)


def _units(row: Row, column: str) -> int | None:
    cell = row.get(column)
    if not cell:
        return None
    if not _UNITS.fullmatch(cell):
        raise _Wrong(column, f"{cell[:40]!r} is not a whole number")
    return int(cell)
