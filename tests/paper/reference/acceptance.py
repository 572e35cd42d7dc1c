"""New orders and changed ones: what is refused, and what becomes of the rest at once."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from brokers.paper.engine.events import Market, Modified, Placed
from core.errors import BrokerRefused, Invalid
from core.orders.exchange_rules import Situation, require_allowed
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.pre_trade_checks import require_tradable
from core.orders.states import BrokerStatus
from tests.paper.reference.book import Book, closing
from tests.paper.reference.margins import reducible
from tests.paper.reference.matching import Refusal, judge, match, require_funds
from tests.paper.reference.prices import Offer, delay, is_stale, opposite
from tests.paper.reference.records import NOTHING, RefOrder


def place(book: Book, event: Placed) -> None:
    """A new order, or a rejected one."""
    given, market = event.order, event.market
    who = (given.broker_order_id, given.terms, given.strategy, given.placed_at, given.client_order_id)
    order = RefOrder(*who, queued_at=market.now)
    book.last_number = event.number
    twin = book.copy()
    twin.orders.append(order)
    try:
        order.arrives_at = _on_the_way_until(market, order, twin)
        accept(twin, order, market)
        require_funds(book, twin)
    except Refusal as refusal:
        refused = RefOrder(*who)
        refused.status, refused.message, refused.reason = BrokerStatus.REJECTED, refusal.words, refusal.reason
        book.orders.append(refused)
    else:
        book.become(twin)


def modify(book: Book, event: Modified) -> None:
    """New terms. Raises BrokerRefused."""
    book.find(event.order_id)
    twin = book.copy()
    order = twin.find(event.order_id)
    old, new = order.terms, event.terms
    order.terms = new
    order.takes = False
    if (new.pricetype, new.trigger_price) != (old.pricetype, old.trigger_price):
        order.is_triggered = False
    try:
        if order.arrives_at is None:
            order.arrives_at = event.market.hours.opens_at if not event.market.hours.is_open else None
            order.queued_at = event.market.now if _goes_to_the_end(old, new) else order.queued_at
        accept(twin, order, event.market)
        require_funds(book, twin)
    except Refusal as refusal:
        raise BrokerRefused(refusal.reason) from refusal
    book.become(twin)


def _goes_to_the_end(old: LegTerms, new: LegTerms) -> bool:
    changed = (old.price, old.trigger_price, old.pricetype) != (new.price, new.trigger_price, new.pricetype)
    return changed or new.quantity > old.quantity


def _on_the_way_until(market: Market, order: RefOrder, book: Book) -> datetime | None:
    if not market.hours.is_open:
        return market.hours.opens_at
    late = delay(order.id, book.rules)
    return market.now + late if late else None


def accept(book: Book, order: RefOrder, market: Market) -> None:
    """Everything but the funds check, and the fills at arrival. Raises Refusal."""
    _require_terms(book, order, market)
    _require_hours(book, order, market)
    facing = opposite(market.quote, order.buys)
    last = market.quote.ltp if market.quote else facing
    order.reserve_price = {PriceType.MARKET: last or facing, PriceType.SL_M: order.terms.trigger_price}.get(
        order.terms.pricetype, order.terms.price
    )
    if order.arrives_at is None:
        may_trade = judge(order, market, stale=is_stale(market, book.rules))
    else:
        may_trade = False
        order.status = BrokerStatus.TRIGGER_PENDING if order.is_pending else BrokerStatus.OPEN
    if order.terms.pricetype is PriceType.MARKET and not facing:
        raise Refusal("no price")
    _require_shares(book, order)
    if may_trade:
        match(book, order, Offer(market, book.rules), arrives=True)


def _require_terms(book: Book, order: RefOrder, market: Market) -> None:
    try:
        instrument = require_tradable(order.terms, market.instrument, market.now, _leaves(book, order))
        reached = order.terms.pricetype is PriceType.SL and order.is_triggered
        require_allowed(
            replace(order.terms, pricetype=PriceType.LIMIT) if reached else order.terms,
            Situation(instrument, market.quote, market.now, market.hours.phase),
        )
    except Invalid as fault:
        raise Refusal("terms", str(fault)) from fault
    if order.left <= 0:
        raise Refusal("already filled")


def _leaves(book: Book, order: RefOrder) -> Decimal:
    """What is held, with what this order has taken from it, when the waiting orders of its side only take away."""
    held = reducible(order.key, order.terms.action, book.account)
    side = [o for o in book.waiting if o.key == order.key and o.terms.action is order.terms.action]
    return Decimal(int(held)) + order.filled if sum(o.left for o in side) <= held else Decimal(0)


def _require_hours(book: Book, order: RefOrder, market: Market) -> None:
    hours = market.hours
    if not hours.is_open:
        if hours.opens_at is None:
            raise Refusal("closed")
        return
    is_late = hours.mis_until is not None and market.now >= hours.mis_until
    if order.terms.product is Product.MIS and is_late and not _only_reduces(book, order):
        raise Refusal("intraday")


def _only_reduces(book: Book, order: RefOrder) -> bool:
    position = book.account.positions.get(order.key)
    if position is None or not position.quantity or order.terms.action is not closing(position.quantity):
        return False
    side = [o for o in book.waiting if o.key == order.key and o.terms.action is order.terms.action]
    return sum(o.left for o in side) <= abs(position.quantity)


def _require_shares(book: Book, order: RefOrder) -> None:
    if order.terms.product is not Product.CNC or order.terms.action is not Action.SELL:
        return
    sellers = [o for o in book.waiting if o.key == order.key and o.terms.action is Action.SELL]
    shares = reducible(order.key, Action.SELL, book.account) or NOTHING
    if sum(o.left for o in sellers) > shares:
        raise Refusal("shares")
