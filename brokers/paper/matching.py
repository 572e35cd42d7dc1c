"""At which price, if any, an order trades against a quote."""

from dataclasses import dataclass
from decimal import Decimal

from core.books import BrokerOrder, Quote
from core.errors import BrokerRefused
from core.orders import Action, LegTerms, PriceType
from core.states import BrokerStatus


@dataclass(frozen=True, slots=True)
class Match:
    """What the market makes of an order; `price` is set when it trades."""

    status: BrokerStatus
    price: Decimal | None = None


_REST = Match(BrokerStatus.OPEN)
_WAIT = Match(BrokerStatus.TRIGGER_PENDING)


def match_arrival(terms: LegTerms, quote: Quote | None, is_triggered: bool = False) -> Match:
    """What happens to an order as it arrives. Raises BrokerRefused when it needs a price and there is none."""
    match terms.pricetype:
        case PriceType.MARKET:
            return _market(terms, quote)
        case PriceType.LIMIT:
            return _limit(terms, quote)
        case PriceType.SL:
            return _limit(terms, quote) if is_triggered or _reaches_trigger(terms, quote) else _WAIT
        case PriceType.SL_M:
            return _market(terms, quote) if _reaches_trigger(terms, quote) else _WAIT


def match_resting(order: BrokerOrder, quote: Quote) -> Match:
    """What a tick does to a resting order; its own status again when nothing."""
    if order.status is BrokerStatus.TRIGGER_PENDING:
        return match_arrival(order.terms, quote)
    prices = (price for price in (_opposite(order.terms.action, quote), quote.ltp) if price)
    if any(_is_within(order.terms, price) for price in prices):
        return Match(BrokerStatus.COMPLETE, order.terms.price)
    return _REST


def _market(terms: LegTerms, quote: Quote | None) -> Match:
    price = _opposite(terms.action, quote)
    if not price:
        raise BrokerRefused(
            f"Cannot place {terms.pricetype} order for {terms.symbol}: {terms.exchange} has no price for it"
        )
    return Match(BrokerStatus.COMPLETE, price)


def _limit(terms: LegTerms, quote: Quote | None) -> Match:
    price = _opposite(terms.action, quote)
    return Match(BrokerStatus.COMPLETE, price) if price and _is_within(terms, price) else _REST


def _opposite(action: Action, quote: Quote | None) -> Decimal | None:
    if quote is None:
        return None
    return (quote.ask if action is Action.BUY else quote.bid) or quote.ltp


def _is_within(terms: LegTerms, price: Decimal) -> bool:
    return price <= terms.price if terms.action is Action.BUY else price >= terms.price


def _reaches_trigger(terms: LegTerms, quote: Quote | None) -> bool:
    if quote is None or not quote.ltp:
        return False
    if terms.action is Action.BUY:
        return quote.ltp >= terms.trigger_price
    return quote.ltp <= terms.trigger_price
