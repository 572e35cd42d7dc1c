"""Upstox's orders: what places and changes them, and the order book."""

from collections.abc import Mapping, Sequence

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
from brokers.upstox.upstox_words import PRICE_TYPES, PRODUCTS, STATUSES, read_product, read_ticker, whole
from core.ids import BrokerOrderId, ClientOrderId
from core.orders.broker_order import BrokerOrder
from core.orders.order import Action, LegTerms, PriceType
from core.orders.states import BrokerStatus

_AUTOMATIC = -1
_AT_THE_MARKET = frozenset({PriceType.MARKET, PriceType.SL_M})


def make_order(terms: LegTerms, key: str, tag: ClientOrderId) -> Mapping[str, object]:
    """The body that places an order. Raises BrokerRefused for a quantity that Upstox does not take."""
    return {
        "quantity": whole(terms.quantity),
        "product": PRODUCTS[terms.product],
        "validity": "DAY",
        "price": terms.price,
        "tag": tag,
        "slice": False,
        "instrument_token": key,
        "order_type": terms.pricetype.value,
        "transaction_type": terms.action.value,
        "disclosed_quantity": terms.disclosed_quantity,
        "trigger_price": terms.trigger_price,
        "is_amo": False,
        **_protection(terms),
    }


def make_change(number: BrokerOrderId, terms: LegTerms) -> Mapping[str, object]:
    """The body that changes an order. Raises BrokerRefused for a quantity that Upstox does not take."""
    return {
        "quantity": whole(terms.quantity),
        "validity": "DAY",
        "price": terms.price,
        "order_id": number,
        "order_type": terms.pricetype.value,
        "disclosed_quantity": terms.disclosed_quantity,
        "trigger_price": terms.trigger_price,
        **_protection(terms),
    }


def read_number(said: object) -> str | None:
    """The number of a placed order; None without exactly one."""
    answer = as_row(said)
    if text(answer, "status") != "success":
        return None
    numbers = as_row(answer.get("data")).get("order_ids")
    if not isinstance(numbers, list) or len(numbers) != 1:
        return None
    return text({"number": numbers[0]}, "number") or None


def rows_in(said: object) -> Sequence[Row]:
    """The lines of a book. Raises ValueError."""
    return as_rows(data_in(said))


def data_in(said: object) -> object:
    """What a successful answer carries. Raises ValueError for anything else."""
    answer = as_row(said)
    if text(answer, "status") != "success" or answer.get("data") is None:
        raise ValueError("it is no success")
    return answer["data"]


def read_numbers(said: object) -> Sequence[BrokerOrderId]:
    """The orders of a history, each once; it has a line for every step of each. Raises ValueError."""
    return [BrokerOrderId(one) for one in dict.fromkeys(needed(row, "order_id") for row in rows_in(said))]


def read_order(row: Row, master: SymbolMaster) -> BrokerOrder:
    """One line of the order book. Raises ValueError."""
    exchange, symbol = read_ticker(row, master)
    placed_at = indian_time(row, "order_timestamp", "exchange_timestamp")
    if placed_at is None:
        raise ValueError("order_timestamp is missing")
    filled, average = amount(row, "filled_quantity"), amount(row, "average_price")
    status = with_evidence("Upstox", read_status("Upstox", STATUSES, needed(row, "status")), filled, average)
    tag = text(row, "tag")
    return BrokerOrder(
        broker_order_id=BrokerOrderId(needed(row, "order_id")),
        client_order_id=ClientOrderId(tag) if tag else None,
        terms=LegTerms(
            exchange=exchange,
            symbol=symbol,
            action=Action(needed(row, "transaction_type")),
            quantity=amount(row, "quantity"),
            pricetype=one_of(PRICE_TYPES, row, "order_type"),
            product=read_product(row, exchange),
            price=amount(row, "price"),
            trigger_price=amount(row, "trigger_price"),
            disclosed_quantity=int(amount(row, "disclosed_quantity")),
        ),
        status=status,
        placed_at=placed_at,
        updated_at=indian_time(row, "exchange_timestamp") or placed_at,
        filled_quantity=filled,
        average_price=average,
        message=text(row, "status_message") if status is BrokerStatus.REJECTED else "",
    )


def _protection(terms: LegTerms) -> Mapping[str, object]:
    return {"market_protection": _AUTOMATIC} if terms.pricetype in _AT_THE_MARKET else {}
