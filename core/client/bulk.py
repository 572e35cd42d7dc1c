"""A list of waiting orders that is decided with one confirmation: what it names, and what it comes to."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from enum import StrEnum

from core.errors import NotFound
from core.ids import OrderId
from core.limits.judging import LegFacts
from core.market.instruments import Ticker
from core.money import EXACT, ZERO
from core.orders.intents import gtt_of
from core.orders.order import Action, ApiType, LegTerms, Order

LastPrice = Callable[[Order, str, str], Decimal | None]
"""What an instrument, by exchange and symbol, costs where an order trades."""


class Verb(StrEnum):
    """What is done with every order of a list."""

    APPROVE = "approve"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Listed:
    """An order as the list showed it: a decision counts for this version of it only."""

    order_id: OrderId
    version: int


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """What a confirmation of a list is about.

    `is_stepped`: each order is confirmed by itself, and `done` are those that have had their turn. `unfit` cannot be
    approved from a list, `more` were too many for it.
    """

    verb: Verb
    listed: tuple[Listed, ...]
    is_stepped: bool = False
    done: tuple[Listed, ...] = ()
    unfit: int = 0
    more: int = 0

    @property
    def everything(self) -> tuple[Listed, ...]:
        """All that it was about from the beginning."""
        return (*self.done, *self.listed)

    def after_step(self) -> "BulkPlan":
        """What is left when the first order has had its turn."""
        return replace(self, listed=self.listed[1:], done=(*self.done, *self.listed[:1]))


def dump_bulk(plan: BulkPlan) -> str:
    """The plan as text."""
    return json.dumps({"kind": BulkPlan.__name__, **asdict(plan)}, separators=(",", ":"))


def parse_bulk(text: str) -> BulkPlan:
    """The plan from its text. Raises NotFound for what is none."""
    try:
        fields = json.loads(text)
        if fields.pop("kind") != BulkPlan.__name__:
            raise ValueError("a question about something else")
        listed, done = (tuple(Listed(**one) for one in fields.pop(name)) for name in ("listed", "done"))
        return BulkPlan(Verb(fields.pop("verb")), listed, done=done, **fields)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotFound("This question cannot be read any more.") from None


def is_about(order: Order, word: str) -> bool:
    """Whether this is the name of the order's strategy, or a symbol in it; capitals do not matter."""
    names = {order.strategy.casefold(), *(leg.terms.symbol.casefold() for leg in order.legs)}
    return word.casefold() in names


def net_quantities(orders: Iterable[Order]) -> Mapping[Ticker, Decimal]:
    """What all legs together would buy (or sell, below zero) of each instrument, the largest movement first."""
    net: dict[Ticker, Decimal] = {}
    for leg in (leg for order in orders for leg in order.legs):
        where = leg.terms.exchange, leg.terms.symbol
        signed = leg.terms.quantity if leg.terms.action is Action.BUY else -leg.terms.quantity
        net[where] = net.get(where, ZERO) + signed
    return dict(sorted(net.items(), key=lambda one: (-abs(one[1]), one[0])))


def total_value(orders: Iterable[Order], last_price: LastPrice) -> Decimal | None:
    """The most that all of them can trade for, in rupees, as limits count it; None when a price for it is missing."""
    total = ZERO
    for order, terms in ((one, terms) for one in orders for terms in _valued(one)):
        value = None if terms is None else LegFacts(terms, last_price(order, terms.exchange, terms.symbol)).value
        if value is None:
            return None
        total = EXACT.add(total, value)
    return total


def _valued(order: Order) -> Sequence[LegTerms | None]:
    """The terms that count; None for a trigger that cannot be read."""
    if order.api_type is ApiType.PLACEGTTORDER:
        gtt = gtt_of(order)
        return [gtt.dearest_terms if gtt else None]
    return [leg.terms for leg in order.legs]
