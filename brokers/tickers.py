"""How an instrument is named inside the adapters."""

from core.orders import LegTerms

Ticker = tuple[str, str]
"""Exchange and symbol."""


def ticker_of(terms: LegTerms) -> Ticker:
    """The instrument of these terms."""
    return terms.exchange, terms.symbol
