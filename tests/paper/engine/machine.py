"""A book to which hypothesis does whatever a shell may do, and a naive store beside it."""

from collections.abc import Sequence
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from brokers.paper.book.book_state import BookState
from brokers.paper.engine.events import BookEvent, Cancelled, Modified, Placed, Reset
from brokers.paper.engine.funds import available
from brokers.paper.engine.step import step
from core.errors import BrokerRefused
from core.ids import BrokerOrderId
from core.orders.order import Action, PriceType
from core.portfolio.paper_book import PaperBook, PaperChanges, PaperHead, PaperOrder
from core.portfolio.positions import Trade
from tests.paper.engine.naive_store import NaiveStore
from tests.paper.reference.dice import RandomDice
from tests.paper.reference.scripts import Script
from tests.paper.reference.stage import some_leverage, some_rules
from tests.paper.reference.views import Fill, View, Waiting

LUCK = st.integers(0, 999)
"""Hypothesis chooses what happens; how exactly comes from a generator with this seed, or it would choose all day."""
AT_MARKET = (PriceType.MARKET, PriceType.SL_M)


class EngineMachine(RuleBasedStateMachine):
    """Remembers every event, and looks at every change as it comes."""

    script: Script

    @initialize(luck=LUCK)
    def begin(self, luck: int) -> None:
        """A new book under rules of its own."""
        dice = RandomDice(luck)
        self.game = some_rules(dice)
        capital = dice.pick([Decimal(200_000), Decimal(600_000), Decimal(50_000_000)])
        self.first = PaperBook(PaperHead(capital, some_leverage(dice)))
        self.state, self.store = BookState.of(self.first), NaiveStore(self.first.head)
        self.events: list[BookEvent] = []
        self.since_reset: list[Trade] = []
        self.script = Script(dice)
        self.feed(self.script.due)

    # ---- what may happen

    @rule(luck=LUCK)
    def quote(self, luck: int) -> None:
        """A price."""
        self.wait(luck)
        self.feed(self.script.trader.quote())

    @rule(luck=LUCK, orders=st.integers(1, 4))
    def place(self, luck: int, orders: int) -> None:
        """Orders, and a price after each."""
        self.wait(luck)
        for _ in range(orders):
            self.feed([self.script.trader.place(self.view())])
            self.script.wait()
            self.feed(self.script.trader.quote())

    @rule(luck=LUCK, orders=st.integers(1, 4))
    def place_more(self, luck: int, orders: int) -> None:
        """The same, so that there is more of it."""
        self.place(luck, orders)

    @precondition(lambda self: any(True for _ in self.state.resting_orders()))
    @rule(luck=LUCK)
    def change(self, luck: int) -> None:
        """New terms for an order, or it is taken back."""
        self.wait(luck)
        waiting = self.view().waiting
        if self.script.dice.whole(0, 3):
            self.feed([self.script.trader.modify(self.script.dice.pick(waiting))])
        else:
            self.feed([self.script.trader.cancel(self.view())])

    @rule(luck=LUCK)
    def pass_on(self, luck: int) -> None:
        """The next part of the day."""
        self.wait(luck)
        if not self.script.stage.hours.is_open or self.script.dice.whole(0, 2) == 2:
            self.feed(self.script.sessions.pass_on(self.view()))

    @rule(luck=LUCK)
    def repeat(self, luck: int) -> None:
        """Something comes twice, or late; seldom everything starts afresh."""
        self.wait(luck)
        if self.script.dice.whole(0, 9) == 9:
            self.feed([self.script.sessions.reset()])
        else:
            self.feed(self.script.sessions.repeat(self.view()))

    def wait(self, luck: int) -> None:
        """Time passes, and choices are made anew."""
        dice = RandomDice(luck + 1000 * len(self.events))
        self.script.dice = self.script.trader.dice = self.script.sessions.dice = dice
        self.script.wait()

    def view(self) -> View:
        """What the script may know."""
        book = self.state.to_book()
        waiting = [Waiting(order.broker_order_id, order.terms) for order in book.open_orders]
        positions = {(row.exchange, row.symbol, row.product): row.quantity for row in book.positions}
        return View(waiting, positions, book.head.last_order_number, available(self.state))

    def feed(self, events: Sequence[BookEvent]) -> None:
        """Let them happen, one after the other."""
        for event in events:
            self.events.append(event)
            resting = {order.broker_order_id for order in self.state.resting_orders()}
            try:
                changes = step(self.state, event, self.game)
            except BrokerRefused:
                assert isinstance(event, Modified | Cancelled)
                continue
            if changes is not None:
                self.require_that_the_past_stays(changes, resting)
                self.state = self.state.after(changes)
                self.store.save(changes)
                self.since_reset = [] if isinstance(event, Reset) else [*self.since_reset, *changes.trades]
                self.script.note([Fill((t.exchange, t.symbol), t.action, t.quantity) for t in changes.trades])
                self.require_fair_prices(event, changes)

    def require_that_the_past_stays(self, changes: PaperChanges, resting: set[BrokerOrderId]) -> None:
        """Only what waited, or is new, changes or trades."""
        gone = self.store.orders.keys() - resting
        assert not gone & {order.broker_order_id for order in changes.orders}
        assert not gone & {trade.broker_order_id for trade in changes.trades}

    def require_fair_prices(self, event: BookEvent, changes: PaperChanges) -> None:
        """Nothing worse than its limit, and no market order out of an old price as it arrives."""
        for trade in changes.trades:
            terms = self.store.orders[trade.broker_order_id].terms
            if terms.pricetype not in AT_MARKET:
                assert trade.price <= terms.price if trade.action is Action.BUY else trade.price >= terms.price
            elif isinstance(event, Placed | Modified):
                assert event.market.quote is not None
                assert event.market.now - event.market.quote.at <= self.game.stale_after

    def orders(self) -> list[PaperOrder]:
        """Every order there ever was."""
        return list(self.store.orders.values())
