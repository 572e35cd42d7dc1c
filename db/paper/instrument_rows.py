"""Rows of imported instruments as instruments."""

from collections.abc import Sequence
from typing import Any

from core.market.instruments import Instrument, InstrumentType
from db.tables.paper import imported_instruments

COLUMNS = tuple(imported_instruments.c)


def to_instrument(row: Sequence[Any]) -> Instrument:
    """The instrument of a row with all COLUMNS, in their sequence."""
    exchange, symbol, name, kind, lot, tick, freeze, expiry, strike, has_derivatives = row
    return Instrument(
        exchange=exchange,
        symbol=symbol,
        name=name,
        type=InstrumentType(kind),
        lot=lot,
        tick=tick,
        freeze_quantity=freeze,
        expiry=expiry,
        strike=strike,
        has_derivatives=has_derivatives,
    )
