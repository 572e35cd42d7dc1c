"""The part of a card that never changes: what exactly the strategy asked for."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from bot.cards.gtt import gtt_distances, gtt_lines
from bot.cards.legs import LIMITED, TRIGGERED, Group, group_legs, group_lines, parts_line
from bot.text import amounts
from bot.text import messages as texts
from bot.text.escaping import shown
from core.accounts import Account, TradingMode
from core.clock import IST, render_duration
from core.market.feed_state import STALE_AFTER, age, is_stale
from core.market.quotes import Quote
from core.money import ZERO, rupees
from core.orders.intents import gtt_of
from core.orders.order import ApiType, LegTerms, Order

Quotes = Callable[[str, str], Quote | None]
SYMBOL_LIMIT = 64


def mode_mark(account: Account, trading_mode: TradingMode) -> str:
    """`LIVE`, `LIVE (PAPER)` or `SANDBOX` with its coloured mark."""
    if trading_mode is TradingMode.LIVE:
        return texts.MODE_MARKS["paper" if account.broker == "paper" else "live"]
    return texts.MODE_MARKS["sandbox"]


def number(order: Order) -> str:
    """An order's number as people are shown it."""
    return f"#{order.id}"


def term_lines(order: Order, account: Account, quotes: Quotes) -> list[str]:
    """Mode, what to trade and how, and what it is worth."""
    head = [mode_mark(account, order.trading_mode)]
    if order.api_type is ApiType.PLACEGTTORDER:
        gtt = gtt_of(order)
        return [*head, *(gtt_lines(gtt) if gtt else [texts.GTT_UNREADABLE])]
    groups = group_legs(order)
    if len(groups) == 1:
        return [*head, *_one_group(order, groups[0], quotes)]
    listed = group_lines(order)
    kind = texts.KINDS.get(order.api_type.value, texts.CLOSES_POSITIONS)
    return [*head, f"{kind}: <b>{len(groups)}</b> legs", *_context(order), *(listed or [texts.TOO_MANY_TO_LIST])]


def is_shown_whole(order: Order) -> bool:
    """Whether the card shows every leg that would be sent; an order is only approved on such a card."""
    if order.api_type is ApiType.PLACEGTTORDER:
        return gtt_of(order) is not None
    return len(group_legs(order)) == 1 or group_lines(order) is not None


def origin_lines(order: Order, account: Account, many_accounts: bool, now: datetime) -> list[str]:
    """Who asked, for which account, when."""
    origin = texts.FROM_CLIENT if order.api_type is ApiType.CLIENT else f"Strategy: {shown(order.strategy)}"
    lines = [f"Order: <b>{number(order)}</b>", origin]
    if many_accounts:
        lines.append(f"Account: {shown(account.name)}")
    return [*lines, f"Received: {amounts.moment(order.created_at, now)}"]


def market_lines(order: Order, quotes: Quotes, now: datetime) -> list[str]:
    """What moves while an order waits: last price, its distance, time left."""
    local = order.expires_at.astimezone(IST)
    left = f"Time left: {render_duration(order.expires_at - now)}, to {local:%H:%M} IST"
    groups = group_legs(order)
    if len(groups) != 1:
        return [left]
    terms = groups[0].terms
    quote = quotes(terms.exchange, terms.symbol)
    if quote is None:
        return [texts.NO_PRICE, left]
    old = f" ({render_duration(age(quote, now))} old)" if is_stale(quote, now, STALE_AFTER) else ""
    seen = f"Last price: <b>{amounts.price(quote.ltp)}</b>{old}"
    gtt = gtt_of(order)
    distances = gtt_distances(gtt, quote.ltp) if gtt else _distances(terms, quote.ltp)
    return [seen, *distances, f"Price as of {amounts.moment(quote.at, now)}", left]


def _one_group(order: Order, group: Group, quotes: Quotes) -> list[str]:
    terms = group.terms
    kind = texts.KINDS.get(order.api_type.value)
    lines = [
        *([f"<b>{kind}</b>"] if kind else []),
        texts.ACTIONS[terms.action],
        f"Quantity: <b>{amounts.quantity(terms.quantity)}</b>",
        *_lots(order, terms),
        *parts_line(group),
        f"Symbol: {shown(terms.symbol, SYMBOL_LIMIT)}",
        f"Exchange: {shown(terms.exchange, 16)}",
        f"Order type: <b>{terms.pricetype}</b>",
        *_price_lines(terms),
        f"Product: <b>{terms.product}</b>",
    ]
    if terms.disclosed_quantity:
        lines.append(f"Disclosed: {terms.disclosed_quantity}")
    lines.append(f"Order value: {order_value(order, quotes)}")
    if order.api_type in {ApiType.CLOSEPOSITION, ApiType.CLIENT}:
        lines.append(texts.CLOSES_POSITION)
    return [*lines, *_context(order)]


def _lots(order: Order, terms: LegTerms) -> list[str]:
    lot = int(order.facts.get("lot", "1"))
    if lot == 1:
        return []
    lots = terms.quantity / lot
    return [texts.ONE_LOT.format(lot=lot) if lots == 1 else texts.LOTS.format(lots=amounts.quantity(lots), lot=lot)]


def _context(order: Order) -> list[str]:
    """The underlying's price or the position that the legs were worked out from."""
    facts, lines = order.facts, []
    if "target" in facts:
        lines += [texts.TARGET.format(target=facts["target"]), texts.POSITION.format(position=facts["position"])]
    if "underlying" in facts:
        price = amounts.price(Decimal(facts["underlying_ltp"]))
        lines.append(texts.UNDERLYING.format(name=shown(facts["underlying"], 32), price=price))
    return lines


def _price_lines(terms: LegTerms) -> list[str]:
    price = amounts.price(terms.price) if terms.pricetype in LIMITED else texts.AT_MARKET
    lines = [f"Price: <b>{price}</b>"]
    if terms.pricetype in TRIGGERED:
        lines.append(f"Trigger price: <b>{amounts.price(terms.trigger_price)}</b>")
    return lines


def _distances(terms: LegTerms, last: Decimal) -> list[str]:
    lines = []
    if terms.pricetype in LIMITED and terms.price:
        lines.append(amounts.distance(last, terms.price, "limit"))
    if terms.pricetype in TRIGGERED and terms.trigger_price:
        lines.append(amounts.distance(last, terms.trigger_price, "trigger"))
    return [f"↳ {line}" for line in lines]


def order_value(order: Order, quotes: Quotes) -> str:
    """What all legs are worth together: exact with limits, about with a market price among them."""
    groups = group_legs(order)
    prices = [_price_of(group, quotes(group.terms.exchange, group.terms.symbol)) for group in groups]
    values = [group.terms.quantity * price for group, price in zip(groups, prices, strict=True) if price]
    if len(values) < len(groups):
        return texts.VALUE_NOT_KNOWN
    about = "" if all(group.terms.pricetype in LIMITED for group in groups) else "about "
    return f"{about}<b>{rupees(sum(values, ZERO))}</b>"


def _price_of(group: Group, quote: Quote | None) -> Decimal | None:
    """What a unit of it costs: its limit, what was paid, its trigger or the last price; None when nobody knows."""
    terms = group.terms
    if terms.pricetype in LIMITED:
        return terms.price
    paid = group.legs[0].average_price if len(group.legs) == 1 else None
    return paid or terms.trigger_price or (quote.ltp if quote else None)
