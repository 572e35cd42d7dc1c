"""Judges whether an order that came is approved in advance. Whatever is not certain waits for its client."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from core.accounts import TradingMode
from core.market.instruments import Ticker
from core.money import EXACT, ZERO
from core.orders.order import Action, ApiType, LegTerms
from core.standing.approvals import ANY, Bound, Size, StandingApproval
from core.standing.wording import above

COVERED = frozenset(
    {
        ApiType.PLACEORDER,
        ApiType.SMARTORDER,
        ApiType.BASKETORDER,
        ApiType.SPLITORDER,
        ApiType.OPTIONSORDER,
        ApiType.OPTIONSMULTIORDER,
    }
)
"""What can be approved in advance; a trigger waits for a price that nobody knows yet."""


@dataclass(frozen=True, slots=True)
class AskedLeg:
    """One leg as it is judged; None is what could not be found out."""

    terms: LegTerms
    value: Decimal | None
    """The most that it can trade for, in rupees."""
    lot: int | None
    exits: bool | None = None
    """Whether it, with all that is on its way, can only reduce what is held."""
    doubt: str = ""
    """Why it cannot be judged: no fresh price, a closed market."""

    @property
    def ticker(self) -> Ticker:
        """What it trades."""
        return self.terms.exchange, self.terms.symbol


@dataclass(frozen=True, slots=True)
class Asked:
    """An order as it is judged."""

    api_type: ApiType
    strategy: str
    trading_mode: TradingMode
    legs: tuple[AskedLeg, ...]


@dataclass(frozen=True, slots=True)
class Valid:
    """An approval that is in force, and how much of it was used on this trading day."""

    approval: StandingApproval
    used: Size


@dataclass(frozen=True, slots=True)
class Use:
    """The order is approved in advance: by what, how large it is, and what of the day is used after it."""

    approval: StandingApproval
    size: Size
    used: Size


@dataclass(frozen=True, slots=True)
class Waits:
    """The order waits for its client; `why` is empty when no approval speaks of it."""

    why: str = ""


def judge(valid: Sequence[Valid], asked: Asked) -> Use | Waits:
    """What these approvals say about the order: one that speaks of it and refuses it outweighs any that allows it.

    It is used under the one for exits first, then under the oldest.
    """
    speaking = [one for one in valid if speaks_of(one.approval, asked)]
    if not speaking:
        return Waits()
    for one in speaking:
        why = _why_not(one, asked)
        if why:
            return Waits(f"{one.approval.name}: {why}")
    size = size_of(asked.legs)
    assert size is not None, "an order whose size is not known is refused"
    first = min(speaking, key=lambda one: (not one.approval.terms.exits_only, one.approval.id))
    return Use(first.approval, size, first.used.plus(size))


def speaks_of(approval: StandingApproval, asked: Asked) -> bool:
    """Whether every leg is one that the approval names; for exits, whether none is known to be something else."""
    terms = approval.terms
    if (terms.strategy, terms.trading_mode) != (asked.strategy, asked.trading_mode) or not asked.legs:
        return False
    if asked.api_type not in COVERED or not all(_names(approval, leg) for leg in asked.legs):
        return False
    return not terms.exits_only or all(leg.exits is not False for leg in asked.legs)


def size_of(legs: Sequence[AskedLeg]) -> Size | None:
    """All legs together; None when that is not known of one of them."""
    total = Size()
    for leg in legs:
        if leg.value is None or leg.value <= ZERO or leg.lot is None or leg.lot < 1:
            return None
        lots = EXACT.divide(leg.terms.quantity, Decimal(leg.lot)).to_integral_value(ROUND_CEILING)
        total = total.plus(Size(leg.terms.quantity, int(lots), leg.value))
    return total


def _names(approval: StandingApproval, leg: AskedLeg) -> bool:
    terms = approval.terms
    is_named = leg.ticker in terms.tickers or (terms.tickers == ANY and terms.exits_only)
    return is_named and terms.action in (None, leg.terms.action)


def _why_not(one: Valid, asked: Asked) -> str:
    terms = one.approval.terms
    for leg in asked.legs:
        if leg.doubt:
            return leg.doubt
        if leg.terms.quantity <= ZERO or leg.terms.action not in Action:
            return "the order cannot be read"
        if terms.exits_only and leg.exits is not True:
            return f"what is held of {leg.terms.symbol} is not known"
    size = size_of(asked.legs)
    if size is None:
        return "what the order is worth is not known"
    if not terms.exits_only and (terms.per_order is None or terms.per_day is None or terms.action is None):
        return "its terms are not complete"
    return _over(terms.per_order, size, "an order") or _over(terms.per_day, one.used.plus(size), "a day")


def _over(bound: Bound | None, size: Size, of_what: str) -> str:
    if bound is None or size.measured_in(bound.unit) <= bound.most:
        return ""
    return above(bound, size, of_what)
