"""The part of a card that never changes: what exactly the strategy asked for."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from bot import amounts, texts
from bot.literal import shown
from core.accounts import Account
from core.books import Quote
from core.clock import IST, render_duration
from core.money import rupees
from core.orders import ApiType, Leg, LegTerms, Order, PriceType, TradingMode

Quotes = Callable[[str, str], Quote | None]
SYMBOL_LIMIT = 64
MOST_LEGS = 8
"""How many legs fit into 4,096 UTF-16 units, however long their texts."""
_BRIEF_SYMBOL_LIMIT = 40
_LIMITED = frozenset({PriceType.LIMIT, PriceType.SL})
_TRIGGERED = frozenset({PriceType.SL, PriceType.SL_M})


def mode_mark(account: Account, trading_mode: TradingMode) -> str:
    """LIVE, LIVE (PAPER) or SANDBOX, by where orders of this mode go."""
    if trading_mode is TradingMode.LIVE:
        return texts.MODE_MARKS["paper" if account.broker == "paper" else "live"]
    return texts.MODE_MARKS["sandbox"]


def number(order: Order) -> str:
    """How people are told an order's number."""
    return f"#{order.id}"


def term_lines(order: Order, account: Account, quotes: Quotes) -> list[str]:
    """Mode, what to trade and how, and what it is worth."""
    head = [mode_mark(account, order.trading_mode)]
    if len(order.legs) == 1:
        return [*head, *_one_leg(order, order.legs[0], quotes)]
    more = len(order.legs) - MOST_LEGS
    listed = [line for leg in order.legs[:MOST_LEGS] for line in brief_leg(leg)]
    tail = [texts.AND_MORE.format(count=more)] if more > 0 else []
    return [*head, f"Legs: <b>{len(order.legs)}</b>", *listed, *tail]


def origin_lines(order: Order, account: Account, many_accounts: bool, now: datetime) -> list[str]:
    """Who asked, for which account, when."""
    lines = [f"Order: <b>{number(order)}</b>", f"Strategy: {shown(order.strategy)}"]
    if many_accounts:
        lines.append(f"Account: {shown(account.name)}")
    return [*lines, f"Received: {amounts.moment(order.created_at, now)}"]


def market_lines(order: Order, quotes: Quotes, now: datetime) -> list[str]:
    """What moves while an order waits: last price, its distance, time left."""
    local = order.expires_at.astimezone(IST)
    left = f"Time left: {render_duration(order.expires_at - now)}, to {local:%H:%M} IST"
    if len(order.legs) != 1:
        return [left]
    terms = order.legs[0].terms
    quote = quotes(terms.exchange, terms.symbol)
    if quote is None:
        return [texts.NO_PRICE, left]
    seen = f"Last price: <b>{amounts.price(quote.ltp)}</b>"
    return [seen, *_distances(terms, quote.ltp), f"Price as of {amounts.moment(quote.at, now)}", left]


def brief_leg(leg: Leg) -> list[str]:
    """One leg of several, in two lines."""
    terms = leg.terms
    what = f"{terms.action} {amounts.quantity(terms.quantity)}"
    prices = " ".join(_prices(terms)) or texts.AT_MARKET
    return [
        f"{leg.number}. <b>{what}</b> {shown(terms.symbol, _BRIEF_SYMBOL_LIMIT)}",
        f"    {shown(terms.exchange, 16)} {terms.pricetype} {prices} {terms.product}",
    ]


def _one_leg(order: Order, leg: Leg, quotes: Quotes) -> list[str]:
    terms = leg.terms
    lines = [
        texts.ACTIONS[terms.action],
        f"Quantity: <b>{amounts.quantity(terms.quantity)}</b>",
        f"Symbol: {shown(terms.symbol, SYMBOL_LIMIT)}",
        f"Exchange: {shown(terms.exchange, 16)}",
        f"Order type: <b>{terms.pricetype}</b>",
        *_price_lines(terms),
        f"Product: <b>{terms.product}</b>",
    ]
    if terms.disclosed_quantity:
        lines.append(f"Disclosed: {terms.disclosed_quantity}")
    lines.append(f"Order value: {_value(leg, quotes(terms.exchange, terms.symbol))}")
    if order.api_type is ApiType.CLOSEPOSITION:
        lines.append(texts.CLOSES_POSITION)
    return lines


def _price_lines(terms: LegTerms) -> list[str]:
    price = amounts.price(terms.price) if terms.pricetype in _LIMITED else texts.AT_MARKET
    lines = [f"Price: <b>{price}</b>"]
    if terms.pricetype in _TRIGGERED:
        lines.append(f"Trigger price: <b>{amounts.price(terms.trigger_price)}</b>")
    return lines


def _prices(terms: LegTerms) -> list[str]:
    limit = [amounts.price(terms.price)] if terms.pricetype in _LIMITED else []
    trigger = [f"trigger {amounts.price(terms.trigger_price)}"] if terms.pricetype in _TRIGGERED else []
    return limit + trigger


def _distances(terms: LegTerms, last: Decimal) -> list[str]:
    lines = []
    if terms.pricetype in _LIMITED and terms.price:
        lines.append(amounts.distance(last, terms.price, "limit"))
    if terms.pricetype in _TRIGGERED and terms.trigger_price:
        lines.append(amounts.distance(last, terms.trigger_price, "trigger"))
    return [f"↳ {line}" for line in lines]


def _value(leg: Leg, quote: Quote | None) -> str:
    """What the order is worth: exact with a limit, about with a market price."""
    terms = leg.terms
    if terms.pricetype in _LIMITED:
        return f"<b>{rupees(terms.quantity * terms.price)}</b>"
    guess = leg.average_price or terms.trigger_price or (quote.ltp if quote else None)
    return f"about <b>{rupees(terms.quantity * guess)}</b>" if guess else texts.VALUE_NOT_KNOWN
