"""Letting a strategy ask what became of its orders, and take back what nobody decided yet."""

from datetime import timedelta

from core.ids import OrderId
from core.orders.order_view import order_as_json
from webhook.fields.cursors import render_cursor
from webhook.orders.single_schemas import PendingOrder
from webhook.outcomes.list_schemas import PendingOrders, Withdrawal
from webhook.request.endpoint import Call
from webhook.request.replies import Reply, reply


async def pending_order(call: Call[PendingOrder]) -> Reply:
    """POST /api/v1/pendingorder; with `wait`, once the order is settled or the wait is over."""
    wait = timedelta(seconds=float(call.body.wait))
    order_id = OrderId(call.body.pending_order_id)
    order = await call.services.pending.get(call.caller.account.id, order_id, wait)
    return reply({"status": "success", "data": order_as_json(order)})


async def pending_orders(call: Call[PendingOrders]) -> Reply:
    """POST /api/v1/pendingorders: one page, newest first, and how many orders stand where."""
    body = call.body
    listing = await call.services.order_list.page(call.caller.account.id, body.status, body.cursor, body.limit)
    counts = {f"total_{status.value}": count for status, count in listing.counts.items()}
    data = {
        "orders": [order_as_json(order) for order in listing.page.orders],
        "next_cursor": render_cursor(listing.page.next_before),
        "statistics": {"total": sum(counts.values()), **counts},
    }
    return reply({"status": "success", "data": data})


async def withdraw(call: Call[Withdrawal]) -> Reply:
    """POST /api/v1/withdraw: 409 once it is decided."""
    order = await call.services.withdraw.withdraw(call.caller, OrderId(call.body.pending_order_id))
    return reply({"status": "success", "message": "Order withdrawn", "data": order_as_json(order)})
