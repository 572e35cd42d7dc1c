"""What a paper book is at one moment, and how changes make the next one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from brokers.tickers import Ticker, ticker_of
from core.books import BrokerOrder, Holding, PaperBook, PaperChanges, Position
from core.ids import BrokerOrderId
from core.money import ZERO
from core.orders import LegTerms, Product
from core.states import FINAL_LEG_STATES

Resting = Mapping[BrokerOrderId, BrokerOrder]
PositionKey = tuple[str, str, Product]


def tickers_of(changes: PaperChanges) -> frozenset[Ticker]:
    """The instruments whose orders changed."""
    return frozenset(ticker_of(order.terms) for order in changes.orders)


@dataclass(frozen=True, slots=True)
class BookState:
    """A paper book without its past: final orders and trades live in the store only."""

    cash: Decimal
    last_order_number: int = 0
    resting: Mapping[Ticker, Resting] = field(default_factory=dict)
    """Open and trigger-pending orders, oldest first."""
    positions: Mapping[PositionKey, Position] = field(default_factory=dict)
    holdings: Mapping[Ticker, Holding] = field(default_factory=dict)

    @classmethod
    def of(cls, book: PaperBook) -> "BookState":
        """The state that a stored book describes."""
        stored = PaperChanges(
            book.cash,
            book.last_order_number,
            orders=book.open_orders,
            positions=book.positions,
            holdings=book.holdings,
        )
        return cls(book.cash).after(stored)

    def after(self, changes: PaperChanges) -> "BookState":
        """The state once `changes` are saved."""
        touched = {ticker: dict(self.resting.get(ticker, {})) for ticker in tickers_of(changes)}
        for order in changes.orders:
            orders = touched[ticker_of(order.terms)]
            orders[order.broker_order_id] = order
            if order.status in FINAL_LEG_STATES:
                del orders[order.broker_order_id]
        return BookState(
            changes.cash,
            changes.last_order_number,
            {ticker: orders for ticker, orders in {**self.resting, **touched}.items() if orders},
            {**self.positions, **{(p.exchange, p.symbol, p.product): p for p in changes.positions}},
            {**self.holdings, **{(h.exchange, h.symbol): h for h in changes.holdings}},
        )

    def with_order(self, order: BrokerOrder) -> PaperChanges:
        """The changes that only this order makes."""
        return PaperChanges(self.cash, self.last_order_number, orders=(order,))

    def without(self, order: BrokerOrder) -> "BookState":
        """The book as if this resting order had never come."""
        ticker = ticker_of(order.terms)
        rest = {key: other for key, other in self.resting[ticker].items() if key != order.broker_order_id}
        return replace(self, resting={**self.resting, ticker: rest})

    def resting_orders(self) -> Iterator[BrokerOrder]:
        """Every resting order, by instrument and age."""
        for orders in self.resting.values():
            yield from orders.values()

    def find_resting(self, order_id: BrokerOrderId) -> BrokerOrder | None:
        """The resting order with this id."""
        return next((orders[order_id] for orders in self.resting.values() if order_id in orders), None)

    def position(self, terms: LegTerms) -> Position:
        """The position that these terms trade in, flat if there was none."""
        flat = Position(terms.exchange, terms.symbol, terms.product, ZERO, ZERO)
        return self.positions.get((terms.exchange, terms.symbol, terms.product), flat)

    def held(self, terms: LegTerms) -> Decimal:
        """Delivered shares that these terms may sell."""
        holding = self.holdings.get(ticker_of(terms))
        return holding.quantity if holding and terms.product is Product.CNC else ZERO
