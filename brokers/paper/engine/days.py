"""The events of a book's days: the beginning and end of a trading day, and a reset."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from brokers.paper.book.book_state import BookState
from brokers.paper.book.order_numbers import seniority
from brokers.paper.engine.events import DayBegan, DayEnded, Reset
from brokers.paper.engine.fill_ledger import mean_price
from core.money import ZERO
from core.orders.order import Product
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import PaperChanges, PaperHead, PaperOrder
from core.portfolio.positions import Holding, Position


def begin_day(state: BookState, event: DayBegan) -> PaperChanges | None:
    """Today's figures start at 0, flat positions are forgotten, and on a settlement day shares become holdings."""
    if state.head.day is not None and event.day <= state.head.day:
        return None
    positions = [state.positions[key] for key in sorted(state.positions)]
    delivered = [position for position in positions if event.is_settlement_day and _is_delivered(position)]
    kept = [position for position in positions if position.quantity and position not in delivered]
    return PaperChanges(
        replace(state.head, day=event.day, realised_today=ZERO, charges_today=ZERO),
        positions=tuple(replace(position, realised_today=ZERO) for position in kept if position.realised_today),
        holdings=tuple(_deliver(state, position, event.day) for position in delivered),
        dropped=tuple(one.key for one in positions if one not in kept),
    )


def end_day(state: BookState, event: DayEnded) -> PaperChanges | None:
    """Day orders of these exchanges end; those for a later open wait on."""
    tickers = (ticker for ticker in state.tickers() if ticker[0] in event.exchanges)
    waiting = (order for ticker in tickers for order in state.orders_on(ticker))
    over = [order for order in waiting if (order.arrives_at or order.placed_at) < event.closed_at]
    if not over:
        return None
    return PaperChanges(state.head, ended(over, "Day order: not filled by the close", event.now))


def reset(state: BookState, event: Reset) -> PaperChanges:
    """A new empty book that keeps only its order numbers and its count of resets."""
    head = PaperHead(
        event.capital,
        event.leverage,
        last_order_number=state.head.last_order_number,
        day=state.head.day,
        last_reset=event.now,
        reset_count=state.head.reset_count + 1,
    )
    return PaperChanges(
        head,
        ended(state.resting_orders(), "Book reset", event.now),
        holdings=tuple(replace(state.holdings[ticker], quantity=ZERO) for ticker in sorted(state.holdings)),
        dropped=tuple(sorted(state.positions)),
    )


def ended(orders: Iterable[PaperOrder], why: str, now: datetime) -> tuple[PaperOrder, ...]:
    """These orders cancelled, the lowest number first."""
    return tuple(
        replace(order, status=BrokerStatus.CANCELLED, message=why, updated_at=now)
        for order in sorted(orders, key=lambda order: seniority(order.broker_order_id))
    )


def _is_delivered(position: Position) -> bool:
    return position.product is Product.CNC and position.quantity > 0


def _deliver(state: BookState, position: Position, day: date) -> Holding:
    exchange, symbol, quantity = position.exchange, position.symbol, position.quantity
    before = state.holdings.get((exchange, symbol), Holding(exchange, symbol, ZERO, ZERO))
    average = mean_price(before.quantity, before.average_price, quantity, position.average_price)
    return replace(before, quantity=before.quantity + quantity, average_price=average, settled_on=day)
