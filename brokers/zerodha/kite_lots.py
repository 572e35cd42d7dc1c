"""How many units Kite's quantities stand for.

On the exchanges for currencies and commodities Kite counts lots, and its list of instruments does not say how large
they are. Here a quantity is always in the units that the price is for (dollars, barrels, ten grams of gold), so that
value, margin and limits are what they seem. What is not in this table is not listed, and so cannot be traded.
"""

from collections.abc import Mapping

COUNTED_IN_LOTS = frozenset({"CDS", "BCD", "MCX"})
_CURRENCIES: Mapping[str, int] = {"USDINR": 1000, "EURINR": 1000, "GBPINR": 1000, "JPYINR": 1000}
_COMMODITIES: Mapping[str, int] = {
    "CRUDEOIL": 100,
    "CRUDEOILM": 10,
    "NATURALGAS": 1250,
    "NATGASMINI": 250,
    "GOLD": 100,
    "GOLDM": 10,
    "GOLDTEN": 1,
    "GOLDGUINEA": 1,
    "GOLDPETAL": 1,
    "SILVER": 30,
    "SILVERM": 5,
    "SILVERMIC": 1,
    "COPPER": 2500,
    "ZINC": 5000,
    "ZINCMINI": 1000,
    "LEAD": 5000,
    "LEADMINI": 1000,
    "ALUMINIUM": 5000,
    "ALUMINI": 1000,
}


def lot_of(exchange: str, name: str, listed: int) -> int | None:
    """The units of one lot, where Kite lists `listed`; None when nobody knows them."""
    if exchange not in COUNTED_IN_LOTS:
        return listed
    # Another number than one would mean that Kite counts otherwise than it did.
    if listed != 1:
        return None
    return (_COMMODITIES if exchange == "MCX" else _CURRENCIES).get(name)
