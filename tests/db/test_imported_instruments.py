"""Imported instruments are looked up in SQL as a list in memory would be, along an index."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from brokers.common.symbol_master import Listed, SymbolMaster
from core.market.instruments import Instrument, InstrumentType
from core.ports import ImportedList
from db.connections.engines import Engines
from db.paper.imported_instruments import SqlImportedInstruments
from db.unit_of_work import SqlDatabase
from tests.factories import START

EXPIRY, LATER, GONE = date(2026, 12, 29), date(2027, 1, 26), date(2026, 11, 20)
TODAY = date(2026, 11, 23)


def _contracts(name: str, expiry: date, strikes: Sequence[str]) -> list[Instrument]:
    series = f"{name}{expiry:%d%b%y}".upper()
    future = Instrument("NFO", f"{series}FUT", name, InstrumentType.FUTURE, 75, Decimal("0.1"), 1800, expiry)
    options = [
        replace(future, symbol=f"{series}{strike}{kind.value}", type=kind, strike=Decimal(strike))
        for strike in strikes
        for kind in (InstrumentType.CALL, InstrumentType.PUT)
    ]
    return [future, *options]


def _share(symbol: str, name: str, exchange: str = "NSE") -> Instrument:
    return Instrument(exchange, symbol, name, InstrumentType.EQUITY, 1, Decimal("0.05"), has_derivatives=True)


ALIVE = [
    _share("SBIN", "State Bank of India"),
    _share("SBIN", "State Bank of India", "BSE"),
    _share("SBICARD", "SBI Cards & Payment 100%"),
    _share("BANKINDIA", "Bank of India"),
    _share("M&M", "Mahindra_Mahindra"),
    Instrument("NSE_INDEX", "NIFTY", "NIFTY", InstrumentType.INDEX, 1, Decimal("0.05")),
    *_contracts("NIFTY", EXPIRY, ["26000", "26050.5", "9950"]),
    *_contracts("NIFTY", LATER, ["26000"]),
    *_contracts("BANKNIFTY", EXPIRY, ["58000"]),
]
MASTER = SymbolMaster(Listed(one, f"{one.exchange}:{one.symbol}") for one in ALIVE)


@pytest.fixture
async def engines(tmp_path: Path, template: Path) -> AsyncIterator[Engines]:
    """A database with the list, and with contracts that have expired."""
    engines = Engines(f"sqlite+aiosqlite:///{shutil.copy(template, tmp_path / 'test.db')}", b"key")
    async with SqlDatabase(engines).begin() as tx:
        expired = _contracts("NIFTY", GONE, ["26000"])
        await tx.imported_lists.replace(ImportedList(TODAY, START, len(ALIVE), "0" * 64), [*ALIVE, *expired])
        await tx.commit()
    yield engines
    await engines.close()


@pytest.fixture
def imported(engines: Engines) -> SqlImportedInstruments:
    """The list."""
    return SqlImportedInstruments(engines)


@pytest.mark.parametrize("exchange", [None, "NSE", "NFO"])
async def test_a_search_finds_the_same_in_the_same_sequence(
    imported: SqlImportedInstruments, exchange: str | None
) -> None:
    for query in ("", "sbin", "bank india", "INDIA", "nifty 26000 ce", "NIFTY29DEC26", "100%", "_", "&", "'", "no"):
        for limit in (3, 999):
            assert imported.search(query, exchange, limit, TODAY) == [*MASTER.search(query, exchange, limit)], query


async def test_every_instrument_is_found_as_it_was(imported: SqlImportedInstruments) -> None:
    assert [imported.find(one.exchange, one.symbol) for one in ALIVE] == ALIVE
    assert imported.find("NSE", "sbin") is None
    assert imported.find("NFO", "SBIN") is None


async def test_chains_and_expiries_are_those_of_the_list(imported: SqlImportedInstruments) -> None:
    for name in ("NIFTY", "BANKNIFTY", "SBIN"):
        for kind in ("CE", "PE"):
            found = imported.list_options("NFO", name, EXPIRY, kind)
            assert found == MASTER.list_options("NFO", name, EXPIRY, kind)
        for options in (True, False):
            days = imported.list_expiries("NFO", name, TODAY, options=options)
            assert days == MASTER.list_expiries("NFO", name, options=options)
    assert imported.list_expiries("NFO", "NIFTY", TODAY, options=True) == [EXPIRY, LATER]


async def test_a_list_is_looked_up_along_an_index(
    engines: Engines, imported: SqlImportedInstruments, tmp_path: Path
) -> None:
    seen: list[str] = []
    engines.look_up(lambda connection: _trace(connection.connection.driver_connection, seen))
    imported.find("NFO", "NIFTY29DEC26FUT")
    imported.list_options("NFO", "NIFTY", EXPIRY, "CE")
    imported.list_expiries("NFO", "NIFTY", TODAY, options=True)

    with sqlite3.connect(tmp_path / "test.db") as connection:
        plans = [connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()[0][3] for sql in seen]
    assert len(plans) == 3
    assert all(plan.startswith("SEARCH imported_instruments USING") for plan in plans), plans


def _trace(driver: object, seen: list[str]) -> None:
    assert isinstance(driver, sqlite3.Connection)
    driver.set_trace_callback(lambda sql: seen.append(sql) if sql.startswith("SELECT") else None)
