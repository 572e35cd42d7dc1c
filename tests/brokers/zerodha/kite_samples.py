"""Kite's answers as the samples have them."""

from datetime import UTC, date, datetime
from functools import cache

from brokers.common.http_client import Answer
from brokers.common.symbol_master import SymbolMaster
from brokers.zerodha.kite_answers import data_of
from brokers.zerodha.kite_dump import read_dump
from tests.brokers.zerodha.fake_zerodha import SAMPLES

NOW = datetime(2026, 11, 27, 4, 30, tzinfo=UTC)
"""Ten o'clock in India."""


@cache
def master() -> SymbolMaster:
    """The list of instruments of the samples."""
    return read_dump((SAMPLES / "instruments.csv").read_bytes(), date(2026, 11, 27))


def data_in(name: str) -> object:
    """What an answer of the samples holds."""
    return data_of(Answer(200, (SAMPLES / name).read_bytes(), {}))
