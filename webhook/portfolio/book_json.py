"""The order book and the trade book as OpenAlgo's JSON objects: pure functions."""

from collections.abc import Sequence
from typing import Annotated, Generic, NotRequired, TypeVar

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from core.market.price_decimals import told_average
from core.money import ZERO, as_json_money, as_json_number
from core.orders.broker_order import BrokerOrder
from core.orders.order import Action, PriceType, Product
from core.orders.states import FINAL_LEG_STATES, BrokerStatus
from core.portfolio.positions import Trade
from webhook.fields.answer_types import IndianTime, Number, Sandbox
from webhook.fields.json_schema import words
from webhook.fields.json_values import stamp

T = TypeVar("T")
OrderStatus = Annotated[
    BrokerStatus, WithJsonSchema(words(("open", "trigger pending", "complete", "rejected", "cancelled")))
]
"""The statuses that an order can have at the broker."""


class BookedOrder(TypedDict):
    """An order of the order book; prices are rupees, `pending_quantity` is not filled yet.

    The `price` of a MARKET order is the last price when it was accepted in the sandbox, 0 of a live account.
    """

    action: Action
    exchange: str
    order_status: OrderStatus
    orderid: str
    price: Number
    pricetype: PriceType
    product: Product
    quantity: Number
    symbol: str
    timestamp: IndianTime
    trigger_price: Number
    filled_quantity: NotRequired[Sandbox[Number]]
    pending_quantity: NotRequired[Sandbox[Number]]
    rejection_reason: NotRequired[Sandbox[str]]
    strategy: NotRequired[Sandbox[str]]


class PricedOrder(BookedOrder):
    """An order with the average price of its fills in rupees, 0 before the first."""

    average_price: Number


class OrderStatistics(TypedDict):
    """How many orders buy, sell, and have each status."""

    total_buy_orders: int
    total_sell_orders: int
    total_completed_orders: int
    total_open_orders: int
    total_rejected_orders: int
    total_trigger_pending_orders: NotRequired[Sandbox[int]]


class OrderBook(TypedDict, Generic[T]):
    """The day's orders, and their statistics."""

    orders: list[T]
    statistics: OrderStatistics


class BookedTrade(TypedDict):
    """A fill of the trade book; `average_price` and `price` are its price, amounts are rupees."""

    action: Action
    average_price: Number
    exchange: str
    orderid: str
    product: Product
    quantity: Number
    symbol: str
    timestamp: IndianTime
    trade_value: Number
    tradeid: NotRequired[Sandbox[str]]
    price: NotRequired[Sandbox[Number]]
    strategy: NotRequired[Sandbox[str]]


def live_order_book(orders: Sequence[BrokerOrder]) -> OrderBook[BookedOrder]:
    """A live account's order book as OpenAlgo's JSON."""
    return {"orders": [_order(found, False) for found in orders], "statistics": _statistics(orders, False)}


def sandbox_order_book(orders: Sequence[BrokerOrder]) -> OrderBook[PricedOrder]:
    """A sandbox account's order book as OpenAlgo's JSON, newest first, with average prices; from oldest first."""
    newest_first = [priced_order(found, True) for found in reversed(orders)]
    return {"orders": newest_first, "statistics": _statistics(orders, True)}


def priced_order(found: BrokerOrder, sandbox: bool) -> PricedOrder:
    """The order as OpenAlgo's JSON, with the average price of its fills."""
    return {
        **_order(found, sandbox),
        "average_price": as_json_number(told_average(found.average_price, found.terms.exchange)),
    }


def _order(found: BrokerOrder, sandbox: bool) -> BookedOrder:
    terms = found.terms
    body: BookedOrder = {
        "action": terms.action,
        "exchange": terms.exchange,
        "order_status": found.status,
        "orderid": found.broker_order_id,
        "price": as_json_number(found.booked_price if sandbox else terms.price),
        "pricetype": terms.pricetype,
        "product": terms.product,
        "quantity": as_json_number(terms.quantity),
        "symbol": terms.symbol,
        "timestamp": stamp(found.placed_at),
        "trigger_price": as_json_number(terms.trigger_price),
    }
    if sandbox:
        pending = ZERO if found.status in FINAL_LEG_STATES else terms.quantity - found.filled_quantity
        body["filled_quantity"] = as_json_number(found.filled_quantity)
        body["pending_quantity"] = as_json_number(pending)
        body["rejection_reason"] = found.message if found.status is BrokerStatus.REJECTED else ""
        body["strategy"] = found.strategy
    return body


def _statistics(orders: Sequence[BrokerOrder], sandbox: bool) -> OrderStatistics:

    def standing(status: BrokerStatus) -> int:
        return sum(found.status is status for found in orders)

    buys = sum(found.terms.action is Action.BUY for found in orders)
    counts: OrderStatistics = {
        "total_buy_orders": buys,
        "total_sell_orders": len(orders) - buys,
        "total_completed_orders": standing(BrokerStatus.COMPLETE),
        "total_open_orders": standing(BrokerStatus.OPEN),
        "total_rejected_orders": standing(BrokerStatus.REJECTED),
    }
    if sandbox:
        counts["total_trigger_pending_orders"] = standing(BrokerStatus.TRIGGER_PENDING)
    return counts


def trade(found: Trade, sandbox: bool) -> BookedTrade:
    """The fill as OpenAlgo's JSON."""
    price = as_json_number(found.price)
    body: BookedTrade = {
        "action": found.action,
        "average_price": price,
        "exchange": found.exchange,
        "orderid": found.broker_order_id,
        "product": found.product,
        "quantity": as_json_number(found.quantity),
        "symbol": found.symbol,
        "timestamp": stamp(found.at),
        "trade_value": as_json_money(found.price * found.quantity),
    }
    return {**body, "tradeid": found.trade_id, "price": price, "strategy": found.strategy} if sandbox else body
