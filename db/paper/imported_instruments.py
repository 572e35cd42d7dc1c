"""Looks instruments up that came over from another program: in SQL, because there may be a hundred thousand."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select

from core.market.instruments import Instrument, InstrumentType
from db.connections.engines import Engines
from db.connections.prepared_statements import Prepared, Values
from db.paper.instrument_rows import COLUMNS, to_instrument
from db.tables.paper import imported_instruments, imported_lists

_SYMBOLS_REMEMBERED = 16_384
_CHAINS_REMEMBERED = 256
_table = imported_instruments.c
_LIST = Prepared(select(imported_lists.c.as_of))
_ONE = Prepared(
    select(*COLUMNS).where(_table.exchange == bindparam("exchange"), _table.symbol == bindparam("symbol"))
)
_CHAIN = Prepared(
    select(*COLUMNS).where(
        _table.exchange == bindparam("exchange"),
        _table.name == bindparam("name"),
        _table.expiry == bindparam("expiry"),
        _table.type == bindparam("type"),
    )
)


def _expiries(of_kind: ColumnElement[bool]) -> Prepared:
    on = and_(_table.exchange == bindparam("exchange"), _table.name == bindparam("name"))
    days = select(_table.expiry).where(on, of_kind, _table.expiry >= bindparam("since"))
    return Prepared(days.distinct().order_by(_table.expiry))


_FUTURES = _expiries(_table.type == InstrumentType.FUTURE.value)
_OPTIONS = _expiries(_table.strike.is_not(None))


class SqlImportedInstruments:
    """Implements core.ports.ImportedInstruments.

    What was looked up stays known: a list only comes while no service runs.
    """

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._found = lru_cache(_SYMBOLS_REMEMBERED)(self._look_for)
        self._chains = lru_cache(_CHAINS_REMEMBERED)(self._look_for_options)

    def as_of(self) -> date | None:
        """The day of the list; None when none came over."""
        rows = self._rows(_LIST)
        return rows[0][0] if rows else None

    def find(self, exchange: str, symbol: str) -> Instrument | None:
        """One instrument, expired or not."""
        return self._found(exchange, symbol)

    def list_options(self, exchange: str, name: str, expiry: date, option_type: str) -> Sequence[Instrument]:
        """An underlying's contracts of one expiry and type, by rising strike."""
        return self._chains(exchange, name, expiry, option_type)

    def list_expiries(self, exchange: str, name: str, since: date, *, options: bool) -> Sequence[date]:
        """When an underlying's options, or its futures, expire on `since` or later; nearest first."""
        found = self._rows(_OPTIONS if options else _FUTURES, exchange=exchange, name=name, since=since)
        return [day for (day,) in found]

    def search(self, query: str, exchange: str | None, limit: int, since: date) -> Sequence[Instrument]:
        """What has not expired before `since`, and matches every word as Instruments.search says."""
        statement = _searched(query.upper(), exchange, since).limit(limit)
        found = self._engines.look_up(lambda connection: connection.execute(statement).all(), apart=True)
        return [to_instrument(row) for row in found]

    def _look_for(self, exchange: str, symbol: str) -> Instrument | None:
        rows = self._rows(_ONE, exchange=exchange, symbol=symbol)
        return to_instrument(rows[0]) if rows else None

    def _look_for_options(self, exchange: str, name: str, expiry: date, kind: str) -> Sequence[Instrument]:
        rows = self._rows(_CHAIN, exchange=exchange, name=name, expiry=expiry, type=kind)
        return tuple(sorted(map(to_instrument, rows), key=lambda one: one.strike or 0))

    def _rows(self, statement: Prepared, **parameters: object) -> list[Values]:
        return self._engines.look_up(lambda connection: statement.rows(connection, **parameters))


def _searched(wanted: str, exchange: str | None, since: date) -> Select[Any]:
    """A contract is found by its symbol alone: its name is how that begins."""
    words = wanted.split()
    in_symbol = [_table.symbol.contains(word, autoescape=True) for word in words]
    of_name = [and_(_table.expiry.is_(None), _table.name.icontains(word, autoescape=True)) for word in words]
    rank = case(
        (_table.symbol == wanted, 0),
        (_table.symbol.startswith(wanted, autoescape=True), 1),
        (and_(True, *in_symbol), 2),
        else_=3,
    )
    found = select(*COLUMNS).where(or_(_table.expiry.is_(None), _table.expiry >= since))
    found = found.where(*(or_(*both) for both in zip(in_symbol, of_name, strict=True)))
    if exchange is not None:
        found = found.where(_table.exchange == exchange)
    return found.order_by(rank, func.length(_table.symbol), _table.symbol, _table.exchange)
