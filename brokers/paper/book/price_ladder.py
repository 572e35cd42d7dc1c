"""The waiting orders of one instrument, sorted by what a price does to them."""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum, auto
from operator import itemgetter

from brokers.paper.book.margin_queue import Queue
from brokers.paper.book.order_numbers import seniority
from core.ids import BrokerOrderId
from core.money import ZERO
from core.orders.order import Action, PriceType, Product
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import Leverage, PaperOrder


class Shelf(Enum):
    """What an order waits for."""

    COMING = auto()
    """To reach the exchange."""
    TRIGGER = auto()
    MARKET = auto()
    """Any price."""
    LIMIT = auto()


Rung = tuple[Decimal, datetime, tuple[int, BrokerOrderId]]
"""Sorts orders of a shelf by who is touched, or filled, first."""
Shelves = Mapping[tuple[Action, Shelf], tuple[Rung, ...]]
Queues = Mapping[tuple[Product, Action], Queue]
_price_of = itemgetter(0)
_time_of = itemgetter(1)


@dataclass(frozen=True, slots=True)
class Ladder:
    """Sorted rungs by side and shelf, and the sums by product and side. Copying one is cheap."""

    shelves: Shelves = field(default_factory=dict)
    queues: Queues = field(default_factory=dict)

    def after(self, gone: Iterable[PaperOrder], come: Iterable[PaperOrder], leverage: Leverage) -> "Ladder":
        """The ladder without these and with those."""
        return Ladder(_shelve(self.shelves, gone, come), _enqueue(self.queues, gone, come, leverage))

    def arrived(self, now: datetime) -> tuple[BrokerOrderId, ...]:
        """Orders on their way that have reached the exchange by now."""
        found: list[BrokerOrderId] = []
        for action in Action:
            rungs = self.shelves.get((action, Shelf.COMING), ())
            found += [rung[2][1] for rung in rungs[: bisect_right(rungs, now, key=_time_of)]]
        return tuple(found)

    def triggered(self, ltp: Decimal) -> tuple[BrokerOrderId, ...]:
        """Orders whose trigger this last price reaches."""
        buys, sells = self._up_to(Action.BUY, Shelf.TRIGGER, ltp), self._up_to(Action.SELL, Shelf.TRIGGER, -ltp)
        return (*buys, *sells) if ltp else ()

    def in_line(self, action: Action, prices: Iterable[Decimal]) -> Iterator[BrokerOrderId]:
        """Orders of this side that any of these prices may fill, first in line first."""
        for rung in self.shelves.get((action, Shelf.MARKET), ()):
            yield rung[2][1]
        bounds = [price if action is Action.SELL else -price for price in prices if price]
        if bounds:
            yield from self._up_to(action, Shelf.LIMIT, max(bounds))

    def _up_to(self, action: Action, shelf: Shelf, bound: Decimal) -> Iterator[BrokerOrderId]:
        # Not a slice: of thousands within reach only the first few may get something.
        rungs = self.shelves.get((action, shelf), ())
        for index in range(bisect_right(rungs, bound, key=_price_of)):
            yield rungs[index][2][1]


def _shelve(shelves: Shelves, gone: Iterable[PaperOrder], come: Iterable[PaperOrder]) -> Shelves:
    edited: dict[tuple[Action, Shelf], list[Rung]] = {}

    def rungs_for(order: PaperOrder) -> list[Rung]:
        place = order.terms.action, _shelf_of(order)
        if place not in edited:
            edited[place] = list(shelves.get(place, ()))
        return edited[place]

    for order in gone:
        rungs = rungs_for(order)
        del rungs[bisect_left(rungs, _rung_of(order))]
    for order in come:
        insort(rungs_for(order), _rung_of(order))
    return {place: tuple(rungs) for place, rungs in {**shelves, **edited}.items() if rungs}


def _enqueue(queues: Queues, gone: Iterable[PaperOrder], come: Iterable[PaperOrder], leverage: Leverage) -> Queues:
    left: defaultdict[tuple[Product, Action], list[PaperOrder]] = defaultdict(list)
    joined: defaultdict[tuple[Product, Action], list[PaperOrder]] = defaultdict(list)
    for order in gone:
        left[order.terms.product, order.terms.action].append(order)
    for order in come:
        joined[order.terms.product, order.terms.action].append(order)
    edited = {
        side: queues.get(side, Queue()).after(left[side], joined[side], leverage) for side in {**left, **joined}
    }
    return {side: queue for side, queue in {**queues, **edited}.items() if queue.cheapest_first}


def _shelf_of(order: PaperOrder) -> Shelf:
    if order.arrives_at is not None:
        return Shelf.COMING
    if order.status is BrokerStatus.TRIGGER_PENDING:
        return Shelf.TRIGGER
    return Shelf.LIMIT if order.terms.pricetype in (PriceType.LIMIT, PriceType.SL) else Shelf.MARKET


def _rung_of(order: PaperOrder) -> Rung:
    shelf, buys, price = _shelf_of(order), order.terms.action is Action.BUY, ZERO
    if shelf is Shelf.TRIGGER:
        price = order.terms.trigger_price if buys else -order.terms.trigger_price
    elif shelf is Shelf.LIMIT:
        price = -order.terms.price if buys else order.terms.price
    return price, order.arrives_at or order.queued_at or order.placed_at, seniority(order.broker_order_id)
