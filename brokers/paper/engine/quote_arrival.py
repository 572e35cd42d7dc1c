"""Applies a new quote to the orders that wait for it."""

from dataclasses import replace
from decimal import Decimal

from brokers.paper.book.book_state import BookState
from brokers.paper.book.margin_queue import left_of
from brokers.paper.engine.change_set import ChangeSet
from brokers.paper.engine.events import Market, Quoted, Rules
from brokers.paper.engine.fill_ledger import Fill, book_fill
from brokers.paper.engine.funds import shortage
from brokers.paper.engine.matching import (
    arrival_price,
    arrive,
    fresh_quote,
    is_at_market,
    opposite,
    share,
    waiting_price,
)
from brokers.paper.engine.seeded_random import slipped
from core.errors import BrokerRefused
from core.ids import BrokerOrderId
from core.market.instruments import Instrument
from core.market.quotes import Quote
from core.orders.order import Action
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import PaperChanges, PaperOrder


def apply_quote(state: BookState, event: Quoted, rules: Rules) -> PaperChanges | None:
    """First everything that this quote brings in or triggers, then the buys in line, then the sells."""
    market = event.market
    quote, instrument = market.quote, market.instrument
    if quote is None or instrument is None or not state.resting_on((quote.exchange, quote.symbol)):
        return None
    tick = _Tick(ChangeSet(state), market, quote, instrument, rules)
    tick.bring_in()
    for action in (Action.BUY, Action.SELL):
        tick.fill(action, is_new=event.is_new)
    return tick.change_set.changes()


class _Tick:
    """Applies one quote to one book."""

    def __init__(
        self, change_set: ChangeSet, market: Market, quote: Quote, instrument: Instrument, rules: Rules
    ) -> None:
        self.change_set = change_set
        self._market = market
        self._quote = quote
        self._ticker = instrument.exchange, instrument.symbol
        self._tick = instrument.tick
        self._rules = rules
        self._seen: dict[BrokerOrderId, Quote | None] = {}
        """The quote that orders see which arrive only now."""

    def bring_in(self) -> None:
        """Process orders that reach the exchange by now, and those whose trigger this quote reaches."""
        ladder, fresh = self.change_set.state.ladder(self._ticker), fresh_quote(self._market, self._rules)
        for order_id in ladder.arrived(self._market.now):
            order = self._order(order_id)
            self._bring(replace(order, queued_at=order.arrives_at), fresh)
        for order_id in ladder.triggered(self._quote.ltp):
            self._bring(self._order(order_id), self._quote)

    def fill(self, action: Action, *, is_new: bool) -> None:
        """Hand out what this quote offers to one side; what is not new only to those that have just come."""
        left = share(action, self._market, self._rules)
        ladder = self.change_set.state.ladder(self._ticker)
        prices = opposite(action, self._quote), self._quote.ltp
        for order_id in ladder.in_line(action, prices):
            if left is not None and not left:
                return
            order = self._order(order_id)
            if not is_new and order_id not in self._seen:
                continue
            if price := self._price(order):
                quantity = left_of(order) if left is None else min(left_of(order), left)
                is_filled = self._fill(order, quantity, price)
                left = left - quantity if left is not None and is_filled else left

    def _price(self, order: PaperOrder) -> Decimal:
        if order.broker_order_id in self._seen:
            return arrival_price(order, self._seen[order.broker_order_id])
        return waiting_price(order, self._quote)

    def _bring(self, order: PaperOrder, seen: Quote | None) -> None:
        self._seen[order.broker_order_id] = seen
        try:
            self._replace(arrive(order, self._market, seen))
        except BrokerRefused as refusal:
            self._end(order, str(refusal))

    def _fill(self, order: PaperOrder, quantity: Decimal, price: Decimal) -> bool:
        state, is_market = self.change_set.state, is_at_market(order.terms)
        if is_market:
            price = slipped(order, price, self._tick, self._rules)
        changes = book_fill(state, Fill(order, quantity, price, self._market.now), self._rules)
        after = state.after(changes)
        if is_market and (missing := shortage(state, after)):
            self._end(order, missing)
            return False
        self.change_set.add(changes, after)
        return True

    def _end(self, order: PaperOrder, why: str) -> None:
        status = BrokerStatus.CANCELLED if order.filled_quantity else BrokerStatus.REJECTED
        self._replace(replace(order, status=status, message=why, updated_at=self._market.now, arrives_at=None))

    def _replace(self, order: PaperOrder) -> None:
        self.change_set.add(PaperChanges(self.change_set.state.head, orders=(order,)))

    def _order(self, order_id: BrokerOrderId) -> PaperOrder:
        return self.change_set.state.resting.by_id[order_id]
