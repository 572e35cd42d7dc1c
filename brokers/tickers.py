"""Instrument keys (exchange and symbol) inside the adapters."""

from collections.abc import Iterator

from core.market.instruments import Ticker
from core.orders.order import LegTerms

_SPOT_EXCHANGES = ("NSE_INDEX", "BSE_INDEX", "NSE", "BSE", "MCX_INDEX", "GLOBAL_INDEX")


def spots_of(underlying: str) -> Iterator[Ticker]:
    """The instruments that may carry an underlying's spot price, in the order to try them."""
    return ((exchange, underlying) for exchange in _SPOT_EXCHANGES)


def ticker_of(terms: LegTerms) -> Ticker:
    """The instrument of these terms."""
    return terms.exchange, terms.symbol
