"""Placing, modifying and cancelling orders."""

from dataclasses import replace
from decimal import Decimal

from brokers.paper.book.book_state import BookState
from brokers.paper.book.margin_queue import left_of
from brokers.paper.engine.events import Cancelled, Hours, Market, Modified, Placed, Rules
from brokers.paper.engine.fill_ledger import Fill, book_fill
from brokers.paper.engine.funds import only_reduces, require_shares, shortage
from brokers.paper.engine.matching import (
    arrival_price,
    arrive,
    first_status,
    fresh_quote,
    is_at_market,
    no_price,
    opposite,
    share,
)
from brokers.paper.engine.seeded_random import delay, slipped
from core.errors import BrokerRefused, Invalid
from core.ids import BrokerOrderId
from core.money import ZERO, plain
from core.orders.exchange_rules import Situation, require_allowed
from core.orders.order import LegTerms, PriceType, Product
from core.orders.pre_trade_checks import require_tradable
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import PaperChanges, PaperOrder


def place(state: BookState, event: Placed, rules: Rules) -> PaperChanges:
    """A new order: filled, waiting, or rejected with the reason as its message."""
    market, order = event.market, event.order
    state = replace(state, head=replace(state.head, last_order_number=event.number))
    wait = delay(order.broker_order_id, rules) if market.hours.is_open else None
    unmatched = replace(
        order,
        status=first_status(order.terms),
        queued_at=market.now,
        arrives_at=market.now + wait if wait else None,
    )
    try:
        return _enter(state, unmatched, market, rules)
    except BrokerRefused as refusal:
        refused = replace(order, status=BrokerStatus.REJECTED, message=str(refusal), updated_at=market.now)
        return PaperChanges(state.head, orders=(refused,))


def modify(state: BookState, event: Modified, rules: Rules) -> PaperChanges:
    """New terms for a waiting order, judged like a new order's. Raises BrokerRefused."""
    order, terms, market = _require_resting(state, event.order_id), event.terms, event.market
    if _identity(terms) != _identity(order.terms):
        raise BrokerRefused("Exchange, symbol, action and product of an order cannot be modified")
    if terms.quantity <= order.filled_quantity:
        raise BrokerRefused(f"Quantity must be more than the {plain(order.filled_quantity)} filled already")
    changed = replace(
        order,
        terms=terms,
        status=order.status if _stays_triggered(order, terms) else first_status(terms),
        queued_at=order.queued_at if order.arrives_at or _keeps_place(order, terms) else market.now,
        updated_at=market.now,
    )
    return _enter(state, changed, market, rules)


def cancel(state: BookState, event: Cancelled) -> PaperChanges:
    """What is left of a waiting order ends. Raises BrokerRefused."""
    order = _require_resting(state, event.order_id)
    ended = replace(order, status=BrokerStatus.CANCELLED, updated_at=event.at)
    return PaperChanges(state.head, orders=(ended,))


def settle_arrival(state: BookState, order: PaperOrder, market: Market, rules: Rules) -> PaperChanges:
    """Fill what can be filled at once of an order that has just reached the exchange; the rest waits."""
    price = arrival_price(order, fresh_quote(market, rules)) if _is_matched(order) else ZERO
    size = share(order.terms.action, market, rules)
    quantity = left_of(order) if size is None else min(left_of(order), size)
    if not price or not quantity or market.instrument is None:
        return PaperChanges(state.head, orders=(order,))
    if is_at_market(order.terms):
        price = slipped(order, price, market.instrument.tick, rules)
    return book_fill(state, Fill(order, quantity, price, market.now), rules)


def reckoned(order: PaperOrder, market: Market, rules: Rules) -> PaperOrder:
    """The order with the price that its margin is reserved at. Raises BrokerRefused when there is none."""
    terms = order.terms
    match terms.pricetype:
        case PriceType.LIMIT | PriceType.SL:
            price = terms.price
        case PriceType.SL_M:
            price = terms.trigger_price
        case PriceType.MARKET:
            price = _market_price(terms, market, rules)
    if not price:
        raise BrokerRefused(no_price(terms, market))
    return replace(order, reserve_price=price)


def _market_price(terms: LegTerms, market: Market, rules: Rules) -> Decimal:
    price = opposite(terms.action, market.quote)
    if rules.edition < 3 or market.quote is None or not price:
        return price
    return market.quote.ltp or price


def _still_judged(order: PaperOrder) -> LegTerms:
    """Its terms for the exchange's rules: a stop whose trigger was reached is a limit order."""
    is_reached = order.terms.pricetype is PriceType.SL and order.status is BrokerStatus.OPEN
    return replace(order.terms, pricetype=PriceType.LIMIT) if is_reached else order.terms


def _enter(state: BookState, order: PaperOrder, market: Market, rules: Rules) -> PaperChanges:
    _require_possible(state, order, market, rules)
    order = _within_hours(order, market.hours)
    _require_intraday(state, order, market)
    if order.arrives_at is None:
        order = arrive(order, market, fresh_quote(market, rules))
    order = reckoned(order, market, rules)
    require_shares(state, order)
    changes = settle_arrival(state, order, market, rules)
    if missing := shortage(state, state.after(changes)):
        raise BrokerRefused(missing)
    return changes


def _require_possible(state: BookState, order: PaperOrder, market: Market, rules: Rules) -> None:
    leaving = ZERO
    if rules.edition > 1 and only_reduces(state, order):
        leaving = state.reducible(order.terms.position_key, order.terms.action) + order.filled_quantity
    try:
        instrument = require_tradable(order.terms, market.instrument, market.now, leaving)
        if rules.edition > 1:
            require_allowed(_still_judged(order), Situation(instrument, market.quote, market.now, market.hours.phase))
    except Invalid as why:
        raise BrokerRefused(str(why)) from None


def _is_matched(order: PaperOrder) -> bool:
    return order.status is BrokerStatus.OPEN and order.arrives_at is None


def _within_hours(order: PaperOrder, hours: Hours) -> PaperOrder:
    if hours.is_open:
        return order
    if hours.opens_at is None:
        raise BrokerRefused(hours.text)
    return replace(order, arrives_at=order.arrives_at or hours.opens_at)


def _require_intraday(state: BookState, order: PaperOrder, market: Market) -> None:
    until = market.hours.mis_until
    is_late = market.hours.is_open and until is not None and market.now >= until
    if order.terms.product is Product.MIS and is_late and not only_reduces(state, order):
        raise BrokerRefused("Intraday trading is over for today: MIS orders may only reduce a position")


def _require_resting(state: BookState, order_id: BrokerOrderId) -> PaperOrder:
    order = state.find_resting(order_id)
    if order is None:
        raise BrokerRefused(f"Order {order_id} is not waiting any more")
    return order


def _identity(terms: LegTerms) -> tuple[str, ...]:
    return terms.exchange, terms.symbol, terms.action, terms.product


def _stays_triggered(order: PaperOrder, terms: LegTerms) -> bool:
    same = (terms.pricetype, terms.trigger_price) == (order.terms.pricetype, order.terms.trigger_price)
    return same and order.status is BrokerStatus.OPEN


def _keeps_place(order: PaperOrder, terms: LegTerms) -> bool:
    before = order.terms
    same = (terms.pricetype, terms.price, terms.trigger_price) == (
        before.pricetype,
        before.price,
        before.trigger_price,
    )
    return same and terms.quantity <= before.quantity
