"""An order as it stands after a decision, without reading back what was just written."""

from dataclasses import replace

from core.orders.order import Order
from core.orders.states import QueueStatus
from core.ports import Decision


def as_decided(order: Order, decision: Decision) -> Order:
    """The order after a person approved or rejected it."""
    after = replace(order, status=decision.becomes, version=order.version + 1, outage=None, checked=decision.checked)
    if decision.becomes is QueueStatus.APPROVED:
        return replace(
            after,
            approved_at=decision.at,
            approved_by=decision.by,
            approved_by_id=decision.by_id,
            execute_by=decision.execute_by,
        )
    return replace(
        after,
        rejected_at=decision.at,
        rejected_by=decision.by,
        rejected_by_id=decision.by_id,
        rejected_reason=decision.reason,
    )
