"""Orders and trades in Kite's books."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from brokers.common.rest.row_fields import Row, amount, needed, text
from brokers.common.symbol_master import SymbolMaster
from brokers.zerodha.kite_answers import tidy
from brokers.zerodha.kite_fields import moment, warn_of
from brokers.zerodha.kite_lots import COUNTED_IN_LOTS
from core.ids import BrokerOrderId, ClientOrderId
from core.market.instruments import Instrument
from core.orders.broker_order import BrokerOrder
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.states import BrokerStatus
from core.portfolio.positions import Trade

_WORDS: Mapping[str, BrokerStatus] = {
    "COMPLETE": BrokerStatus.COMPLETE,
    "CANCELLED": BrokerStatus.CANCELLED,
    "CANCELLED AMO": BrokerStatus.CANCELLED,
    "REJECTED": BrokerStatus.REJECTED,
    "TRIGGER PENDING": BrokerStatus.TRIGGER_PENDING,
    **dict.fromkeys(
        (
            "OPEN",
            "UPDATE",
            "PUT ORDER REQ RECEIVED",
            "VALIDATION PENDING",
            "OPEN PENDING",
            "MODIFY VALIDATION PENDING",
            "MODIFY PENDING",
            "MODIFIED",
            "CANCEL PENDING",
            "AMO REQ RECEIVED",
            "MODIFY AMO REQ RECEIVED",
        ),
        BrokerStatus.OPEN,
    ),
}
PRODUCTS: Mapping[str, Product] = {one.value: one for one in Product}
_LIKE: Mapping[str, Product] = {"MTF": Product.CNC, "CO": Product.MIS, "BO": Product.MIS}
"""Products that only Kite has, as what they are most like; nobody here can order them."""

_OURS = re.compile(r"[A-Za-z0-9]{16,20}")


@dataclass(frozen=True, slots=True)
class KiteOrder:
    """An order, with what only Kite needs to know of it."""

    order: BrokerOrder
    variety: str
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Named:
    """What a row of a book is about, in our names; `units` is what one of Kite's quantities stands for."""

    exchange: str
    symbol: str
    units: int = 1


def named(row: Row, master: SymbolMaster) -> Named:
    """Our name for a row's instrument; Kite's own for what is not listed. Raises ValueError."""
    exchange, symbol = needed(row, "exchange"), needed(row, "tradingsymbol")
    found = master.by_key(f"{exchange}:{symbol}")
    return Named(found.exchange, found.symbol, units_of(found)) if found else Named(exchange, symbol)


def units_of(instrument: Instrument) -> int:
    """How many units one of Kite's quantities stands for."""
    return instrument.lot if instrument.exchange in COUNTED_IN_LOTS else 1


def read_order(row: Row, master: SymbolMaster, now: datetime) -> KiteOrder:
    """One line of the order book. Raises ValueError."""
    times = _times(row) or [now]
    order = BrokerOrder(
        broker_order_id=BrokerOrderId(needed(row, "order_id")),
        client_order_id=_our_id(row),
        terms=_terms(row, master),
        status=_status(row),
        placed_at=min(times),
        updated_at=max(times),
        filled_quantity=amount(row, "filled_quantity") * named(row, master).units,
        average_price=amount(row, "average_price"),
        message=tidy(text(row, "status_message") or text(row, "status_message_raw")),
    )
    return KiteOrder(order, text(row, "variety") or "regular", _tags(row))


def _times(row: Row) -> list[datetime]:
    names = ("order_timestamp", "exchange_timestamp", "exchange_update_timestamp")
    return [at for name in names if (at := moment(row, name))]


def _tags(row: Row) -> frozenset[str]:
    tags = row.get("tags")
    more = tags if isinstance(tags, list) else ()
    return frozenset(str(tag).strip() for tag in (row.get("tag"), *more) if tag)


def _our_id(row: Row) -> ClientOrderId | None:
    """The tag that may be one of ours: Kite adds its own, such as `mktp:2.00`, and people have theirs."""
    return next((ClientOrderId(tag) for tag in sorted(_tags(row)) if _OURS.fullmatch(tag)), None)


def _status(row: Row) -> BrokerStatus:
    word = needed(row, "status").upper()
    status = _WORDS.get(word)
    if status is None:
        warn_of("order status", word)
        return BrokerStatus.OPEN
    if status is BrokerStatus.COMPLETE and not amount(row, "filled_quantity"):
        warn_of("order status", "COMPLETE without a filled quantity")
        return BrokerStatus.OPEN
    return status


def _terms(row: Row, master: SymbolMaster) -> LegTerms:
    what = named(row, master)
    return LegTerms(
        exchange=what.exchange,
        symbol=what.symbol,
        action=Action(needed(row, "transaction_type")),
        quantity=amount(row, "quantity") * what.units,
        pricetype=_pricetype(row),
        product=product_of(row),
        price=amount(row, "price"),
        trigger_price=amount(row, "trigger_price"),
        disclosed_quantity=int(amount(row, "disclosed_quantity")) * what.units,
    )


def _pricetype(row: Row) -> PriceType:
    word = text(row, "order_type") or PriceType.LIMIT.value
    try:
        return PriceType(word)
    except ValueError:
        warn_of("order type", word)
        return PriceType.LIMIT


def product_of(row: Row) -> Product:
    """A row's product, or the one that it is most like."""
    word = text(row, "product")
    found = PRODUCTS.get(word) or _LIKE.get(word)
    if found is None:
        warn_of("product", word)
        return Product.NRML
    return found


def read_trade(row: Row, master: SymbolMaster, now: datetime) -> Trade:
    """One line of the trade book. Raises ValueError."""
    what = named(row, master)
    return Trade(
        trade_id=needed(row, "trade_id"),
        broker_order_id=BrokerOrderId(needed(row, "order_id")),
        exchange=what.exchange,
        symbol=what.symbol,
        action=Action(needed(row, "transaction_type")),
        product=product_of(row),
        quantity=amount(row, "quantity") * what.units,
        price=amount(row, "average_price"),
        at=moment(row, "fill_timestamp") or moment(row, "exchange_timestamp") or now,
    )
