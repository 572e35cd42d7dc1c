"""Dhan's orders: what places and changes them, and the order book."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

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
from brokers.common.symbol_master import Listed, SymbolMaster
from brokers.dhan.dhan_words import PRICE_TYPES, PRODUCTS, SEGMENTS, STATUSES, THEIR_PRODUCTS, read_ticker
from core.errors import BrokerRefused
from core.ids import BrokerOrderId, ClientOrderId
from core.market.instruments import Instrument, InstrumentType
from core.orders.broker_order import BrokerOrder
from core.orders.order import Action, LegTerms, PriceType
from core.orders.states import BrokerStatus

_ROOM = Decimal("0.02")
_ROOM_OF_OPTIONS = Decimal("0.05")
"""How far beyond its trigger a stop may trade, as a part of it."""


def protective_limit(terms: LegTerms, instrument: Instrument) -> Decimal:
    """The limit under which SL-M is sent: 2 % beyond the trigger, 5 % for options, and on a tick."""
    is_option = instrument.type in {InstrumentType.CALL, InstrumentType.PUT}
    room = terms.trigger_price * (_ROOM_OF_OPTIONS if is_option else _ROOM)
    if terms.action is Action.BUY:
        return _on_tick(terms.trigger_price + room, instrument.tick, ROUND_CEILING)
    return max(instrument.tick, _on_tick(terms.trigger_price - room, instrument.tick, ROUND_FLOOR))


def make_order(terms: LegTerms, listed: Listed, tag: ClientOrderId) -> Mapping[str, object]:
    """The body that places an order. Raises BrokerRefused for a quantity that Dhan does not take."""
    return {
        "transactionType": terms.action.value,
        "exchangeSegment": SEGMENTS[terms.exchange],
        "productType": PRODUCTS[terms.product],
        "orderType": _price_type(terms),
        "validity": "DAY",
        "securityId": listed.key.partition("|")[2],
        "quantity": whole(terms.quantity),
        "disclosedQuantity": terms.disclosed_quantity,
        "price": _price(terms, listed.instrument),
        "afterMarketOrder": False,
        "boProfitValue": None,
        "boStopLossValue": None,
        "triggerPrice": terms.trigger_price,
        "correlationId": tag,
    }


def make_change(number: BrokerOrderId, terms: LegTerms, instrument: Instrument) -> Mapping[str, object]:
    """The body that changes an order. Raises BrokerRefused for a quantity that Dhan does not take."""
    return {
        "orderId": number,
        "orderType": _price_type(terms),
        "legName": "",
        "quantity": whole(terms.quantity),
        "price": _price(terms, instrument),
        "disclosedQuantity": terms.disclosed_quantity,
        "triggerPrice": terms.trigger_price,
        "validity": "DAY",
    }


def read_number(said: object) -> str | None:
    """The number of a placed order; None without one."""
    return text(as_row(said), "orderId") or None


def read_orders(said: object, master: SymbolMaster) -> Sequence[BrokerOrder]:
    """The orders of an answer, which is a list, or one order by itself. Raises ValueError."""
    rows = (as_row(said),) if isinstance(said, Mapping) else as_rows(said)
    return [read_order(row, master) for row in rows]


def read_order(row: Row, master: SymbolMaster) -> BrokerOrder:
    """One line of the order book. Raises ValueError."""
    exchange, symbol = read_ticker(row, master)
    terms = LegTerms(
        exchange=exchange,
        symbol=symbol,
        action=Action(needed(row, "transactionType")),
        quantity=amount(row, "quantity"),
        pricetype=one_of(PRICE_TYPES, row, "orderType"),
        product=one_of(THEIR_PRODUCTS, row, "productType"),
        price=amount(row, "price"),
        trigger_price=amount(row, "triggerPrice"),
        disclosed_quantity=int(amount(row, "disclosedQuantity")),
    )
    placed_at = indian_time(row, "createTime", "updateTime")
    if placed_at is None:
        raise ValueError("createTime is missing")
    filled, average = amount(row, "filledQty"), amount(row, "averageTradedPrice")
    status = with_evidence("Dhan", read_status("Dhan", STATUSES, needed(row, "orderStatus")), filled, average)
    if status is BrokerStatus.OPEN and terms.pricetype in {PriceType.SL, PriceType.SL_M} and not filled:
        status = BrokerStatus.TRIGGER_PENDING
    tag = text(row, "correlationId")
    return BrokerOrder(
        broker_order_id=BrokerOrderId(needed(row, "orderId")),
        client_order_id=ClientOrderId(tag) if tag else None,
        terms=terms,
        status=status,
        placed_at=placed_at,
        updated_at=indian_time(row, "updateTime", "exchangeTime") or placed_at,
        filled_quantity=filled,
        average_price=average,
        message=text(row, "omsErrorDescription") if status is BrokerStatus.REJECTED else "",
    )


def whole(quantity: Decimal) -> int:
    """A quantity in units. Raises BrokerRefused for a fraction."""
    if quantity != int(quantity):
        raise BrokerRefused("Dhan takes whole quantities only")
    return int(quantity)


def _price_type(terms: LegTerms) -> str:
    match terms.pricetype:
        case PriceType.SL | PriceType.SL_M:
            return "STOP_LOSS"
        case other:
            return other.value


def _price(terms: LegTerms, instrument: Instrument) -> Decimal:
    return protective_limit(terms, instrument) if terms.pricetype is PriceType.SL_M else terms.price


def _on_tick(price: Decimal, tick: Decimal, rounding: str) -> Decimal:
    return (price / tick).to_integral_value(rounding) * tick
