"""The least that a store must do with changes: keep the newest row of everything."""

from dataclasses import dataclass, field

from core.ids import BrokerOrderId
from core.orders.order import PositionKey
from core.orders.states import FINAL_LEG_STATES
from core.portfolio.paper_book import PaperBook, PaperChanges, PaperHead, PaperOrder
from core.portfolio.positions import Holding, Position, Trade


@dataclass
class NaiveStore:
    """Rows by their keys."""

    head: PaperHead
    orders: dict[BrokerOrderId, PaperOrder] = field(default_factory=dict)
    positions: dict[PositionKey, Position] = field(default_factory=dict)
    holdings: dict[tuple[str, str], Holding] = field(default_factory=dict)
    trades: list[Trade] = field(default_factory=list)

    def save(self, changes: PaperChanges) -> None:
        """Put the new rows in."""
        self.head = changes.head
        self.orders |= {order.broker_order_id: order for order in changes.orders}
        self.positions |= {(row.exchange, row.symbol, row.product): row for row in changes.positions}
        self.holdings |= {(row.exchange, row.symbol): row for row in changes.holdings}
        self.holdings = {ticker: row for ticker, row in self.holdings.items() if row.quantity}
        for key in changes.dropped:
            del self.positions[key]
        self.trades += changes.trades

    def load(self) -> PaperBook:
        """The book as a new process would find it."""
        resting = (order for order in self.orders.values() if order.status not in FINAL_LEG_STATES)
        return PaperBook(self.head, tuple(resting), tuple(self.positions.values()), tuple(self.holdings.values()))


def in_order(book: PaperBook) -> PaperBook:
    """The same book with its rows sorted, to be compared."""
    return PaperBook(
        book.head,
        tuple(sorted(book.open_orders, key=lambda order: order.broker_order_id)),
        tuple(sorted(book.positions, key=lambda row: (row.exchange, row.symbol, row.product))),
        tuple(sorted(book.holdings, key=lambda row: (row.exchange, row.symbol))),
    )
