"""What a fill does to position, holding and cash."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from brokers.paper.numbers import trade_id
from brokers.paper.state import BookState
from brokers.tickers import ticker_of
from core.books import BrokerOrder, Holding, PaperChanges, Position, Trade
from core.money import ZERO
from core.orders import Action
from core.states import BrokerStatus


@dataclass(frozen=True, slots=True)
class Fill:
    """An order trades whole, at this price in rupees, at this moment."""

    order: BrokerOrder
    price: Decimal
    at: datetime


def book_fill(state: BookState, fill: Fill) -> PaperChanges:
    """Order, trade, position, holding and cash after the fill."""
    terms = fill.order.terms
    position = state.position(terms)
    quantity = terms.quantity if terms.action is Action.BUY else -terms.quantity
    delivered = _delivered(state, fill, position)
    holdings, delivery_profit = _deliver(state, fill, delivered)
    moved = _move(position, quantity + delivered, fill.price)
    moved = replace(moved, realised=moved.realised + delivery_profit)
    return PaperChanges(
        cash=state.cash + moved.realised - position.realised,
        last_order_number=state.last_order_number,
        orders=(_filled(fill),),
        trades=(_trade(fill),),
        positions=(moved,),
        holdings=holdings,
    )


def _delivered(state: BookState, fill: Fill, position: Position) -> Decimal:
    terms = fill.order.terms
    if terms.action is Action.BUY:
        return ZERO
    return min(max(terms.quantity - max(position.quantity, ZERO), ZERO), state.held(terms))


def _deliver(state: BookState, fill: Fill, quantity: Decimal) -> tuple[tuple[Holding, ...], Decimal]:
    if not quantity:
        return (), ZERO
    holding = state.holdings[ticker_of(fill.order.terms)]
    profit = (fill.price - holding.average_price) * quantity
    return (replace(holding, quantity=holding.quantity - quantity),), profit


def _move(position: Position, quantity: Decimal, price: Decimal) -> Position:
    held, total = position.quantity, position.quantity + quantity
    if held * quantity >= 0:
        cost = held * position.average_price + quantity * price
        return replace(position, quantity=total, average_price=cost / total if total else ZERO)
    closed = min(abs(held), abs(quantity)).copy_sign(held)
    realised = position.realised + (price - position.average_price) * closed
    if held * total > 0:
        return replace(position, quantity=total, realised=realised)
    # What goes beyond flat is a new position at today's price.
    return replace(position, quantity=total, average_price=price if total else ZERO, realised=realised)


def _filled(fill: Fill) -> BrokerOrder:
    return replace(
        fill.order,
        status=BrokerStatus.COMPLETE,
        filled_quantity=fill.order.terms.quantity,
        average_price=fill.price,
        updated_at=fill.at,
    )


def _trade(fill: Fill) -> Trade:
    terms = fill.order.terms
    return Trade(
        trade_id=trade_id(fill.order.broker_order_id),
        broker_order_id=fill.order.broker_order_id,
        exchange=terms.exchange,
        symbol=terms.symbol,
        action=terms.action,
        product=terms.product,
        quantity=terms.quantity,
        price=fill.price,
        at=fill.at,
        strategy=fill.order.strategy,
    )
