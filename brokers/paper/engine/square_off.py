"""Positions that the exchange closes by itself: at the end of intraday trading, and when a contract ends."""

from dataclasses import replace
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from brokers.paper.book.book_state import BookState
from brokers.paper.book.margins import strike_of, worth
from brokers.paper.book.order_numbers import broker_order_id, next_order_number
from brokers.paper.engine.change_set import ChangeSet
from brokers.paper.engine.days import begin_day, ended
from brokers.paper.engine.events import DayBegan, Expired, Market, Rules, SquaredOff
from brokers.paper.engine.fill_ledger import Fill, book_fill
from brokers.paper.engine.matching import fresh_quote, opposite
from brokers.paper.engine.order_entry import reckoned, settle_arrival
from brokers.paper.engine.seeded_random import delay
from core.money import EXACT, PAISA, ZERO
from core.orders.order import Action, LegTerms, Product
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import PaperChanges, PaperOrder
from core.portfolio.positions import Position

SQUARE_OFF = "Auto square-off"
SETTLEMENT = "Expiry settlement"
_PRODUCTS = (Product.MIS, Product.NRML)


def square_off(state: BookState, event: SquaredOff, rules: Rules) -> PaperChanges | None:
    """Waiting MIS orders of the exchange end; positions with a fresh price are closed by an order each."""
    change_set = ChangeSet(state)
    tickers = (ticker for ticker in state.tickers() if ticker[0] == event.exchange)
    waiting = (order for ticker in tickers for order in state.orders_on(ticker))
    over = [order for order in waiting if _is_over(order, event.ended_at)]
    if over:
        change_set.add(PaperChanges(state.head, ended(over, "Intraday trading is over", event.now)))
    for market in event.markets:
        _close(change_set, event, market, rules)
    return change_set.changes()


def start_day(state: BookState, event: DayBegan) -> PaperChanges | None:
    """A new day, and a waiting order to close each intraday position that is left of an earlier one."""
    begun = begin_day(state, event)
    if begun is None or event.book_number is None or state.head.day is None:
        return begun
    change_set = ChangeSet(state)
    change_set.add(begun)
    left = [one for one in change_set.state.positions.values() if one.product is Product.MIS and one.quantity]
    for position in sorted(left, key=lambda one: one.key):
        if not _is_closing(change_set, position):
            _end_rivals(change_set, position, event.now)
            order = _closing_order(change_set, position, SQUARE_OFF, event.book_number, event.now)
            # It waits for a price, so it is reckoned at what the position cost.
            change_set.add(
                PaperChanges(change_set.state.head, (replace(order, reserve_price=position.average_price),))
            )
    return change_set.changes()


def expire(state: BookState, event: Expired, rules: Rules) -> PaperChanges | None:
    """Orders for the contract end, and its positions are settled in cash."""
    change_set = ChangeSet(state)
    over = [*state.orders_on((event.exchange, event.symbol))]
    if over:
        change_set.add(PaperChanges(state.head, ended(over, "Contract expired", event.now)))
    for product in _PRODUCTS:
        position = state.positions.get((event.exchange, event.symbol, product))
        if position and position.quantity:
            order = _closing_order(change_set, position, SETTLEMENT, event.book_number, event.now)
            price, message = (event.price, "") if event.price is not None else _unproven(position)
            fill = Fill(replace(order, message=message), order.terms.quantity, price, event.now)
            change_set.add(book_fill(change_set.state, fill, rules))
    return change_set.changes()


def _unproven(position: Position) -> tuple[Decimal, str]:
    """A price in rupees that brings no profit, and why it is this one."""
    is_bought = position.quantity > 0
    if is_bought and strike_of(position.symbol) is not None:
        return ZERO, "The close of its last day is not known: settled at 0"
    # Rounded against whoever holds it, so that not even a part of a paisa is paid.
    rounding = ROUND_FLOOR if is_bought else ROUND_CEILING
    cost = worth(Decimal(1), position.average_price).quantize(PAISA, rounding, EXACT)
    return cost, "The close of its last day is not known: settled at what it cost"


def _is_over(order: PaperOrder, ended_at: datetime) -> bool:
    # What came after the end is meant for the next open, or only reduces a position.
    came_before = (order.arrives_at or order.placed_at) <= ended_at
    return came_before and order.terms.product is Product.MIS and not _is_square_off(order)


def _has_come(order: PaperOrder, now: datetime) -> bool:
    return order.terms.product is Product.MIS and (order.arrives_at is None or order.arrives_at <= now)


def _is_square_off(order: PaperOrder) -> bool:
    # A strategy may have any name, so what tells its orders from the exchange's is the client order id.
    return order.strategy == SQUARE_OFF and order.client_order_id is None


def _close(change_set: ChangeSet, event: SquaredOff, market: Market, rules: Rules) -> None:
    instrument = market.instrument
    if instrument is None:
        return
    ticker = (event.exchange, instrument.symbol)
    position = change_set.state.positions.get((*ticker, Product.MIS))
    if position is None or not position.quantity:
        return
    if _is_closing(change_set, position) or not opposite(_closing_action(position), fresh_quote(market, rules)):
        return
    _end_rivals(change_set, position, event.now)
    order = _closing_order(change_set, position, SQUARE_OFF, event.book_number, event.now)
    wait = delay(order.broker_order_id, rules)
    order = reckoned(replace(order, arrives_at=event.now + wait if wait else None), market, rules)
    change_set.add(settle_arrival(change_set.state, order, market, rules))


def _is_closing(change_set: ChangeSet, position: Position) -> bool:
    return any(map(_is_square_off, change_set.state.orders_on((position.exchange, position.symbol))))


def _end_rivals(change_set: ChangeSet, position: Position, now: datetime) -> None:
    # An order that came after the end to reduce the position would open another one.
    waiting = change_set.state.orders_on((position.exchange, position.symbol))
    rivals = [order for order in waiting if _has_come(order, now)]
    if rivals:
        change_set.add(PaperChanges(change_set.state.head, ended(rivals, "Intraday trading is over", now)))


def _closing_order(
    change_set: ChangeSet, position: Position, strategy: str, book_number: int, now: datetime
) -> PaperOrder:
    head = change_set.state.head
    number = next_order_number(head.last_order_number, now)
    change_set.add(PaperChanges(replace(head, last_order_number=number)))
    quantity = abs(position.quantity)
    return PaperOrder(
        broker_order_id=broker_order_id(book_number, number),
        client_order_id=None,
        terms=LegTerms(
            position.exchange, position.symbol, _closing_action(position), quantity, product=position.product
        ),
        status=BrokerStatus.OPEN,
        placed_at=now,
        updated_at=now,
        strategy=strategy,
        queued_at=now,
    )


def _closing_action(position: Position) -> Action:
    return Action.SELL if position.quantity > 0 else Action.BUY
