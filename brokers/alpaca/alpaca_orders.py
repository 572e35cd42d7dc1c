"""Alpaca's orders: what places and changes them, and the order book.

A change makes a new order at Alpaca, which names the one it replaces. Here both are one, under the first number.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from brokers.alpaca.alpaca_words import COINS, PRICE_TYPES, STATUSES, THEIR_PRICE_TYPES, read_ticker
from brokers.common.rest.row_fields import (
    Row,
    amount,
    as_row,
    as_rows,
    indian_time,
    needed,
    one_of,
    read_status,
    text,
    with_evidence,
)
from brokers.common.symbol_master import SymbolMaster
from core.errors import BrokerRefused
from core.ids import BrokerOrderId, ClientOrderId
from core.money import plain
from core.orders.broker_order import BrokerOrder
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.states import BrokerStatus

_STOPS = frozenset({PriceType.SL, PriceType.SL_M})
_LIMITS = frozenset({PriceType.LIMIT, PriceType.SL})
_SIDES: Mapping[str, Action] = {"buy": Action.BUY, "sell": Action.SELL}


def make_order(terms: LegTerms, key: str, ours: ClientOrderId) -> Mapping[str, object]:
    """The body that places an order; amounts are texts. Raises BrokerRefused for what Alpaca does not have."""
    if terms.product is not Product.CNC:
        raise BrokerRefused(f"Alpaca has no {terms.product}; only CNC can be sent there")
    if terms.exchange == COINS and terms.pricetype is PriceType.SL_M:
        raise BrokerRefused("Alpaca takes no SL-M for coins; SL can be sent")
    if terms.disclosed_quantity:
        raise BrokerRefused("Alpaca discloses every quantity")
    return {
        "symbol": key,
        "qty": plain(terms.quantity),
        "side": terms.action.value.lower(),
        "type": PRICE_TYPES[terms.pricetype],
        "time_in_force": _lasting(terms),
        "client_order_id": ours,
        **_prices(terms),
    }


def make_change(terms: LegTerms) -> Mapping[str, object]:
    """The body that changes an order; its kind stays what it was."""
    return {"qty": plain(terms.quantity), "time_in_force": _lasting(terms), **_prices(terms)}


def read_number(said: object) -> str | None:
    """The number of a placed order; None without one."""
    return text(as_row(said), "id") or None


def read_order(row: Row, last: Row, master: SymbolMaster) -> BrokerOrder:
    """An order as it was placed, and as it stands after its last change. Raises ValueError."""
    exchange, symbol = read_ticker(last, master)
    placed_at = indian_time(row, "submitted_at", "created_at")
    if placed_at is None:
        raise ValueError("submitted_at is missing")
    filled, average = amount(last, "filled_qty"), amount(last, "filled_avg_price")
    status = with_evidence("Alpaca", read_status("Alpaca", STATUSES, needed(last, "status")), filled, average)
    pricetype = one_of(THEIR_PRICE_TYPES, last, "type")
    if status is BrokerStatus.OPEN and pricetype in _STOPS and not filled:
        status = BrokerStatus.TRIGGER_PENDING
    return BrokerOrder(
        broker_order_id=BrokerOrderId(needed(row, "id")),
        client_order_id=ClientOrderId(needed(row, "client_order_id")),
        terms=LegTerms(
            exchange=exchange,
            symbol=symbol,
            action=one_of(_SIDES, last, "side"),
            quantity=amount(last, "qty"),
            pricetype=pricetype,
            product=Product.CNC,
            price=amount(last, "limit_price"),
            trigger_price=amount(last, "stop_price"),
        ),
        status=status,
        placed_at=placed_at,
        updated_at=indian_time(last, "updated_at") or placed_at,
        filled_quantity=filled,
        average_price=average,
    )


def chains(said: object) -> Sequence[tuple[Row, Row]]:
    """Each order of a book, first and last; what is not followed by its change in this book is its own last."""
    rows = {needed(row, "id"): row for row in as_rows(said)}
    found = []
    for row in rows.values():
        if text(row, "replaces") not in rows:
            last = row
            while (following := rows.get(text(last, "replaced_by"))) is not None:
                last = following
            found.append((row, last))
    return found


def _lasting(terms: LegTerms) -> str:
    """Coins trade without end, so that their orders have no day."""
    return "gtc" if terms.exchange == COINS else "day"


def _prices(terms: LegTerms) -> Mapping[str, str]:
    limit = {"limit_price": plain(terms.price)} if terms.pricetype in _LIMITS else {}
    return limit | ({"stop_price": plain(terms.trigger_price)} if terms.pricetype in _STOPS else {})


def is_number(word: str) -> bool:
    """Whether an order of Alpaca's can have this number."""
    try:
        UUID(word)
    except ValueError:
        return False
    return True
