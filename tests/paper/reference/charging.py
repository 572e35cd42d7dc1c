"""What a fill costs in brokerage and taxes. The rates are the engine's own: they have tests of their own."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from brokers.paper.engine.charges import SameDay, charges_of, rates_on
from brokers.paper.engine.events import Rules
from core.clock import IST
from core.orders.order import Product
from core.portfolio.paper_book import PaperOrder
from tests.paper.reference.records import Held, RefOrder

_SOME_TIME = datetime(2026, 11, 23, tzinfo=UTC)


def charge(order: RefOrder, trade: tuple[Decimal, Decimal, datetime], held: Held | None, rules: Rules) -> Decimal:
    """The charges of one fill (quantity, price, moment) of an order that was filled so far before.

    `held` is the position that it trades in.
    """
    quantity, price, at = trade
    if not rules.is_charged:
        return Decimal(0)
    average = _decimal(order.average)
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
    same_day = SameDay()
    if order.terms.product is Product.CNC and not order.buys and held is not None:
        sold = min(held.quantity, Fraction(quantity))
        same_day = SameDay(_decimal(sold), _decimal(held.average))
    return charges_of(before, quantity, price, rates_on(at.astimezone(IST).date()), same_day)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
