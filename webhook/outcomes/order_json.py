"""An order as JSON for its strategy, the same in answers, streams and hooks."""

from collections.abc import Mapping
from typing import NotRequired, cast

from typing_extensions import TypedDict

from core.orders.order import Action, ApiType, Order, PriceType
from core.orders.order_view import order_as_json
from core.orders.states import BrokerStatus, QueueStatus
from webhook.fields.answer_types import ModeWord, Number, UtcTime

SHOWN_TO_NOBODY = "Shown to nobody so far: nobody who may decide on this order has its card."


class LegView(TypedDict):
    """One leg; `orderid` is the broker's number, None before the leg was sent. Prices are rupees."""

    leg: int
    part: int
    exchange: str
    symbol: str
    action: Action
    quantity: Number
    orderid: str | None
    broker_status: BrokerStatus
    filled_quantity: Number
    average_price: Number
    message: str | None


class ApprovedTerms(TypedDict):
    """What the client approved; the price is rupees, 0 at the market."""

    quantity: Number
    pricetype: PriceType
    price: Number


class OrderView(TypedDict):
    """An order, its decision and its legs.

    `note` only where the order has one, `approved_terms` only where they differ from what was asked.
    """

    pending_order_id: int
    status: QueueStatus
    api_type: ApiType
    mode: ModeWord
    created_at: UtcTime
    expires_at: UtcTime
    decided_at: UtcTime | None
    decided_by: str | None
    reason: str | None
    broker_status: BrokerStatus | None
    orders: list[LegView]
    note: NotRequired[str]
    approved_terms: NotRequired[ApprovedTerms]


class PendingView(OrderView):
    """An order, and how many people who may decide on it have its card."""

    shown_to: int
    notice: str | None


class Statistics(TypedDict):
    """How many of the account's orders have each status."""

    total: int
    total_pending: int
    total_approved: int
    total_rejected: int
    total_expired: int
    total_withdrawn: int
    total_denied: int


def order_view(order: Order) -> OrderView:
    """The order as JSON for its strategy."""
    return cast("OrderView", order_as_json(order))


def pending_view(order: Order, readers: int) -> PendingView:
    """The order as JSON for its strategy; `readers` is how many deciders have its card."""
    unseen = order.status is QueueStatus.PENDING and not readers
    return {**order_view(order), "shown_to": readers, "notice": SHOWN_TO_NOBODY if unseen else None}


def statistics(counts: Mapping[QueueStatus, int]) -> Statistics:
    """The counts as JSON."""
    return {
        "total": sum(counts.values()),
        "total_pending": counts[QueueStatus.PENDING],
        "total_approved": counts[QueueStatus.APPROVED],
        "total_rejected": counts[QueueStatus.REJECTED],
        "total_expired": counts[QueueStatus.EXPIRED],
        "total_withdrawn": counts[QueueStatus.WITHDRAWN],
        "total_denied": counts[QueueStatus.DENIED],
    }
