"""What OpenAlgo checks of a request before it does anything, and in which words."""

import re
from collections.abc import Callable, Mapping

MISSING = "Missing data for required field."
UNKNOWN = "Unknown field."
Check = Callable[[object], str | None]
EXCHANGES = "NSE NFO CDS BSE BFO BCD MCX NCDEX NCO NSE_INDEX BSE_INDEX MCX_INDEX GLOBAL_INDEX CRYPTO".split()  # noqa: SIM905


def _text(value: object) -> str | None:
    return None if isinstance(value, str) else "Not a valid string."


def _one_of(*words: str) -> Check:
    return lambda value: None if value in words else f"Must be one of: {', '.join(words)}."


def _number(words: str, least: float) -> Check:
    def check(value: object) -> str | None:
        try:
            number = float(str(value))
        except ValueError:
            return "Not a valid number."
        return None if number >= least and not isinstance(value, bool) else words

    return check


def _integer(value: object) -> str | None:
    return None if re.fullmatch(r"\d+", str(value)) else "Not a valid integer."


KEY: Mapping[str, Check] = {"apikey": _text}
_ORDER: Mapping[str, Check] = {
    "strategy": _text,
    "exchange": _one_of(*EXCHANGES),
    "symbol": _text,
    "action": _one_of("BUY", "SELL", "buy", "sell"),
    "quantity": _number("Quantity must be a positive number.", 1e-9),
    "pricetype": _one_of("MARKET", "LIMIT", "SL", "SL-M"),
    "product": _one_of("MIS", "NRML", "CNC"),
    "price": _number("Price must be a non-negative number.", 0),
    "trigger_price": _number("Trigger price must be a non-negative number.", 0),
    "disclosed_quantity": _integer,
}
_ONE: Mapping[str, Check] = {**KEY, "strategy": _text, "orderid": _text}
DEFAULTS = {"pricetype": "MARKET", "product": "MIS", "price": "0", "trigger_price": "0", "disclosed_quantity": "0"}
SCHEMAS: Mapping[str, tuple[Mapping[str, Check], frozenset[str]]] = {
    "placeorder": ({**KEY, **_ORDER, "underlying_ltp": _number("", 0)}, frozenset({*DEFAULTS, "underlying_ltp"})),
    "modifyorder": ({**_ONE, **_ORDER}, frozenset()),
    "cancelorder": (_ONE, frozenset()),
    "orderstatus": (_ONE, frozenset()),
    "margin": (
        {**KEY, "positions": lambda value: None if isinstance(value, list) else "Not a valid list."},
        frozenset(),
    ),
    "multiquotes": (
        {**KEY, "symbols": lambda value: None if isinstance(value, list) else "Not a valid list."},
        frozenset(),
    ),
    "depth": ({**KEY, "symbol": _text, "exchange": _text}, frozenset()),
    "history": (
        {**KEY, **dict.fromkeys(("symbol", "exchange", "interval", "start_date", "end_date", "source"), _text)},
        frozenset({"source"}),
    ),
    **{
        name: (KEY, frozenset())
        for name in ("orderbook", "tradebook", "positionbook", "holdings", "funds", "analyzer", "intervals")
    },
}
"""By endpoint: its fields, and which of them may be left out."""
AS_TEXT = frozenset({"placeorder", "modifyorder", "cancelorder", "orderstatus", "margin", "analyzer"})
"""These say a schema's errors as the text of a Python dict."""


def faults_of(endpoint: str, body: Mapping[str, object]) -> dict[str, list[str]]:
    """What is wrong with a request, by field."""
    checks, optional = SCHEMAS[endpoint]
    faults = {name: [MISSING] for name in checks if name not in body and name not in optional}
    for name, value in body.items():
        fault = checks[name](value) if name in checks else UNKNOWN
        if fault is not None:
            faults[name] = [fault]
    return faults
