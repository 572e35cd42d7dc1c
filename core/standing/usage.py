"""How much of a standing approval a day has used: every order sent under it, but those certainly not sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.orders.states import BrokerStatus, QueueStatus
from core.standing.approvals import Size, StandingId


@dataclass(frozen=True, slots=True)
class UsedLeg:
    """Where one leg of an order stands that was sent under an approval."""

    broker_status: BrokerStatus
    filled_quantity: Decimal
    sent_at: datetime | None

    @property
    def certainly_did_nothing(self) -> bool:
        """Whether its broker refused it, or it was given up before it was ever sent."""
        if self.filled_quantity:
            return False
        was_given_up = self.broker_status is BrokerStatus.CANCELLED and self.sent_at is None
        return self.broker_status is BrokerStatus.REJECTED or was_given_up


@dataclass(frozen=True, slots=True)
class UsedOrder:
    """An order that was sent under an approval, and how large it was then."""

    standing_id: StandingId
    size: Size
    status: QueueStatus
    legs: Sequence[UsedLeg]

    @property
    def counts(self) -> bool:
        """Whether it uses any of the approval: it expires only when none of its legs ever left."""
        if self.status is QueueStatus.EXPIRED:
            return False
        return not self.legs or not all(leg.certainly_did_nothing for leg in self.legs)


def used_of(standing_id: StandingId, orders: Iterable[UsedOrder]) -> Size:
    """What these orders use of one approval."""
    total = Size()
    for order in orders:
        if order.standing_id == standing_id and order.counts:
            total = total.plus(order.size)
    return total
