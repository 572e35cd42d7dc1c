"""At which price, and how much, an order trades against a quote."""

from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

from brokers.paper.engine.events import Market, Rules
from core.errors import BrokerRefused
from core.market.feed_state import is_stale
from core.market.quotes import Quote
from core.money import ZERO
from core.orders.order import Action, LegTerms, PriceType
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import PaperOrder

_TRIGGERED = frozenset({PriceType.SL, PriceType.SL_M})
_AT_MARKET = frozenset({PriceType.MARKET, PriceType.SL_M})


def opposite(action: Action, quote: Quote | None) -> Decimal:
    """The price of the other side in rupees, or the last price; 0 when neither is known."""
    if quote is None:
        return ZERO
    return (quote.ask if action is Action.BUY else quote.bid) or quote.ltp


def is_at_market(terms: LegTerms) -> bool:
    """Whether it trades at any price once it is open."""
    return terms.pricetype in _AT_MARKET


def first_status(terms: LegTerms) -> BrokerStatus:
    """The status of such an order before it has reached the exchange."""
    return BrokerStatus.TRIGGER_PENDING if terms.pricetype in _TRIGGERED else BrokerStatus.OPEN


def fresh_quote(market: Market, rules: Rules) -> Quote | None:
    """The quote, or None when it is too old to trade at."""
    quote = market.quote
    return None if quote is None or is_stale(quote, market.now, rules.stale_after) else quote


def share(action: Action, market: Market, rules: Rules) -> Decimal | None:
    """How much of the quoted size is left for our orders of this side; None when sizes are not limited."""
    quote, instrument = market.quote, market.instrument
    if quote is None or instrument is None:
        return None
    buys = action is Action.BUY
    price, size = (quote.ask, quote.ask_size) if buys else (quote.bid, quote.bid_size)
    if not price or not size:
        return None
    lots = (rules.fill_share * size / instrument.lot).to_integral_value(ROUND_FLOOR)
    taken = market.taken.buy if buys else market.taken.sell
    return max(max(lots, Decimal(1)) * instrument.lot - taken, ZERO)


def arrive(order: PaperOrder, market: Market, fresh: Quote | None) -> PaperOrder:
    """The order at the exchange: open, or waiting for its trigger. An SL or SL-M that is open already stays so.

    `fresh` is the quote if it counts as a price. Raises BrokerRefused for want of one.
    """
    terms, order = order.terms, replace(order, arrives_at=None, updated_at=market.now)
    if order.status is BrokerStatus.TRIGGER_PENDING:
        # Even an old price tells that a market order would have to trade at once.
        seen = market.quote if is_at_market(terms) else fresh
        if seen is None or not _reaches_trigger(terms, seen.ltp):
            return order
        order = replace(order, status=BrokerStatus.OPEN, queued_at=market.now)
    price = opposite(terms.action, fresh)
    if is_at_market(terms):
        if not price:
            raise BrokerRefused(no_price(terms, market))
        return replace(order, takes=False)
    return replace(order, takes=_is_within(terms, price) and price != terms.price)


def arrival_price(order: PaperOrder, fresh: Quote | None) -> Decimal:
    """What an open order trades at as it arrives, in rupees, before slippage; 0 when it waits."""
    price = opposite(order.terms.action, fresh)
    return price if is_at_market(order.terms) or _is_within(order.terms, price) else ZERO


def waiting_price(order: PaperOrder, quote: Quote) -> Decimal:
    """What an open order that has waited trades at, in rupees, before slippage; 0 when it waits on."""
    terms, price = order.terms, opposite(order.terms.action, quote)
    if is_at_market(terms) or (order.takes and _is_within(terms, price)):
        return price
    return terms.price if _is_within(terms, price) or _is_within(terms, quote.ltp) else ZERO


def no_price(terms: LegTerms, market: Market) -> str:
    """The reason why an order without a fresh price cannot be accepted at this moment."""
    why = "has no fresh price for it" if opposite(terms.action, market.quote) else "has no price for it"
    return f"Cannot place {terms.pricetype} order for {terms.symbol}: {terms.exchange} {why}"


def _is_within(terms: LegTerms, price: Decimal) -> bool:
    if not price:
        return False
    return price <= terms.price if terms.action is Action.BUY else price >= terms.price


def _reaches_trigger(terms: LegTerms, ltp: Decimal) -> bool:
    if not ltp:
        return False
    return ltp >= terms.trigger_price if terms.action is Action.BUY else ltp <= terms.trigger_price
