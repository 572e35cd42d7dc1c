"""Upstox's words for what we call otherwise, both ways."""

from collections.abc import Mapping
from decimal import Decimal

from brokers.common.rest.row_fields import Row, needed, text
from brokers.common.symbol_master import SymbolMaster
from core.errors import BrokerRefused
from core.market.instruments import Ticker
from core.orders.order import PriceType, Product
from core.orders.states import BrokerStatus

EXCHANGES: Mapping[str, str] = {
    "NSE_EQ": "NSE",
    "BSE_EQ": "BSE",
    "NSE_FO": "NFO",
    "BSE_FO": "BFO",
    "NCD_FO": "CDS",
    "BCD_FO": "BCD",
    "MCX_FO": "MCX",
    "NSE_INDEX": "NSE_INDEX",
    "BSE_INDEX": "BSE_INDEX",
}
"""By segment."""
TRADED = frozenset({"NSE", "BSE", "NFO", "BFO"})
"""Where orders may go: commodities and currencies are counted in lots, units in our orders."""
PRODUCTS: Mapping[Product, str] = {Product.CNC: "D", Product.MIS: "I", Product.NRML: "D"}
PRICE_TYPES: Mapping[str, PriceType] = {one.value: one for one in PriceType}
_CASH = frozenset({"NSE", "BSE"})
_OPEN = (
    "open",
    "open pending",
    "not modified",
    "not cancelled",
    "modify pending",
    "modify validation pending",
    "modified",
    "validation pending",
    "put order req received",
    "modify after market order req received",
    "after market order req received",
    "cancel pending",
)
STATUSES: Mapping[str, BrokerStatus] = {
    **dict.fromkeys(_OPEN, BrokerStatus.OPEN),
    "trigger pending": BrokerStatus.TRIGGER_PENDING,
    "complete": BrokerStatus.COMPLETE,
    "cancelled": BrokerStatus.CANCELLED,
    "cancelled after market order": BrokerStatus.CANCELLED,
    "rejected": BrokerStatus.REJECTED,
}


def read_ticker(row: Row, master: SymbolMaster) -> Ticker:
    """The exchange and symbol of a line, by Upstox's own symbol where the master does not know the key."""
    key = text(row, "instrument_token")
    found = master.by_key(key)
    if found is not None:
        return found.exchange, found.symbol
    exchange = EXCHANGES.get(key.partition("|")[0])
    if exchange is None:
        raise ValueError("instrument_token has a segment that is not known")
    return exchange, text(row, "trading_symbol") or needed(row, "tradingsymbol")


def read_product(row: Row, exchange: str) -> Product:
    """What a line is held as; delivery of contracts is NRML. Raises ValueError."""
    match text(row, "product"):
        case "I":
            return Product.MIS
        case "D":
            return Product.CNC if exchange in _CASH else Product.NRML
        case _:
            raise ValueError("product has a word that is not known")


def whole(quantity: Decimal) -> int:
    """A quantity in units. Raises BrokerRefused for a fraction."""
    if quantity != int(quantity):
        raise BrokerRefused("Upstox takes whole quantities only")
    return int(quantity)
