"""An order as its broker holds it, and new terms for it."""

from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, slots=True)
class OrderChange:
    """New terms for an order a broker holds; modify replaces all of them."""

    terms: LegTerms
