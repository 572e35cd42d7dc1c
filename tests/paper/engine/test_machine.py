"""Orders placed, changed, cancelled and filled, and days that come and go, in any order: the sums must hold."""

from collections import Counter, defaultdict
from decimal import Decimal

from hypothesis import settings
from hypothesis.stateful import invariant

from brokers.paper.book.book_state import BookState
from brokers.paper.book.margins import margin
from brokers.paper.engine.funds import available, used
from brokers.paper.engine.step import step
from core.errors import BrokerRefused
from core.ids import BrokerOrderId
from core.money import ZERO
from core.orders.order import Action, Product
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import PaperBook, PaperChanges
from core.portfolio.positions import Holding, Position, Trade
from tests.depth import examples
from tests.paper.engine.machine import EngineMachine
from tests.paper.engine.naive_store import NaiveStore, in_order

DUST = Decimal("0.000001")


def _signed(trade: Trade) -> Decimal:
    return trade.quantity if trade.action is Action.BUY else -trade.quantity


def _rows(book: PaperBook) -> list[Position | Holding]:
    return [*book.positions, *book.holdings]


class SoundEngine(EngineMachine):
    """Whatever happens to it."""

    @invariant()
    def money_is_conserved(self) -> None:
        """What is free, tied up and paid is capital and profit."""
        head = self.state.head
        total = available(self.state) + used(self.state) + head.charges
        assert abs(total - head.capital - head.realised) < DUST
        assert head.charges >= head.charges_today >= 0

    @invariant()
    def profit_is_what_the_trades_brought_in(self) -> None:
        """Cash flows, and what the open part cost, make up the realised profit."""
        book = self.state.to_book()
        spent = sum((_signed(trade) * trade.price for trade in self.since_reset), ZERO)
        cost = sum((row.quantity * row.average_price for row in _rows(book)), ZERO)
        assert abs(cost - spent - book.head.realised) < DUST
        assert abs(sum((trade.charges for trade in self.since_reset), ZERO) - book.head.charges) < DUST

    @invariant()
    def nothing_ties_up_less_than_nothing(self) -> None:
        """And positions and holdings alone never more than all that is used."""
        book = self.state.to_book()
        held = [((p.exchange, p.symbol, p.product), p.quantity, p.average_price) for p in book.positions]
        held += [((h.exchange, h.symbol, Product.CNC), h.quantity, h.average_price) for h in book.holdings]
        margins = [margin(key, quantity, price, book.head.leverage) for key, quantity, price in held]
        assert all(one >= 0 for one in margins)
        assert sum(margins, ZERO) <= used(self.state)

    @invariant()
    def what_is_held_is_the_sum_of_the_trades(self) -> None:
        """Of each instrument, since the last reset; and delivery is never short."""
        book, sums = self.state.to_book(), defaultdict[tuple[str, str], Decimal](Decimal)
        for trade in self.since_reset:
            sums[trade.exchange, trade.symbol] += _signed(trade)
        for row in _rows(book):
            sums[row.exchange, row.symbol] -= row.quantity
        assert not any(sums.values())
        assert all(holding.quantity > 0 for holding in book.holdings)
        assert all(row.quantity >= 0 for row in book.positions if row.product is Product.CNC)

    @invariant()
    def every_order_is_the_sum_of_its_trades(self) -> None:
        """Never more than its quantity, and at their mean price."""
        filled, worth = defaultdict[BrokerOrderId, Decimal](Decimal), defaultdict[BrokerOrderId, Decimal](Decimal)
        for trade in self.store.trades:
            filled[trade.broker_order_id] += trade.quantity
            worth[trade.broker_order_id] += trade.quantity * trade.price
        for order in self.store.orders.values():
            done = filled.pop(order.broker_order_id, ZERO)
            assert order.filled_quantity == done
            assert abs(order.average_price * done - worth[order.broker_order_id]) < DUST
            assert order.status is BrokerStatus.REJECTED or done <= order.terms.quantity
            is_complete = order.status is BrokerStatus.COMPLETE
            assert is_complete == (done == order.terms.quantity > 0)
            assert not done or order.status is not BrokerStatus.REJECTED
        assert not filled

    @invariant()
    def every_trade_has_an_id_of_its_own(self) -> None:
        """However many fills an order takes."""
        assert max(Counter(trade.trade_id for trade in self.store.trades).values(), default=1) == 1

    @invariant()
    def a_new_process_finds_the_same_book(self) -> None:
        """What a naive store kept is what the engine has in mind."""
        rebuilt = BookState.of(self.store.load())
        assert in_order(rebuilt.to_book()) == in_order(self.state.to_book())
        assert used(rebuilt) == used(self.state)
        assert available(rebuilt) == available(self.state)

    def teardown(self) -> None:
        """The same events bring the same trades to a process that starts anew before each of them."""
        if not hasattr(self, "events"):
            return
        store = NaiveStore(self.first.head)
        for event in self.events:
            try:
                changes: PaperChanges | None = step(BookState.of(store.load()), event, self.game)
            except BrokerRefused:
                continue
            if changes is not None:
                store.save(changes)
        assert store == self.store


TestSoundEngine = SoundEngine.TestCase
TestSoundEngine.settings = settings(
    max_examples=examples(120),
    stateful_step_count=40,
)
