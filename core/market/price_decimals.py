"""How exactly average prices are told."""

from decimal import Decimal

from core.money import mean_price, to_paise

_IN_PAISE = frozenset({"NSE", "BSE", "NFO", "BFO", "MCX", "NCDEX", "NCO"})
"""Exchanges on which no price is finer than a paisa; currencies move in quarters of one, other markets in less."""


def told_average(value: Decimal, exchange: str) -> Decimal:
    """A mean price as answers tell it: rounded to two decimals, to four where prices are finer than a paisa."""
    return to_paise(value) if exchange in _IN_PAISE else mean_price(value)
