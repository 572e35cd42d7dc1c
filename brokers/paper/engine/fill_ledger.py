"""Books a fill: what it changes in order, position, holding and cash."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from brokers.paper.book.book_state import BookState
from brokers.paper.book.margin_queue import left_of
from brokers.paper.book.margins import worth
from brokers.paper.book.order_numbers import trade_id
from brokers.paper.engine.charges import SameDay, charges_of, rates_on
from brokers.paper.engine.events import Rules
from brokers.tickers import ticker_of
from core.clock import IST
from core.money import ZERO
from core.orders.order import Action, Product
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import PaperChanges, PaperHead, PaperOrder
from core.portfolio.positions import Holding, Position, Trade


@dataclass(frozen=True, slots=True)
class Fill:
    """This much of an order trades at this price in rupees, at this moment."""

    order: PaperOrder
    quantity: Decimal
    price: Decimal
    at: datetime


def book_fill(state: BookState, fill: Fill, rules: Rules) -> PaperChanges:
    """Order, trade, position, holding and cash after the fill."""
    position = state.position(fill.order.terms)
    delivered = _delivered(state, fill, position)
    holdings, profit = _deliver(state, fill, delivered)
    moved, closing_profit = _move(position, fill.order.terms.action.signed(fill.quantity) + delivered, fill.price)
    profit += closing_profit
    charges = _charges(fill, position, delivered, rules) if rules.is_charged else ZERO
    return PaperChanges(
        head=_paid(state.head, profit, charges),
        orders=(_filled(fill),),
        trades=(_trade(fill, charges),),
        positions=(replace(moved, realised=moved.realised + profit, realised_today=moved.realised_today + profit),),
        holdings=holdings,
    )


def mean_price(held: Decimal, average: Decimal, quantity: Decimal, price: Decimal) -> Decimal:
    """The average price in rupees of both quantities together."""
    return (worth(held, average) + worth(quantity, price)) / (held + quantity)


def _delivered(state: BookState, fill: Fill, position: Position) -> Decimal:
    terms = fill.order.terms
    if terms.action is Action.BUY or terms.product is not Product.CNC:
        return ZERO
    # The shares of today go first.
    return fill.quantity - min(fill.quantity, max(position.quantity, ZERO))


def _deliver(state: BookState, fill: Fill, quantity: Decimal) -> tuple[tuple[Holding, ...], Decimal]:
    if not quantity:
        return (), ZERO
    holding = state.holdings[ticker_of(fill.order.terms)]
    profit = worth(quantity, fill.price) - worth(quantity, holding.average_price)
    return (replace(holding, quantity=holding.quantity - quantity),), profit


def _charges(fill: Fill, position: Position, delivered: Decimal, rules: Rules) -> Decimal:
    order, quantity, price = fill.order, fill.quantity, fill.price
    if rules.edition == 1:
        return charges_of(order, quantity, price, rates_on(date.min))
    same_day = SameDay()
    if order.terms.product is Product.CNC and order.terms.action is Action.SELL:
        # What does not come from a holding was bought today.
        same_day = SameDay(quantity - delivered, position.average_price)
    return charges_of(order, quantity, price, rates_on(fill.at.astimezone(IST).date()), same_day)


def _move(position: Position, quantity: Decimal, price: Decimal) -> tuple[Position, Decimal]:
    held, total = position.quantity, position.quantity + quantity
    if not quantity:
        return position, ZERO
    if held * quantity >= 0:
        average = mean_price(held, position.average_price, quantity, price)
        return replace(position, quantity=total, average_price=average), ZERO
    closed = min(abs(held), abs(quantity)).copy_sign(held)
    profit = worth(closed, price) - worth(closed, position.average_price)
    if held * total > 0:
        return replace(position, quantity=total), profit
    # What goes beyond flat is a new position at today's price.
    return replace(position, quantity=total, average_price=price if total else ZERO), profit


def _paid(head: PaperHead, profit: Decimal, charges: Decimal) -> PaperHead:
    return replace(
        head,
        realised=head.realised + profit,
        realised_today=head.realised_today + profit,
        charges=head.charges + charges,
        charges_today=head.charges_today + charges,
    )


def _filled(fill: Fill) -> PaperOrder:
    order = fill.order
    return replace(
        order,
        status=BrokerStatus.COMPLETE if fill.quantity == left_of(order) else BrokerStatus.OPEN,
        filled_quantity=order.filled_quantity + fill.quantity,
        average_price=mean_price(order.filled_quantity, order.average_price, fill.quantity, fill.price),
        updated_at=fill.at,
    )


def _trade(fill: Fill, charges: Decimal) -> Trade:
    order, terms = fill.order, fill.order.terms
    return Trade(
        trade_id=trade_id(order.broker_order_id, order.filled_quantity),
        broker_order_id=order.broker_order_id,
        exchange=terms.exchange,
        symbol=terms.symbol,
        action=terms.action,
        product=terms.product,
        quantity=fill.quantity,
        price=fill.price,
        at=fill.at,
        strategy=order.strategy,
        charges=charges,
    )
