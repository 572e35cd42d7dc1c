"""What a client should think of before approving: each warning is a function of the facts, the worst first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from core.clock import render_duration
from core.ids import OrderId
from core.market.quotes import Quote
from core.money import plain, rupees
from core.orders.order import Action, LegTerms, PriceType

MOST = 2
"""Warnings on one card."""
FAR = Decimal(5)
"""Percent between a limit and the last price."""
WIDE = Decimal(1)
"""Percent of the last price between bid and ask."""
SHARE_OF_VOLUME = 10
"""Percent of the day's volume."""
JUST_NOW = timedelta(minutes=10)
UNUSUAL = 3
"""Times the usual quantity."""
ENOUGH_TO_COMPARE = 3
_LIMITED = frozenset({PriceType.LIMIT, PriceType.SL})


@dataclass(frozen=True, slots=True)
class Earlier:
    """An approved order of the same strategy for the same instrument."""

    order_id: OrderId
    approved_at: datetime
    action: Action
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What an order is judged by; None and empty are not known."""

    now: datetime
    closed: Sequence[str] = ()
    """Why each exchange that is closed is, and when it opens."""
    terms: LegTerms | None = None
    """What the order trades in all, when it is one instrument."""
    quote: Quote | None = None
    margin: Decimal | None = None
    available: Decimal | None = None
    earlier: Sequence[Earlier] = field(default_factory=tuple)
    """Newest first."""
    made_by: str = ""
    """What makes the prices, when the order would go to a real broker and no market makes them."""
    over_limit: str = ""
    """What the order would go over if it were approved now."""
    is_volume_real: bool = True
    """Whether the day's volume is that of a market."""


Warn = Callable[[OrderFacts], str | None]


def warn(facts: OrderFacts) -> tuple[str, ...]:
    """The worst warnings, at most two."""
    found = (rule(facts) for rule in WARNINGS)
    return tuple(one for one in found if one is not None)[:MOST]


def _market_is_closed(facts: OrderFacts) -> str | None:
    return facts.closed[0] if facts.closed else None


def _price_is_made_up(facts: OrderFacts) -> str | None:
    return f"Prices here are made up ({facts.made_by}), and this order is real." if facts.made_by else None


def _goes_over_a_limit(facts: OrderFacts) -> str | None:
    return facts.over_limit or None


def _money_is_short(facts: OrderFacts) -> str | None:
    if facts.margin is None or facts.available is None or facts.margin <= facts.available:
        return None
    return f"Not enough money: {rupees(facts.margin - facts.available)} short."


def _price_is_far(facts: OrderFacts) -> str | None:
    terms, quote = facts.terms, facts.quote
    if terms is None or quote is None or quote.ltp <= 0 or terms.pricetype not in _LIMITED:
        return None
    percent = (terms.price - quote.ltp) / quote.ltp * 100
    if abs(percent) < FAR:
        return None
    return f"The limit is {abs(percent):.1f}% {'above' if percent > 0 else 'below'} the last price."


def _was_just_approved(facts: OrderFacts) -> str | None:
    for one in facts.earlier:
        ago, terms = facts.now - one.approved_at, facts.terms
        if terms is not None and (one.action, one.quantity) == (terms.action, terms.quantity) and ago < JUST_NOW:
            return f"The same order was approved {render_duration(ago)} ago, as #{one.order_id}."
    return None


def _is_unusually_large(facts: OrderFacts) -> str | None:
    if facts.terms is None or len(facts.earlier) < ENOUGH_TO_COMPARE:
        return None
    usual = median(one.quantity for one in facts.earlier)
    if facts.terms.quantity < usual * UNUSUAL:
        return None
    return f"Larger than usual: this strategy's orders for it are mostly of {plain(usual)}."


def _market_is_thin(facts: OrderFacts) -> str | None:
    terms, quote = facts.terms, facts.quote
    if terms is None or quote is None or quote.ltp <= 0:
        return None
    if quote.bid > 0 and quote.ask > 0 and (quote.ask - quote.bid) * 100 > quote.ltp * WIDE:
        return f"Hardly traded: bid {rupees(quote.bid)}, ask {rupees(quote.ask)}."
    if facts.is_volume_real and 0 < quote.volume * SHARE_OF_VOLUME < terms.quantity * 100:
        return f"Hardly traded: {quote.volume} changed hands today."
    return None


WARNINGS: tuple[Warn, ...] = (
    _market_is_closed,
    _price_is_made_up,
    _price_is_far,
    _goes_over_a_limit,
    _money_is_short,
    _was_just_approved,
    _is_unusually_large,
    _market_is_thin,
)
"""The one list of warnings, the worst first; a new one is a function and a line here."""
