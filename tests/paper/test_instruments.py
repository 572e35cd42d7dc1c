"""The bundled shares, indices and underlyings are what a symbol master would say of them."""

from datetime import date

import pytest

from brokers.paper.symbols.contract_table import load_contract_table
from brokers.paper.symbols.instruments import load_instruments, load_references
from core.market.instruments import InstrumentType

ALL = load_instruments()


def test_there_are_shares_and_the_main_indices() -> None:
    assert sum(i.type is InstrumentType.EQUITY for i in ALL.values()) >= 35
    indices = {i.symbol for i in ALL.values() if i.type is InstrumentType.INDEX}
    assert {"NIFTY", "BANKNIFTY", "FINNIFTY", "MIDCPNIFTY", "SENSEX"} <= indices
    assert {("NSE", "INFY"), ("BSE", "INFY"), ("NSE_INDEX", "NIFTY"), ("BSE_INDEX", "SENSEX")} <= set(ALL)


def test_each_stands_under_its_own_name() -> None:
    assert all(ticker == (i.exchange, i.symbol) for ticker, i in ALL.items())


def test_every_one_has_a_price_on_its_tick() -> None:
    assert set(load_references()) == set(ALL)
    assert all(one.price % ALL[ticker].tick == 0 for ticker, one in load_references().items())


def test_only_index_exchanges_list_indices() -> None:
    assert all(i.exchange.endswith("_INDEX") == (i.type is InstrumentType.INDEX) for i in ALL.values())


def test_every_underlying_is_itself_listed() -> None:
    assert {one.spot for one in load_contract_table().underlyings.values()} <= set(ALL)


@pytest.mark.parametrize(
    ("exchange", "name", "lot", "largest"),
    [
        ("NFO", "NIFTY", 65, 1755),
        ("NFO", "BANKNIFTY", 30, 600),
        ("NFO", "FINNIFTY", 60, 1800),
        ("NFO", "MIDCPNIFTY", 120, 2760),
        ("NFO", "RELIANCE", 500, 15_000),
        ("BFO", "SENSEX", 20, 1000),
    ],
)
def test_lots_and_the_largest_order_in_whole_lots(exchange: str, name: str, lot: int, largest: int) -> None:
    underlying, expiry = load_contract_table().underlyings[exchange, name], date(2026, 12, 29)
    assert (underlying.lot(expiry), underlying.largest_order(expiry, expiry)) == (lot, largest)
