"""An order as its broker holds it, new terms for it, and what is known after an attempt to place one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.ids import BrokerOrderId, ClientOrderId
from core.money import ZERO
from core.orders.order import LegTerms
from core.orders.states import BrokerStatus


@dataclass(frozen=True, slots=True)
class BrokerOrder:
    """One order in a broker's book. `status` is never ready, sending, unknown or partial."""

    broker_order_id: BrokerOrderId
    client_order_id: ClientOrderId | None
    terms: LegTerms
    status: BrokerStatus
    placed_at: datetime
    updated_at: datetime
    filled_quantity: Decimal = ZERO
    average_price: Decimal = ZERO
    message: str = ""
    strategy: str = ""

    @property
    def booked_price(self) -> Decimal:
        """Its price as its order book shows it."""
        return self.terms.price


@dataclass(frozen=True, slots=True)
class OrderChange:
    """New terms for an order a broker holds; modify replaces all of them."""

    terms: LegTerms


LATE = "The time to execute it was over before it could be sent"


@dataclass(frozen=True, slots=True)
class PlaceRequest:
    """One order to place, once. After `deadline` nothing may be sent any more."""

    client_order_id: ClientOrderId
    terms: LegTerms
    deadline: datetime
    strategy: str = ""
    is_exit: bool = False
    """Whether it makes a position smaller: it goes before entries where a broker counts orders per second."""


@dataclass(frozen=True, slots=True)
class Sought:
    """An order whose answer did not arrive, as it is looked for in the broker's book."""

    client_order_id: ClientOrderId
    terms: LegTerms
    sent_at: datetime
    known: frozenset[BrokerOrderId] = frozenset()
    """What cannot be it: orders that were in the book before it was sent, or belong to other orders of ours."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The broker has taken it, and has given it a number."""

    order: BrokerOrder


@dataclass(frozen=True, slots=True)
class Refused:
    """The broker's definite no: there is no order."""

    message: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """It cannot have reached the broker's book, and may be tried again, at the earliest after `retry_after`."""

    reason: str
    retry_after: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class QueuedElsewhere:
    """It waits for somebody's approval at the broker or gateway, under this reference: neither placed nor refused."""

    reference: str
    message: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It was, or may have been, sent, and nothing proves what came of it."""

    detail: str


Placement = Accepted | Refused | NotSent | QueuedElsewhere | Unknown


def accepted(request: PlaceRequest, broker_order_id: BrokerOrderId, at: datetime) -> Accepted:
    """The answer of a broker that gives only a number: open until its book says more."""
    order = BrokerOrder(
        broker_order_id, request.client_order_id, request.terms, BrokerStatus.OPEN, at, at, strategy=request.strategy
    )
    return Accepted(order)
