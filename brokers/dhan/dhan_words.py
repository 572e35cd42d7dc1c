"""Dhan's words for what we call otherwise, both ways."""

from collections.abc import Mapping

from brokers.common.rest.row_fields import Row, needed, one_of, text
from brokers.common.symbol_master import SymbolMaster
from core.market.instruments import Ticker
from core.orders.order import PriceType, Product
from core.orders.states import BrokerStatus

SEGMENTS: Mapping[str, str] = {
    "NSE": "NSE_EQ",
    "BSE": "BSE_EQ",
    "NFO": "NSE_FNO",
    "BFO": "BSE_FNO",
    "CDS": "NSE_CURRENCY",
    "BCD": "BSE_CURRENCY",
    "MCX": "MCX_COMM",
}
"""By exchange. Dhan counts commodities and currencies in lots, and lists them as if a lot were one unit."""
TRADED = frozenset({"NSE", "BSE", "NFO", "BFO"})
"""Where orders may go: a number of units would be taken for that many lots elsewhere."""
EXCHANGES: Mapping[str, str] = {segment: exchange for exchange, segment in SEGMENTS.items()}
INDICES = "IDX_I"
"""The segment of every index; indices have quotes only."""
PRODUCTS: Mapping[Product, str] = {Product.CNC: "CNC", Product.MIS: "INTRADAY", Product.NRML: "MARGIN"}
THEIR_PRODUCTS: Mapping[str, Product] = {word: product for product, word in PRODUCTS.items()}
PRICE_TYPES: Mapping[str, PriceType] = {
    "MARKET": PriceType.MARKET,
    "LIMIT": PriceType.LIMIT,
    "STOP_LOSS": PriceType.SL,
    "STOP_LOSS_MARKET": PriceType.SL_M,
}
STATUSES: Mapping[str, BrokerStatus] = {
    "TRANSIT": BrokerStatus.OPEN,
    "PENDING": BrokerStatus.OPEN,
    "PART_TRADED": BrokerStatus.OPEN,
    "TRADED": BrokerStatus.COMPLETE,
    "CLOSED": BrokerStatus.COMPLETE,
    "TRIGGERED": BrokerStatus.COMPLETE,
    "CANCELLED": BrokerStatus.CANCELLED,
    "EXPIRED": BrokerStatus.CANCELLED,
    "REJECTED": BrokerStatus.REJECTED,
}


def key_of(segment: str, security_id: str) -> str:
    """What an instrument is called in the symbol master: numbers repeat from segment to segment."""
    return f"{segment}|{security_id}"


def read_ticker(row: Row, master: SymbolMaster) -> Ticker:
    """The exchange and symbol of a line, by Dhan's own symbol where the master does not know the number."""
    segment = needed(row, "exchangeSegment")
    found = master.by_key(key_of(segment, text(row, "securityId")))
    if found is not None:
        return found.exchange, found.symbol
    return one_of(EXCHANGES, row, "exchangeSegment"), needed(row, "tradingSymbol")
