"""The margin reserved by the waiting orders of one instrument, product and side."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from brokers.paper.book.margins import margin
from brokers.paper.book.order_numbers import seniority
from core.ids import BrokerOrderId
from core.money import ZERO
from core.portfolio.paper_book import Leverage, PaperOrder


def left_of(order: PaperOrder) -> Decimal:
    """The unfilled quantity of the order."""
    return order.terms.quantity - order.filled_quantity


def reserve_of(order: PaperOrder, quantity: Decimal, leverage: Leverage) -> Decimal:
    """The margin in rupees for this much of a waiting order that no position or holding covers."""
    terms = order.terms
    return margin(terms.position_key, terms.action.signed(quantity), order.reserve_price, leverage)


class QueuedMargin(NamedTuple):
    """A waiting order: its price for margin, its order of arrival, its unfilled quantity, and the margin for that."""

    price: Decimal
    seniority: tuple[int, BrokerOrderId]
    left: Decimal
    reserve: Decimal


@dataclass(frozen=True, slots=True)
class MarginQueue:
    """Waiting orders with running sums, so that adding one needs no new sum over all."""

    quantity: Decimal = ZERO
    reserved: Decimal = ZERO
    """In rupees, were there nothing for them to reduce."""
    cheapest_first: tuple[QueuedMargin, ...] = ()

    def after(self, gone: Iterable[PaperOrder], come: Iterable[PaperOrder], leverage: Leverage) -> "MarginQueue":
        """A new queue without the orders `gone` and with the orders `come`."""
        quantity, reserved, line = self.quantity, self.reserved, list(self.cheapest_first)
        for order in gone:
            place = line.pop(bisect_left(line, (order.reserve_price, seniority(order.broker_order_id))))
            quantity -= place.left
            reserved -= place.reserve
        for order in come:
            left = left_of(order)
            reserve = reserve_of(order, left, leverage)
            quantity += left
            reserved += reserve
            insort(line, QueuedMargin(order.reserve_price, seniority(order.broker_order_id), left, reserve))
        return MarginQueue(quantity, reserved, tuple(line))

    def reserved_beside(
        self, covered: Decimal, orders: Mapping[BrokerOrderId, PaperOrder], leverage: Leverage
    ) -> Decimal:
        """The margin in rupees when a position or holding covers this quantity, of the cheapest orders first."""
        if covered >= self.quantity:
            return ZERO
        total = self.reserved
        for place in self.cheapest_first:
            if covered < place.left:
                order = orders[place.seniority[1]]
                return total - place.reserve + reserve_of(order, place.left - covered, leverage)
            covered -= place.left
            total -= place.reserve
        return total
