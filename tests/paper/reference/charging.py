"""What a fill costs in brokerage and taxes. The rates are the engine's own: they have tests of their own."""

from datetime import UTC, datetime
from decimal import Decimal

from brokers.paper.engine.charges import charges_of
from brokers.paper.engine.events import Rules
from core.portfolio.paper_book import PaperOrder
from tests.paper.reference.records import RefOrder

_SOME_TIME = datetime(2026, 11, 23, tzinfo=UTC)


def charge(order: RefOrder, quantity: Decimal, price: Decimal, rules: Rules) -> Decimal:
    """The charges of one fill of an order that was filled so far before."""
    if not rules.is_charged:
        return Decimal(0)
    average = Decimal(order.average.numerator) / Decimal(order.average.denominator)
    before = PaperOrder(
        broker_order_id=order.id,
        client_order_id=None,
        terms=order.terms,
        status=order.status,
        placed_at=_SOME_TIME,
        updated_at=_SOME_TIME,
        filled_quantity=order.filled,
        average_price=average,
    )
    return charges_of(before, quantity, price, _SOME_TIME)
