"""Alpaca's words for what we call otherwise, both ways."""

from collections.abc import Mapping

from brokers.common.rest.row_fields import Row, needed, text
from brokers.common.symbol_master import SymbolMaster
from core.market.instruments import Ticker
from core.orders.order import PriceType
from core.orders.states import BrokerStatus

COINS = "CRYPTO"
SHARES = frozenset({"NASDAQ", "NYSE", "ARCA", "AMEX", "BATS"})
"""As Alpaca names the exchange on which a share is listed."""
EXCHANGES = SHARES | {COINS}
PRICE_TYPES: Mapping[PriceType, str] = {
    PriceType.MARKET: "market",
    PriceType.LIMIT: "limit",
    PriceType.SL: "stop_limit",
    PriceType.SL_M: "stop",
}
THEIR_PRICE_TYPES: Mapping[str, PriceType] = {word: one for one, word in PRICE_TYPES.items()}
_OPEN = (
    "new",
    "accepted",
    "pending_new",
    "partially_filled",
    "pending_cancel",
    "pending_replace",
    "held",
    "accepted_for_bidding",
    "stopped",
    "suspended",
    "calculated",
    "pending_review",
)
STATUSES: Mapping[str, BrokerStatus] = {
    **dict.fromkeys(_OPEN, BrokerStatus.OPEN),
    "filled": BrokerStatus.COMPLETE,
    "canceled": BrokerStatus.CANCELLED,
    "expired": BrokerStatus.CANCELLED,
    "replaced": BrokerStatus.CANCELLED,
    "done_for_day": BrokerStatus.CANCELLED,
    "rejected": BrokerStatus.REJECTED,
}


def our_symbol(theirs: str) -> str:
    """`BTC/USD` is `BTCUSD` with us, and in Alpaca's own positions."""
    return theirs.replace("/", "")


def read_ticker(row: Row, master: SymbolMaster) -> Ticker:
    """The exchange and symbol of a line. Raises ValueError."""
    theirs = needed(row, "symbol")
    found = master.by_key(theirs) or master.find(COINS, our_symbol(theirs))
    if found is not None:
        return found.exchange, found.symbol
    if text(row, "asset_class") == "crypto":
        return COINS, our_symbol(theirs)
    return text(row, "exchange") or "NASDAQ", theirs
