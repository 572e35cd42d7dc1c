"""What comes with the time of day: closes, squaring off, mornings, expiries, and starting afresh."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from brokers.paper.book.order_numbers import broker_order_id, next_order_number
from brokers.paper.engine.events import DayBegan, DayEnded, Expired, Market, Reset, SquaredOff
from core.orders.order import LegTerms, PositionKey, Product
from core.orders.states import BrokerStatus
from tests.paper.reference.book import Book, closing
from tests.paper.reference.matching import as_decimal, judge, match
from tests.paper.reference.prices import Offer, delay, is_stale, opposite
from tests.paper.reference.records import Morning, RefOrder

SQUARE_OFF, SETTLEMENT = "Auto square-off", "Expiry settlement"


def is_square_off(order: RefOrder) -> bool:
    """Whether the exchange placed it to end intraday trading; anybody may call a strategy so."""
    return order.strategy == SQUARE_OFF and order.client_order_id is None


def end(order: RefOrder, message: str | None) -> None:
    """What is left of it is gone."""
    order.status, order.message = BrokerStatus.CANCELLED, message


def end_day(book: Book, event: DayEnded) -> None:
    """The close of trading; what has arrived had done so before it if it was placed before it."""
    for order in book.waiting:
        moment = order.arrives_at or order.placed_at
        if order.terms.exchange in event.exchanges and moment < event.closed_at:
            end(order, "Day order: not filled by the close")


def begin_day(book: Book, event: DayBegan) -> None:
    """Three in the morning; what is left of intraday trading waits for a price to go at."""
    is_first = book.day is None
    if book.day is not None and event.day <= book.day:
        return
    book.day = event.day
    book.journal.append(Morning(event.day, event.is_settlement_day))
    if is_first or event.book_number is None:
        return
    for key, position in sorted(book.account.positions.items()):
        if key[2] is Product.MIS and position.quantity and not _has_closing_order(book, key):
            order = _closing_order(book, key, SQUARE_OFF, event.book_number, event.now)
            assert order is not None
            order.reserve_price = as_decimal(position.average)
            _end_rivals(book, order, event.now)


def square_off(book: Book, event: SquaredOff) -> None:
    """Intraday trading is over."""
    for order in book.waiting:
        is_meant = order.terms.exchange == event.exchange and order.terms.product is Product.MIS
        is_still_to_arrive = (order.arrives_at or order.placed_at) > event.ended_at
        if is_meant and not is_still_to_arrive and not is_square_off(order):
            end(order, "Intraday trading is over")
    for market in event.markets:
        if market.instrument and market.instrument.exchange == event.exchange and not is_stale(market, book.rules):
            _square_off_one(book, event, market)


def _square_off_one(book: Book, event: SquaredOff, market: Market) -> None:
    assert market.instrument is not None
    key = (market.instrument.exchange, market.instrument.symbol, Product.MIS)
    if _has_closing_order(book, key):
        return
    position = book.account.positions.get(key)
    if position is None or not opposite(market.quote, position.quantity < 0):
        return
    order = _closing_order(book, key, SQUARE_OFF, event.book_number, market.now)
    if order is None:
        return
    _end_rivals(book, order, event.now)
    assert market.quote is not None
    order.reserve_price = market.quote.ltp or opposite(market.quote, order.buys)
    late = delay(order.id, book.rules)
    if late:
        order.arrives_at = market.now + late
        return
    if judge(order, market, stale=False):
        match(book, order, Offer(market, book.rules), arrives=True)


def _has_closing_order(book: Book, key: PositionKey) -> bool:
    return any(order.key == key and is_square_off(order) for order in book.waiting)


def _end_rivals(book: Book, order: RefOrder, now: datetime) -> None:
    for rival in book.waiting:
        has_come = rival.arrives_at is None or rival.arrives_at <= now
        if rival.key == order.key and has_come and rival is not order:
            end(rival, "Intraday trading is over")


def _closing_order(book: Book, key: PositionKey, strategy: str, number: int, now: datetime) -> RefOrder | None:
    position = book.account.positions.get(key)
    if position is None or not position.quantity:
        return None
    book.last_number = next_order_number(book.last_number, now)
    exchange, symbol, product = key
    action, quantity = closing(position.quantity), _as_quantity(position.quantity)
    terms = LegTerms(exchange, symbol, action, quantity, product=product)
    order = RefOrder(broker_order_id(number, book.last_number), terms, strategy, now, queued_at=now)
    book.orders.append(order)
    return order


def _as_quantity(quantity: Fraction) -> Decimal:
    assert quantity.denominator == 1
    return Decimal(abs(quantity.numerator))


def expire(book: Book, event: Expired) -> None:
    """The contract's last close."""
    contract = (event.exchange, event.symbol)
    for order in book.waiting:
        if order.key[:2] == contract:
            end(order, "Contract expired")
    for product in Product:
        order_or_none = _closing_order(book, (*contract, product), SETTLEMENT, event.book_number, event.now)
        if order_or_none is not None:
            price = event.price if event.price is not None else _without_profit(book, order_or_none)
            book.fill(order_or_none, order_or_none.left, price, event.now)


def _without_profit(book: Book, order: RefOrder) -> Decimal:
    is_option = order.terms.symbol.endswith(("CE", "PE"))
    if is_option and not order.buys:
        order.message = "The close of its last day is not known: settled at 0"
        return Decimal(0)
    order.message = "The close of its last day is not known: settled at what it cost"
    paise = book.account.positions[order.key].average * 100
    return Decimal(ceil(paise) if order.buys else floor(paise)) / 100


def reset(book: Book, event: Reset) -> None:
    """Nothing is left but the order numbers."""
    for order in book.waiting:
        end(order, "Book reset")
    book.clear_journal()
    book.capital, book.leverage = event.capital, event.leverage
    book.reset_count += 1
