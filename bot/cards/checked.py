"""The block of a card that says what Countersign found out about the order."""

from decimal import Decimal

from bot.cards.gtt import gtt_distances
from bot.cards.legs import LIMITED, TRIGGERED, group_legs
from bot.text import amounts
from bot.text import card_face as texts
from bot.text.escaping import shown
from bot.text.language.retelling import retold
from core.money import rupees
from core.orders.intents import gtt_of
from core.orders.order import LegTerms, Order
from core.review.check import Check

_WHY_LIMIT = 80
_WARNING_LIMIT = 120


def check_lines(check: Check, order: Order) -> list[str]:
    """The block with its heading; nothing when nothing is known."""
    lines = [
        *_price_lines(check, order),
        *_position_line(check),
        *_money_lines(check),
        *[texts.WARNING.format(text=shown(retold(one), _WARNING_LIMIT)) for one in check.warnings],
    ]
    return [texts.CHECKED_BY, *lines] if lines else []


def _price_lines(check: Check, order: Order) -> list[str]:
    groups = group_legs(order)
    if len(groups) != 1:
        return [texts.PRICES_MADE_BY.format(made_by=shown(retold(check.made_by)))] if check.made_by else []
    if check.last is None or check.seen_at is None:
        return [texts.NO_LAST_PRICE]
    age = amounts.duration(max(check.at - check.seen_at, check.at - check.at))
    last = texts.LAST_PRICE.format(price=amounts.price(check.last), age=age)
    made_by = f", {shown(retold(check.made_by))}" if check.made_by else ""
    gtt = gtt_of(order)
    distances = gtt_distances(gtt, check.last) if gtt else _distances(groups[0].terms, check.last)
    return [last + made_by, *distances, *_since_signal(check.last, check.signal)]


def _distances(terms: LegTerms, last: Decimal) -> list[str]:
    lines = []
    if terms.pricetype in LIMITED and terms.price:
        lines.append(amounts.distance(last, terms.price, texts.THE_LIMIT))
    if terms.pricetype in TRIGGERED and terms.trigger_price:
        lines.append(amounts.distance(last, terms.trigger_price, texts.THE_TRIGGER))
    return [f"↳ {line}" for line in lines]


def _since_signal(last: Decimal, signal: Decimal | None) -> list[str]:
    if not signal:
        return []
    if signal == last:
        return [texts.UNMOVED]
    return [texts.SINCE_SIGNAL.format(move=amounts.moved(last, signal), price=amounts.price(signal))]


def _position_line(check: Check) -> list[str]:
    if check.held is None or check.held_after is None:
        return []
    now, after = amounts.quantity(check.held), amounts.quantity(check.held_after)
    return [texts.POSITION_AFTER.format(now=now, after=after)]


def _money_lines(check: Check) -> list[str]:
    lines = []
    if check.margin is not None:
        template = texts.MARGIN if check.left is None else texts.MARGIN_LEAVES
        left = "" if check.left is None else rupees(check.left)
        lines.append(template.format(margin=rupees(check.margin), left=left))
    if check.charges is not None:
        lines.append(texts.CHARGES.format(charges=rupees(check.charges)))
    if check.unknown:
        lines.append(texts.UNKNOWN.format(why=shown(retold(check.unknown), _WHY_LIMIT)))
    return lines
