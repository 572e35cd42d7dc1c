"""Writes times and percentages as answers show them."""

from datetime import datetime
from decimal import Decimal

from core.clock import IST
from core.money import PAISA, as_json_number


def stamp(moment: datetime) -> str:
    """Indian time as the books show it: `2026-11-22 14:32:05`."""
    return moment.astimezone(IST).strftime("%Y-%m-%d %H:%M:%S")


def percent(part: Decimal, whole: Decimal) -> int | float:
    """`part` of `whole` in percent, two decimals; 0 of nothing."""
    return as_json_number((part / whole * 100).quantize(PAISA)) if whole else 0
