"""Alerts of Chartink: the shares that a scan found, and in the scan's name what is to be done with them."""

import re
from collections.abc import Sequence
from typing import Any

from core.errors import Invalid
from webhook.alerts.address_defaults import Given, read_defaults

_ENTRIES = {"BUY": "BUY", "SHORT": "SELL"}
_EXITS = {"SELL": "SELL", "COVER": "BUY"}
_WORDS = {*_ENTRIES, *_EXITS}


def of_chartink(fields: dict[str, Any], given: Given) -> Sequence[dict[str, Any]]:
    """BUY and SHORT are one order for all shares; SELL and COVER close each share's position. Raises Invalid."""
    defaults = {"exchange": "NSE", **read_defaults(given)}
    word, shares = _word_in(fields.get("scan_name")), _shares_in(fields.get("stocks"))
    if word in _EXITS:
        closing = {**defaults, "action": _EXITS[word], "quantity": "0", "position_size": "0"}
        return [{**closing, "symbol": share} for share in shares]
    strategy = {"strategy": defaults.pop("strategy")} if "strategy" in defaults else {}
    orders = [{**defaults, "action": _ENTRIES[word], "symbol": share} for share in shares]
    if len(orders) == 1:
        return [orders[0] | strategy]
    return [{"api_type": "basketorder", "orders": orders, **strategy}]


def _word_in(name: object) -> str:
    words = re.findall(r"[A-Z]+", name.upper()) if isinstance(name, str) else []
    found: set[str] = _WORDS.intersection(words)
    if len(found) != 1:
        raise Invalid("The scan's name must have exactly one of the words BUY, SELL, SHORT and COVER.", "scan_name")
    return found.pop()


def _shares_in(stocks: object) -> Sequence[str]:
    names = [name.strip() for name in stocks.split(",")] if isinstance(stocks, str) else []
    shares = [*dict.fromkeys(name for name in names if name)]
    if not shares:
        raise Invalid("It must name the shares, with commas between them.", "stocks")
    return shares
