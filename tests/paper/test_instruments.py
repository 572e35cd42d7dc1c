"""The bundled instruments are what a symbol master would say of them."""

import re
from datetime import date

import pytest

from brokers.paper.instruments import load_instruments, load_reference_prices
from core.instruments import INDEX_EXCHANGES, Instrument, InstrumentType

ALL = load_instruments()
DERIVATIVES = [i for i in ALL.values() if i.expiry]


def test_there_are_shares_indices_futures_and_options() -> None:
    counts = {kind: sum(i.type is kind for i in ALL.values()) for kind in InstrumentType}
    assert counts[InstrumentType.EQUITY] >= 35
    assert counts[InstrumentType.INDEX] == 3
    assert all(counts.values())
    assert {("NSE", "INFY"), ("BSE", "INFY"), ("NSE_INDEX", "NIFTY"), ("BSE_INDEX", "SENSEX")} <= set(ALL)


def test_each_stands_under_its_own_name() -> None:
    assert all(ticker == (i.exchange, i.symbol) for ticker, i in ALL.items())


def test_shares_and_indices_have_a_price_on_their_tick() -> None:
    assert set(load_reference_prices()) == {ticker for ticker, i in ALL.items() if not i.expiry}
    assert all(price % ALL[ticker].tick == 0 for ticker, price in load_reference_prices().items())


def test_only_index_exchanges_list_indices() -> None:
    assert all((i.exchange in INDEX_EXCHANGES) == (i.type is InstrumentType.INDEX) for i in ALL.values())


@pytest.mark.parametrize("contract", DERIVATIVES, ids=lambda contract: contract.symbol)
def test_derivative_is_named_in_openalgo_s_way(contract: Instrument) -> None:
    assert contract.expiry is not None
    assert contract.expiry > date(2026, 11, 22)
    tail = "FUT" if contract.type is InstrumentType.FUTURE else f"{contract.strike}{contract.type}"
    assert contract.symbol == f"{contract.name}{contract.expiry:%d%b%y}{tail}".upper()
    assert re.fullmatch(r"[A-Z]+\d{2}[A-Z]{3}\d{2}(FUT|[\d.]+(CE|PE))", contract.symbol)


@pytest.mark.parametrize(("name", "lot"), [("NIFTY", 65), ("BANKNIFTY", 30), ("SENSEX", 20), ("RELIANCE", 500)])
def test_lot_sizes(name: str, lot: int) -> None:
    assert {contract.lot for contract in DERIVATIVES if contract.name == name} == {lot}


def test_every_call_has_its_put() -> None:
    calls = {i.symbol for i in ALL.values() if i.type is InstrumentType.CALL}
    puts = {i.symbol for i in ALL.values() if i.type is InstrumentType.PUT}
    assert {symbol[:-2] for symbol in calls} == {symbol[:-2] for symbol in puts}
