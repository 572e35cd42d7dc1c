"""Judges a new order by limits: what it would go over, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.clock import IST
from core.limits.bound_text import render_bound, title
from core.limits.limits import Limits
from core.money import EXACT, ZERO, plain, rupees
from core.orders.order import Action, LegTerms, PositionKey, PriceType

_PRICED = frozenset({PriceType.LIMIT, PriceType.SL})
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class LegFacts:
    """One leg, the last price of its instrument if there is one, and whether it only reduces what is held."""

    terms: LegTerms
    last_price: Decimal | None
    leaves: bool = False

    @property
    def value(self) -> Decimal | None:
        """The most that the leg can trade for, in rupees, going by the last price; None without one it needs."""
        price = _highest_price(self)
        return None if price is None else EXACT.multiply(self.terms.quantity, price)


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What is known of an order when it is judged; None is what could not be found out."""

    legs: tuple[LegFacts, ...]
    now: datetime
    is_trigger: bool = False
    """Whether it waits for a price outside of the exchange, so that it may be far from the last one."""
    held: frozenset[PositionKey] | None = None
    """The positions that are open, and those that orders on their way would open."""
    profit: Decimal | None = None
    """The account's profit since the trading day began, charges included."""
    is_complete: bool = False
    """Whether somebody looked for what only limits need: positions and profit."""

    @property
    def entries(self) -> tuple[LegFacts, ...]:
        """The legs that limits bind: what only reduces a position is never held back."""
        return tuple(leg for leg in self.legs if not leg.leaves)

    @property
    def value(self) -> Decimal | None:
        """The most that its entries can trade for; None if that is not known of one of them."""
        return _sum_of([leg.value for leg in self.entries])


@dataclass(frozen=True, slots=True)
class Counts:
    """The orders before this one: how many came in the last minute and today, and what today's are worth."""

    last_minute: int = 0
    today: int = 0
    value: Decimal | None = ZERO
    """None when it is not known of one of them."""

    def with_one(self, value: Decimal | None) -> "Counts":
        """The counts after one more order of this value."""
        return Counts(self.last_minute + 1, self.today + 1, _sum_of([self.value, value]))


def judge(limits: Limits, facts: OrderFacts, before: Counts) -> list[str]:
    """Every limit that the order would go over: its name, the order's value and the bound. Exits go over none."""
    if not facts.entries:
        return []
    rules = (_names, _hours, _quantity, _value_per_order, _distance, _pace, _value_per_day, _positions, _loss)
    return [f"{title(name)}: {what}" for rule in rules for name, what in rule(limits, facts, before)]


Breaches = Iterator[tuple[str, str]]


def _names(limits: Limits, facts: OrderFacts, before: Counts) -> Breaches:
    for kind, found in _named(facts.entries).items():
        allowed, forbidden = getattr(limits, f"{kind}_allowed"), getattr(limits, f"{kind}_forbidden")
        for word in found:
            if word in forbidden:
                yield f"{kind}_forbidden", f"{word} is forbidden"
            elif allowed and word not in allowed:
                yield f"{kind}_allowed", f"{word} is not among {_shortened(sorted(allowed))}"


def _named(legs: Sequence[LegFacts]) -> Mapping[str, list[str]]:
    terms = [leg.terms for leg in legs]
    return {
        "symbols": sorted({one.symbol.upper() for one in terms}),
        "exchanges": sorted({one.exchange for one in terms}),
        "products": sorted({one.product.value for one in terms}),
    }


def _hours(limits: Limits, facts: OrderFacts, before: Counts) -> Breaches:
    hours, now = limits.trading_hours, facts.now.astimezone(IST)
    if hours is not None and not hours.begin <= now.time() < hours.end:
        yield "trading_hours", f"it is {now:%H:%M} IST, outside of {render_bound('trading_hours', limits)}"


def _quantity(limits: Limits, facts: OrderFacts, before: Counts) -> Breaches:
    if limits.quantity_per_order is None:
        return
    totals: dict[tuple[str, str, Action], Decimal] = {}
    for leg in facts.entries:
        key = leg.terms.exchange, leg.terms.symbol, leg.terms.action
        totals[key] = EXACT.add(totals.get(key, ZERO), leg.terms.quantity)
    for (_, symbol, _), total in totals.items():
        if total > limits.quantity_per_order:
            yield "quantity_per_order", _above(f"{plain(total)} {symbol}", "quantity_per_order", limits)


def _value_per_order(limits: Limits, facts: OrderFacts, before: Counts) -> Breaches:
    if limits.value_per_order is None:
        return
    if facts.value is None:
        yield "value_per_order", _unpriced(facts, "value_per_order", limits)
    elif facts.value > limits.value_per_order:
        yield "value_per_order", _above(rupees(facts.value), "value_per_order", limits)


def _value_per_day(limits: Limits, facts: OrderFacts, before: Counts) -> Breaches:
    if limits.value_per_day is None:
        return
    total = _sum_of([before.value, facts.value])
    if facts.value is None:
        yield "value_per_day", _unpriced(facts, "value_per_day", limits)
    elif total is None:
        bound = render_bound("value_per_day", limits)
        yield "value_per_day", f"what an order of today is worth is not known, so {bound} cannot be judged"
    elif total > limits.value_per_day:
        yield "value_per_day", _above(f"{rupees(total)} with this order", "value_per_day", limits)


def _distance(limits: Limits, facts: OrderFacts, before: Counts) -> Breaches:
    if limits.price_distance is None or facts.is_trigger:
        return
    bound = render_bound("price_distance", limits)
    for leg in facts.entries:
        price, last = _asked_price(leg.terms), leg.last_price
        if price is None:
            continue
        if last is None or last <= 0:
            yield "price_distance", f"there is no price for {leg.terms.symbol} now, so {bound} cannot be judged"
            continue
        away = EXACT.multiply(abs(EXACT.subtract(price, last)), _HUNDRED)
        if away > EXACT.multiply(limits.price_distance, last):
            far = f"{away / last:.2f}% from the last price {rupees(last)} of {leg.terms.symbol}"
            yield "price_distance", f"{rupees(price)} is {far}, more than {bound}"


def _pace(limits: Limits, facts: OrderFacts, before: Counts) -> Breaches:
    for name, count in (("orders_per_minute", before.last_minute), ("orders_per_day", before.today)):
        most = getattr(limits, name)
        if most is not None and count >= most:
            yield name, f"this would be number {count + 1}, and the limit is {most}"


def _positions(limits: Limits, facts: OrderFacts, before: Counts) -> Breaches:
    if limits.open_positions is None:
        return
    if facts.held is None:
        most = limits.open_positions
        yield "open_positions", f"the broker does not say what is held, so the limit of {most} cannot be judged"
        return
    opened = {leg.terms.position_key for leg in facts.entries} - facts.held
    if opened and len(facts.held) + len(opened) > limits.open_positions:
        count = len(facts.held) + len(opened)
        yield "open_positions", f"this would make {count}, and the limit is {limits.open_positions}"


def _loss(limits: Limits, facts: OrderFacts, before: Counts) -> Breaches:
    if limits.daily_loss is None:
        return
    bound = render_bound("daily_loss", limits)
    if facts.profit is None:
        yield "daily_loss", f"the broker does not say what today came to, so {bound} cannot be judged"
    elif -facts.profit >= limits.daily_loss:
        yield "daily_loss", f"{rupees(-facts.profit)} lost today, and the limit is {bound}"


def _highest_price(leg: LegFacts) -> Decimal | None:
    """The highest price that the leg can be expected to trade at: a buy has a ceiling, a sale may do better."""
    terms = leg.terms
    if terms.action is Action.BUY and terms.pricetype in _PRICED:
        return terms.price
    if leg.last_price is None or leg.last_price <= 0:
        return None
    return max(leg.last_price, _asked_price(terms) or ZERO)


def _asked_price(terms: LegTerms) -> Decimal | None:
    """The price that the order itself names."""
    if terms.pricetype in _PRICED:
        return terms.price
    return terms.trigger_price if terms.pricetype is PriceType.SL_M else None


def _sum_of(values: Sequence[Decimal | None]) -> Decimal | None:
    total = ZERO
    for value in values:
        if value is None:
            return None
        total = EXACT.add(total, value)
    return total


def _above(what: str, name: str, limits: Limits) -> str:
    return f"{what} is above {render_bound(name, limits)}"


def _unpriced(facts: OrderFacts, name: str, limits: Limits) -> str:
    symbols = sorted({leg.terms.symbol for leg in facts.entries if leg.value is None})
    return f"there is no price for {_shortened(symbols)} now, so {render_bound(name, limits)} cannot be judged"


def _shortened(words: Sequence[str]) -> str:
    return ", ".join(words[:5]) + (f" and {len(words) - 5} more" if len(words) > 5 else "")
