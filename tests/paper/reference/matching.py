"""Orders meet a quote."""

from copy import copy
from decimal import Decimal
from fractions import Fraction

from brokers.paper.engine.events import Market
from core.money import rupees
from core.orders.order import Action, PriceType
from core.orders.states import BrokerStatus
from tests.paper.reference.book import Book
from tests.paper.reference.prices import Offer, is_stale, limit_price, opposite, queue_key, reaches_trigger
from tests.paper.reference.records import RefOrder


class Refusal(Exception):
    """An order that may not be; `words` is None where the page does not give them."""

    def __init__(self, reason: str, words: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.words = words


def judge(order: RefOrder, market: Market, *, stale: bool) -> bool:
    """Pull the trigger if it is reached, and say whether the order may trade now. Raises Refusal."""
    if order.is_pending:
        waits_for_a_price = stale and order.terms.pricetype is PriceType.SL
        if waits_for_a_price or not reaches_trigger(order, market.quote):
            order.status = BrokerStatus.TRIGGER_PENDING
            return False
        order.is_triggered = True
        order.queued_at = market.now
    order.status = BrokerStatus.OPEN
    if stale and order.is_at_market:
        raise Refusal("stale")
    if order.is_at_market and not opposite(market.quote, order.buys):
        raise Refusal("no price")
    return not stale


def match(book: Book, order: RefOrder, offer: Offer, *, arrives: bool) -> None:
    """Fill what the offer allows."""
    quote = offer.market.quote
    assert quote is not None
    facing = opposite(quote, order.buys)
    if order.is_at_market:
        price = offer.market_price(order) if facing else None
    else:
        price = limit_price(order, quote, arrives=arrives)
        if arrives:
            order.takes = price is not None and price != order.terms.price
    quantity = min(order.left, offer.left[order.terms.action])
    if price is not None and quantity > 0:
        offer.left[order.terms.action] -= quantity
        book.fill(order, quantity, price, offer.market.now)


def shortage(required: Decimal, available: Decimal) -> str:
    """The words for it."""
    short = required - available
    return (
        f"Insufficient funds. Required: {rupees(required)}, Available: {rupees(available)}, Shortage: {rupees(short)}"
    )


def require_funds(before: Book, after: Book) -> None:
    """Raises Refusal when the step from one to the other ties up more than there is."""
    added = after.used - before.used
    if added > 0 and added > before.available:
        raise Refusal("funds", shortage(as_decimal(added), as_decimal(before.available)))


def as_decimal(value: Fraction) -> Decimal:
    """A fraction as a decimal number of many digits."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def show_quote(book: Book, market: Market) -> None:
    """Every order of this instrument sees it: first who may trade at all, then each side in its queue order."""
    quote = market.quote
    if quote is None or market.instrument is None:
        return
    ready: list[tuple[RefOrder, bool]] = []
    for order in book.waiting:
        if order.key[:2] == (quote.exchange, quote.symbol):
            ready += _wake(book, order, market)
    offer = Offer(market, book.rules)
    for side in (Action.BUY, Action.SELL):
        queue = [pair for pair in ready if pair[0].terms.action is side]
        for order, arrives in sorted(queue, key=lambda pair: queue_key(pair[0])):
            _match_or_end(book, order, offer, arrives=arrives)


def _wake(book: Book, order: RefOrder, market: Market) -> list[tuple[RefOrder, bool]]:
    """The order, and whether it arrives with this quote; nothing when it cannot trade yet."""
    stale = False
    arrives = order.is_pending
    if order.arrives_at is not None:
        if market.now < order.arrives_at:
            return []
        order.queued_at = order.arrives_at
        order.arrives_at = None
        arrives, stale = True, is_stale(market, book.rules)
    try:
        return [(order, arrives)] if judge(order, market, stale=stale) else []
    except Refusal as refusal:
        _give_up(order, refusal)
        return []


def _give_up(order: RefOrder, refusal: Refusal) -> None:
    order.status = BrokerStatus.CANCELLED if order.filled else BrokerStatus.REJECTED
    order.message, order.reason = refusal.words, refusal.reason


def _match_or_end(book: Book, order: RefOrder, offer: Offer, *, arrives: bool) -> None:
    if order.is_at_market:
        twin, twin_offer = book.copy(), copy(offer)
        twin_offer.left = dict(offer.left)
        match(twin, twin.find(order.id), twin_offer, arrives=arrives)
        try:
            require_funds(book, twin)
        except Refusal as refusal:
            _give_up(order, refusal)
            return
    match(book, order, offer, arrives=arrives)
