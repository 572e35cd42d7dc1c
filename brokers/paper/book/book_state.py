"""The state of a paper book in memory, and how changes lead to the next state."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

import immutables

from brokers.paper.book.margins import margin
from brokers.paper.book.order_numbers import seniority
from brokers.paper.book.price_ladder import PriceLadder
from brokers.paper.book.resting_orders import RestingOrders
from brokers.tickers import ticker_of
from core.ids import BrokerOrderId
from core.market.instruments import Ticker
from core.money import ZERO
from core.orders.order import Action, LegTerms, PositionKey, Product
from core.portfolio.paper_book import PaperBook, PaperChanges, PaperHead, PaperOrder
from core.portfolio.positions import Holding, Position

_NOTHING_RESTS = PriceLadder()


def tickers_of(changes: PaperChanges) -> frozenset[Ticker]:
    """The instruments whose orders changed."""
    return frozenset(ticker_of(order.terms) for order in changes.orders)


def without_today(state: "BookState") -> "BookState":
    """The same book before anything was made or paid on a new day."""
    positions = {key: replace(one, realised_today=ZERO) for key, one in state.positions.items()}
    return replace(state, head=replace(state.head, realised_today=ZERO, charges_today=ZERO), positions=positions)


@dataclass(frozen=True, slots=True)
class BookState:
    """A paper book without its past: final orders and trades live in the store only."""

    head: PaperHead
    positions: Mapping[PositionKey, Position] = field(default_factory=dict)
    holdings: Mapping[Ticker, Holding] = field(default_factory=dict)
    resting: RestingOrders = field(default_factory=RestingOrders)
    tied_up: Decimal = field(default=ZERO, compare=False)
    """The margin of all positions and holdings and what waiting orders reserve, in rupees."""
    ties: immutables.Map[Ticker, Decimal] = field(default_factory=immutables.Map, compare=False)
    """The same by instrument."""

    @classmethod
    def of(cls, book: PaperBook) -> "BookState":
        """The state that a stored book describes."""
        stored = PaperChanges(book.head, orders=book.open_orders, positions=book.positions, holdings=book.holdings)
        return cls(book.head).after(stored)

    def to_book(self) -> PaperBook:
        """The book as it is stored, with everything in a fixed order."""
        return PaperBook(
            self.head,
            tuple(sorted(self.resting_orders(), key=lambda order: seniority(order.broker_order_id))),
            tuple(self.positions[key] for key in sorted(self.positions)),
            tuple(self.holdings[ticker] for ticker in sorted(self.holdings)),
        )

    def after(self, changes: PaperChanges) -> "BookState":
        """The state once `changes` are saved."""
        leverage = changes.head.leverage
        if leverage != self.head.leverage:
            # The margin of every waiting order changes with the leverage.
            return BookState.of(replace(self.to_book(), head=changes.head)).after(changes)
        moved = replace(
            self,
            head=changes.head,
            positions=_positions_after(self.positions, changes),
            holdings=_holdings_after(self.holdings, changes),
            resting=self.resting.after(changes.orders, leverage),
        )
        touched = {ticker_of(order.terms) for order in changes.orders}
        touched.update((position.exchange, position.symbol) for position in changes.positions)
        touched.update((holding.exchange, holding.symbol) for holding in changes.holdings)
        touched.update(key[:2] for key in changes.dropped)
        return moved._reckoned(touched)

    def resting_orders(self) -> Iterator[PaperOrder]:
        """Every resting order."""
        return iter(self.resting.by_id.values())

    def find_resting(self, order_id: BrokerOrderId) -> PaperOrder | None:
        """The resting order with this id."""
        return self.resting.by_id.get(order_id)

    def resting_on(self, ticker: Ticker) -> bool:
        """Whether an order rests on this instrument."""
        return ticker in self.resting.ladders

    def orders_on(self, ticker: Ticker) -> Iterator[PaperOrder]:
        """The orders that rest on this instrument."""
        for queue in self.ladder(ticker).queues.values():
            yield from (self.resting.by_id[place.seniority[1]] for place in queue.cheapest_first)

    def ladder(self, ticker: Ticker) -> PriceLadder:
        """The orders that rest on this instrument, sorted by their prices and triggers."""
        return self.resting.ladders.get(ticker, _NOTHING_RESTS)

    def tickers(self) -> Iterable[Ticker]:
        """The instruments on which orders rest."""
        return self.resting.ladders.keys()

    def position(self, terms: LegTerms) -> Position:
        """The position that these terms trade in, flat if there was none."""
        flat = Position(terms.exchange, terms.symbol, terms.product, ZERO, ZERO)
        return self.positions.get(terms.position_key, flat)

    def reducible(self, key: PositionKey, action: Action) -> Decimal:
        """How much of a position, and of a holding sold in CNC, this side could take away."""
        position = self.positions.get(key)
        quantity = position.quantity if position else ZERO
        if action is Action.BUY:
            return max(-quantity, ZERO)
        holding = self.holdings.get(key[:2]) if key[2] is Product.CNC else None
        return max(quantity, ZERO) + (holding.quantity if holding else ZERO)

    def _reckoned(self, touched: Iterable[Ticker]) -> "BookState":
        total = self.tied_up
        ties = self.ties.mutate()
        for ticker in touched:
            tie = self._tie_of(ticker)
            total += tie - ties.get(ticker, ZERO)
            ties[ticker] = tie
        return replace(self, tied_up=total, ties=ties.finish())

    def _tie_of(self, ticker: Ticker) -> Decimal:
        leverage, total = self.head.leverage, ZERO
        for product in Product:
            key = (*ticker, product)
            if position := self.positions.get(key):
                total += margin(key, position.quantity, position.average_price, leverage)
        if holding := self.holdings.get(ticker):
            total += margin((*ticker, Product.CNC), holding.quantity, holding.average_price, leverage)
        for (product, action), queue in self.ladder(ticker).queues.items():
            covered = self.reducible((*ticker, product), action)
            total += queue.reserved_beside(covered, self.resting.by_id, leverage)
        return total


def _positions_after(
    positions: Mapping[PositionKey, Position], changes: PaperChanges
) -> Mapping[PositionKey, Position]:
    if not changes.positions and not changes.dropped:
        return positions
    moved = {**positions, **{position.key: position for position in changes.positions}}
    for key in changes.dropped:
        moved.pop(key, None)
    return moved


def _holdings_after(holdings: Mapping[Ticker, Holding], changes: PaperChanges) -> Mapping[Ticker, Holding]:
    if not changes.holdings:
        return holdings
    moved = {**holdings, **{(h.exchange, h.symbol): h for h in changes.holdings}}
    return {ticker: holding for ticker, holding in moved.items() if holding.quantity}
