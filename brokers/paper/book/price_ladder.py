"""The waiting orders of one instrument, sorted by the price that triggers or fills them."""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum, auto
from operator import itemgetter

from brokers.paper.book.margin_queue import MarginQueue
from brokers.paper.book.order_numbers import seniority
from core.ids import BrokerOrderId
from core.money import ZERO
from core.orders.order import Action, PriceType, Product
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import Leverage, PaperOrder


class QueueKind(Enum):
    """What an order waits for."""

    COMING = auto()
    """To reach the exchange."""
    TRIGGER = auto()
    MARKET = auto()
    """Any price."""
    LIMIT = auto()


Level = tuple[Decimal, datetime, tuple[int, BrokerOrderId]]
"""The sort key of the orders of a kind: the first one is triggered, or filled, first."""
Waiting = Mapping[tuple[Action, QueueKind], tuple[Level, ...]]
Queues = Mapping[tuple[Product, Action], MarginQueue]
_price_of = itemgetter(0)
_time_of = itemgetter(1)


@dataclass(frozen=True, slots=True)
class PriceLadder:
    """Sorted orders by side and kind, and margin sums by product and side. Copying one is cheap."""

    waiting: Waiting = field(default_factory=dict)
    queues: Queues = field(default_factory=dict)

    def after(self, gone: Iterable[PaperOrder], come: Iterable[PaperOrder], leverage: Leverage) -> "PriceLadder":
        """A new ladder without the orders `gone` and with the orders `come`."""
        return PriceLadder(_requeue(self.waiting, gone, come), _enqueue(self.queues, gone, come, leverage))

    def arrived(self, now: datetime) -> tuple[BrokerOrderId, ...]:
        """Delayed orders that have reached the exchange by now."""
        found: list[BrokerOrderId] = []
        for action in Action:
            levels = self.waiting.get((action, QueueKind.COMING), ())
            found += [level[2][1] for level in levels[: bisect_right(levels, now, key=_time_of)]]
        return tuple(found)

    def triggered(self, ltp: Decimal) -> tuple[BrokerOrderId, ...]:
        """Orders whose trigger this last price reaches."""
        buys, sells = (
            self._up_to(Action.BUY, QueueKind.TRIGGER, ltp),
            self._up_to(Action.SELL, QueueKind.TRIGGER, -ltp),
        )
        return (*buys, *sells) if ltp else ()

    def in_line(self, action: Action, prices: Iterable[Decimal]) -> Iterator[BrokerOrderId]:
        """Orders of this side that any of these prices may fill, first in line first."""
        for level in self.waiting.get((action, QueueKind.MARKET), ()):
            yield level[2][1]
        bounds = [price if action is Action.SELL else -price for price in prices if price]
        if bounds:
            yield from self._up_to(action, QueueKind.LIMIT, max(bounds))

    def _up_to(self, action: Action, kind: QueueKind, bound: Decimal) -> Iterator[BrokerOrderId]:
        # Not a slice: of thousands within reach only the first few may get something.
        levels = self.waiting.get((action, kind), ())
        for index in range(bisect_right(levels, bound, key=_price_of)):
            yield levels[index][2][1]


def _requeue(waiting: Waiting, gone: Iterable[PaperOrder], come: Iterable[PaperOrder]) -> Waiting:
    edited: dict[tuple[Action, QueueKind], list[Level]] = {}

    def levels_for(order: PaperOrder) -> list[Level]:
        place = order.terms.action, _kind_of(order)
        if place not in edited:
            edited[place] = list(waiting.get(place, ()))
        return edited[place]

    for order in gone:
        levels = levels_for(order)
        del levels[bisect_left(levels, _level_of(order))]
    for order in come:
        insort(levels_for(order), _level_of(order))
    return {place: tuple(levels) for place, levels in {**waiting, **edited}.items() if levels}


def _enqueue(queues: Queues, gone: Iterable[PaperOrder], come: Iterable[PaperOrder], leverage: Leverage) -> Queues:
    left: defaultdict[tuple[Product, Action], list[PaperOrder]] = defaultdict(list)
    joined: defaultdict[tuple[Product, Action], list[PaperOrder]] = defaultdict(list)
    for order in gone:
        left[order.terms.product, order.terms.action].append(order)
    for order in come:
        joined[order.terms.product, order.terms.action].append(order)
    edited = {
        side: queues.get(side, MarginQueue()).after(left[side], joined[side], leverage) for side in {**left, **joined}
    }
    return {side: queue for side, queue in {**queues, **edited}.items() if queue.cheapest_first}


def _kind_of(order: PaperOrder) -> QueueKind:
    if order.arrives_at is not None:
        return QueueKind.COMING
    if order.status is BrokerStatus.TRIGGER_PENDING:
        return QueueKind.TRIGGER
    return QueueKind.LIMIT if order.terms.pricetype in (PriceType.LIMIT, PriceType.SL) else QueueKind.MARKET


def _level_of(order: PaperOrder) -> Level:
    kind, buys, price = _kind_of(order), order.terms.action is Action.BUY, ZERO
    if kind is QueueKind.TRIGGER:
        price = order.terms.trigger_price if buys else -order.terms.trigger_price
    elif kind is QueueKind.LIMIT:
        price = -order.terms.price if buys else order.terms.price
    return price, order.arrives_at or order.queued_at or order.placed_at, seniority(order.broker_order_id)
