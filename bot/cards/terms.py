"""The part of a card that says what exactly is asked for."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from bot.cards.gtt import gtt_headline, gtt_lines
from bot.cards.legs import LIMITED, Group, group_legs, group_lines, parts_line, prices
from bot.text import amounts
from bot.text import card_face as face
from bot.text import messages as texts
from bot.text.escaping import quoted, shown
from core.accounts import Account, TradingMode
from core.market.quotes import Quote
from core.money import ZERO, rupees
from core.orders.intents import gtt_of
from core.orders.order import Action, ApiType, LegTerms, Order
from core.review.changes import parse_asked
from core.services.intake.tick_rounding import OFF_TICK

Quotes = Callable[[str, str], Quote | None]
SYMBOL_LIMIT = 64
ACCOUNT_LIMIT = 12
NOTE_LIMIT = 280


def mode_mark(account: Account, trading_mode: TradingMode) -> str:
    """`LIVE`, `LIVE (PAPER)` or `SANDBOX` with its coloured mark."""
    if trading_mode is TradingMode.LIVE:
        return texts.MODE_MARKS["paper" if account.has_paper_broker else "live"]
    return texts.MODE_MARKS["sandbox"]


def number(order: Order) -> str:
    """An order's number as people are shown it."""
    return f"#{order.id}"


def headline(order: Order, account: Account, many_accounts: bool) -> str:
    """The first line: how real it is, whose it is if that is a question, and what would happen."""
    whose = [shown(account.name, ACCOUNT_LIMIT)] if many_accounts else []
    return " · ".join([mode_mark(account, order.trading_mode), *whose, *in_short(order)])


def term_lines(order: Order, quotes: Quotes) -> list[str]:
    """Value, exchange and product; then what else is asked for."""
    if order.api_type is ApiType.PLACEGTTORDER:
        gtt = gtt_of(order)
        return gtt_lines(gtt) if gtt else [texts.GTT_UNREADABLE]
    groups = group_legs(order)
    exchanges = dict.fromkeys(group.terms.exchange for group in groups)
    products = dict.fromkeys(str(group.terms.product) for group in groups)
    places = [", ".join(shown(one, 16) for one in exchanges), ", ".join(products)]
    value = " · ".join([order_value(order, quotes), *places])
    if len(groups) == 1:
        return [value, *_one_group(order, groups[0]), *_context(order)]
    return [value, *_context(order), *(group_lines(order) or [texts.TOO_MANY_TO_LIST])]


def is_shown_whole(order: Order) -> bool:
    """Whether the card shows every leg that would be sent; an order is only approved on such a card."""
    if order.api_type is ApiType.PLACEGTTORDER:
        return gtt_of(order) is not None
    return len(group_legs(order)) == 1 or group_lines(order) is not None


def changed_lines(order: Order, now: datetime) -> list[str]:
    """Who changed the terms when, and what was asked."""
    asked = parse_asked(order.asked) if order.asked is not None else None
    if asked is None:
        return []
    time, name = amounts.moment(asked.changed_at, now), shown(asked.changed_by, 32)
    return [face.CHANGED_BY.format(name=name, time=time, asked=" · ".join(in_words(asked.terms)))]


def origin_lines(order: Order) -> list[str]:
    """Who asks, the order's number, and what the strategy says about it."""
    if order.api_type is ApiType.CLIENT:
        return [face.FROM_CLIENT.format(number=number(order))]
    strategy = face.STRATEGY.format(strategy=shown(order.strategy), number=number(order))
    return [strategy, *([quoted(order.note, NOTE_LIMIT)] if order.note else [])]


def in_short(order: Order) -> list[str]:
    """What would happen, in a few words: one leg with its price, or what kind of order of how many legs."""
    gtt = gtt_of(order)
    if gtt is not None:
        return gtt_headline(gtt)
    groups = group_legs(order)
    if len(groups) == 1:
        return in_words(groups[0].terms)
    sides = Counter(group.terms.action for group in groups)
    counts = ", ".join(f"{action} {sides[action]}" for action in Action if sides[action])
    kind = texts.LIST_KINDS.get(order.api_type.value)
    name = (
        face.LIST_OF.format(kind=kind, count=len(groups)) if kind else face.CLOSES_SEVERAL.format(count=len(groups))
    )
    return [f"<b>{name}</b>: {counts}"]


def in_words(terms: LegTerms) -> list[str]:
    """One leg: what is traded, and at which price."""
    what = f"<b>{terms.action} {amounts.quantity(terms.quantity)}</b> {shown(terms.symbol, SYMBOL_LIMIT)}"
    return [what, " ".join([f"<b>{terms.pricetype}</b>", ", ".join(prices(terms))]).strip()]


def _one_group(order: Order, group: Group) -> list[str]:
    terms = group.terms
    disclosed = [face.DISCLOSED.format(quantity=terms.disclosed_quantity)] if terms.disclosed_quantity else []
    closes = [texts.CLOSES_POSITION] if order.api_type in {ApiType.CLOSEPOSITION, ApiType.CLIENT} else []
    return [*_lots(order, terms), *parts_line(group), *disclosed, *closes]


def _lots(order: Order, terms: LegTerms) -> list[str]:
    lot = int(order.facts.get("lot", "1"))
    if lot == 1:
        return []
    lots = terms.quantity / lot
    return [texts.ONE_LOT.format(lot=lot) if lots == 1 else texts.LOTS.format(lots=amounts.quantity(lots), lot=lot)]


def _context(order: Order) -> list[str]:
    """The prices that were moved, the underlying's price or the position that the legs were worked out from."""
    facts, lines = order.facts, []
    if OFF_TICK in facts:
        lines.append(face.OFF_TICK.format(moved=shown(facts[OFF_TICK], 200)))
    if "target" in facts:
        lines.append(face.SMART.format(position=facts["position"], target=facts["target"]))
    if "underlying" in facts:
        price = amounts.price(Decimal(facts["underlying_ltp"]))
        lines.append(texts.UNDERLYING.format(name=shown(facts["underlying"], 32), price=price))
    return lines


def order_value(order: Order, quotes: Quotes) -> str:
    """What all legs are worth together: exact with limits, about with a market price among them."""
    groups = group_legs(order)
    prices = [_price_of(group, quotes(group.terms.exchange, group.terms.symbol)) for group in groups]
    values = [group.terms.quantity * price for group, price in zip(groups, prices, strict=True) if price]
    if len(values) < len(groups):
        return texts.VALUE_NOT_KNOWN
    value = f"<b>{rupees(sum(values, ZERO))}</b>"
    return value if all(group.terms.pricetype in LIMITED for group in groups) else face.ABOUT.format(value=value)


def _price_of(group: Group, quote: Quote | None) -> Decimal | None:
    """What a unit of it costs: its limit, what was paid, its trigger or the last price; None when nobody knows."""
    terms = group.terms
    if terms.pricetype in LIMITED:
        return terms.price
    paid = group.legs[0].average_price if len(group.legs) == 1 else None
    return paid or terms.trigger_price or (quote.ltp if quote else None)
