"""Letting a strategy ask what became of an order that was queued."""

from datetime import UTC, datetime, timedelta

from core.ids import OrderId
from core.money import as_json_number
from core.orders import Leg, Order
from webhook.endpoint import Call
from webhook.replies import Reply, reply
from webhook.schemas import PendingOrder


async def pending_order(call: Call[PendingOrder]) -> Reply:
    """POST /api/v1/pendingorder; with `wait`, once the order is settled or the wait is over."""
    wait = timedelta(seconds=float(call.body.wait))
    order_id = OrderId(call.body.pending_order_id)
    order = await call.services.pending.get(call.caller.account.id, order_id, wait)
    return reply({"status": "success", "data": describe(order)})


def describe(order: Order) -> dict[str, object]:
    """An order as its strategy may see it."""
    return {
        "pending_order_id": order.id,
        "status": order.status.value,
        "api_type": order.api_type.value,
        "mode": order.trading_mode.wire,
        "created_at": _iso(order.created_at),
        "expires_at": _iso(order.expires_at),
        "decided_at": _iso(order.decided_at),
        "decided_by": order.decided_by,
        "reason": order.rejected_reason,
        "broker_status": order.broker_status.value if order.broker_status is not None else None,
        "orders": [_describe_leg(leg) for leg in order.legs],
    }


def _describe_leg(leg: Leg) -> dict[str, object]:
    return {
        "leg": leg.number,
        "orderid": leg.broker_order_id,
        "broker_status": leg.broker_status.value,
        "filled_quantity": as_json_number(leg.filled_quantity),
        "average_price": as_json_number(leg.average_price),
        "message": leg.message,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment is not None else None
