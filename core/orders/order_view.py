"""The JSON of an order in answers, event streams and hooks."""

from datetime import UTC, datetime

from core.market.price_decimals import told_average
from core.money import as_json_number
from core.orders.order import Leg, Order
from core.orders.states import QueueStatus


def order_as_json(order: Order) -> dict[str, object]:
    """The order's JSON: what its strategy may see of it."""
    return {
        "pending_order_id": order.id,
        "status": order.status.value,
        "api_type": order.api_type.value,
        "mode": order.trading_mode.wire,
        "created_at": iso(order.created_at),
        "expires_at": iso(order.expires_at),
        "decided_at": iso(order.decided_at),
        "decided_by": order.decided_by,
        "reason": order.rejected_reason or (order.notice if order.status is QueueStatus.EXPIRED else None),
        "broker_status": order.broker_status.value if order.broker_status is not None else None,
        "orders": [_describe_leg(leg) for leg in order.legs],
        **({"approved_by": order.approved_by} if order.standing_id is not None else {}),
        **({"note": order.note} if order.note is not None else {}),
        **({"approved_terms": approved_terms(order)} if _is_approved_otherwise(order) else {}),
    }


def approved_terms(order: Order) -> dict[str, object]:
    """What of an order's terms its client may change, as it stands now."""
    terms = order.legs[0].terms
    return {
        "quantity": as_json_number(terms.quantity),
        "pricetype": terms.pricetype.value,
        "price": as_json_number(terms.price),
    }


def _is_approved_otherwise(order: Order) -> bool:
    """Whether other terms were approved than the strategy had asked for."""
    return order.asked is not None and order.approved_at is not None


def iso(moment: datetime | None) -> str | None:
    """A moment as programs read it: ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat() if moment is not None else None


def _describe_leg(leg: Leg) -> dict[str, object]:
    return {
        "leg": leg.number,
        "part": leg.part,
        "exchange": leg.terms.exchange,
        "symbol": leg.terms.symbol,
        "action": leg.terms.action.value,
        "quantity": as_json_number(leg.terms.quantity),
        "orderid": leg.broker_order_id,
        "broker_status": leg.broker_status.value,
        "filled_quantity": as_json_number(leg.filled_quantity),
        "average_price": as_json_number(told_average(leg.average_price, leg.terms.exchange)),
        "message": leg.message,
    }
