"""Lets a strategy read its pending orders and withdraw those that are not decided."""

from datetime import timedelta

from typing_extensions import TypedDict

from core.ids import OrderId
from webhook.fields.cursors import render_cursor
from webhook.orders.single_schemas import PendingOrder
from webhook.outcomes.list_schemas import PendingOrders, Withdrawal
from webhook.outcomes.order_json import OrderView, PendingView, Statistics, order_view, pending_view, statistics
from webhook.request.endpoint import Call, same_in_both_modes
from webhook.request.replies import Data


class Page(TypedDict):
    """One page of orders, newest first; `next_cursor` asks for the next one, None after the last."""

    orders: list[OrderView]
    next_cursor: str | None
    statistics: Statistics


class Withdrawn(TypedDict):
    """The order that was withdrawn."""

    message: str
    data: OrderView


@same_in_both_modes
async def pending_order(call: Call[PendingOrder]) -> Data[PendingView]:
    """POST /api/v1/pendingorder; with `wait`, once the order is settled or the wait is over."""
    wait = timedelta(seconds=float(call.body.wait))
    order_id = OrderId(call.body.pending_order_id)
    order = await call.services.order_status.get(call.caller.account.id, order_id, wait)
    return {"data": pending_view(order, await call.services.order_status.count_readers(order_id))}


@same_in_both_modes
async def pending_orders(call: Call[PendingOrders]) -> Data[Page]:
    """POST /api/v1/pendingorders."""
    body = call.body
    listing = await call.services.order_list.page(call.caller.account.id, body.status, body.cursor, body.limit)
    page: Page = {
        "orders": [order_view(order) for order in listing.page.orders],
        "next_cursor": render_cursor(listing.page.next_before),
        "statistics": statistics(listing.counts),
    }
    return {"data": page}


@same_in_both_modes
async def withdraw(call: Call[Withdrawal]) -> Withdrawn:
    """POST /api/v1/withdraw: 409 once it is decided."""
    order = await call.services.withdraw.withdraw(call.caller, OrderId(call.body.pending_order_id))
    return {"message": "Order withdrawn", "data": order_view(order)}
