"""Every waiting order of a book, by id and by instrument."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import immutables

from brokers.paper.book.price_ladder import PriceLadder
from brokers.tickers import ticker_of
from core.ids import BrokerOrderId
from core.market.instruments import Ticker
from core.orders.states import FINAL_LEG_STATES
from core.portfolio.paper_book import Leverage, PaperOrder


@dataclass(frozen=True, slots=True)
class RestingOrders:
    """Persistent: one more order costs no copy of the others."""

    by_id: immutables.Map[BrokerOrderId, PaperOrder] = field(default_factory=immutables.Map)
    ladders: immutables.Map[Ticker, PriceLadder] = field(default_factory=immutables.Map, compare=False)

    def after(self, changed: Iterable[PaperOrder], leverage: Leverage) -> "RestingOrders":
        """With these orders inserted or replaced; final ones rest no longer."""
        gone: defaultdict[Ticker, list[PaperOrder]] = defaultdict(list)
        come: defaultdict[Ticker, list[PaperOrder]] = defaultdict(list)
        orders = self.by_id.mutate()
        for order in changed:
            if before := orders.get(order.broker_order_id):
                gone[ticker_of(before.terms)].append(before)
                del orders[order.broker_order_id]
            if order.status not in FINAL_LEG_STATES:
                come[ticker_of(order.terms)].append(order)
                orders[order.broker_order_id] = order
        ladders = self.ladders.mutate()
        for ticker in {**gone, **come}:
            ladder = ladders.get(ticker, PriceLadder()).after(gone[ticker], come[ticker], leverage)
            if ladder.queues:
                ladders[ticker] = ladder
            else:
                ladders.pop(ticker, None)
        return RestingOrders(orders.finish(), ladders.finish())
