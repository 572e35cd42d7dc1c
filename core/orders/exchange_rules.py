"""What exchanges refuse whatever the price: a dated table, so that a rule holds from its own day on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from core.clock import IST
from core.errors import Invalid
from core.market.instruments import EXCHANGES, Instrument
from core.orders.order import Action, LegTerms, PriceType

LEAST_DISCLOSED = 10
"""Percent of the quantity."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Orders that these exchanges refuse since a day, and why, for who placed one."""

    since: date
    exchanges: frozenset[str]
    forbids: Callable[[LegTerms, Instrument], bool]
    why: str


def _is_sl_m(terms: LegTerms, instrument: Instrument) -> bool:
    return terms.pricetype is PriceType.SL_M


def _is_sl_m_on_option(terms: LegTerms, instrument: Instrument) -> bool:
    return terms.pricetype is PriceType.SL_M and instrument.strike is not None


def _has_limit_before_trigger(terms: LegTerms, instrument: Instrument) -> bool:
    if terms.pricetype is not PriceType.SL:
        return False
    is_buy = terms.action is Action.BUY
    return terms.price < terms.trigger_price if is_buy else terms.price > terms.trigger_price


def _discloses_too_much(terms: LegTerms, instrument: Instrument) -> bool:
    return terms.disclosed_quantity > terms.quantity


def _discloses_too_little(terms: LegTerms, instrument: Instrument) -> bool:
    return 0 < terms.disclosed_quantity * 100 < terms.quantity * LEAST_DISCLOSED


_EVERYWHERE = frozenset(EXCHANGES)
RULES = (
    Rule(
        date(2021, 9, 27),
        frozenset({"NFO"}),
        _is_sl_m_on_option,
        "NSE takes no SL-M orders for options; use SL with a limit price",
    ),
    Rule(
        date(2023, 10, 9),
        frozenset({"BSE", "BFO", "BCD"}),
        _is_sl_m,
        "BSE takes no SL-M orders; use SL with a limit price",
    ),
    Rule(
        date.min,
        _EVERYWHERE,
        _has_limit_before_trigger,
        "The limit of an SL order must not be better than its trigger price: "
        "at or above it when buying, at or below it when selling",
    ),
    Rule(date.min, _EVERYWHERE, _discloses_too_much, "Disclosed quantity must not be above the quantity"),
    Rule(
        date.min,
        _EVERYWHERE,
        _discloses_too_little,
        f"Disclosed quantity must be at least {LEAST_DISCLOSED}% of the quantity, or 0 for all of it",
    ),
)


def require_allowed(terms: LegTerms, instrument: Instrument, now: datetime) -> None:
    """Raises Invalid with the first rule of the exchange that the order breaks."""
    today = now.astimezone(IST).date()
    for rule in RULES:
        if today >= rule.since and terms.exchange in rule.exchanges and rule.forbids(terms, instrument):
            raise Invalid(rule.why)
