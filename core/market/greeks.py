"""What the price of an option implies: a volatility, and at it the Greeks."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from core.clock import IST

_EXPIRE_AT = {
    **dict.fromkeys(("NFO", "BFO"), time(15, 30)),
    **dict.fromkeys(("CDS", "BCD"), time(12, 30)),
    **dict.fromkeys(("MCX", "NCO"), time(23, 30)),
}
"""The usual time of day, in India."""
_SECOND = timedelta(seconds=1)
_DAY = 86_400
DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class OptionTerms:
    """An option and what it costs. Prices are rupees, `interest` is per cent a year, `years` are above 0."""

    is_call: bool
    strike: Decimal
    forward: Decimal
    """What its underlying costs if it is delivered on the day of expiry."""
    price: Decimal
    years: Decimal
    interest: Decimal


@dataclass(frozen=True, slots=True)
class Greeks:
    """An option's implied volatility, and by how many rupees its price changes with each thing that moves it."""

    implied_volatility: Decimal
    """Per cent a year."""
    delta: Decimal
    """For each rupee of the forward."""
    gamma: Decimal
    """How delta changes for each rupee of the forward."""
    theta: Decimal
    """For each calendar day that passes."""
    vega: Decimal
    """For each percentage point of volatility."""
    rho: Decimal
    """For each percentage point of interest, with the forward where it is."""


def expires_at(exchange: str, day: date, at: time | None = None) -> datetime | None:
    """When options of this exchange expire that day: `at`, else the usual time, both of India; None if not known."""
    usual = at or _EXPIRE_AT.get(exchange)
    return datetime.combine(day, usual, IST) if usual else None


def days_left(end: datetime, now: datetime) -> Decimal:
    """The calendar days until then, with their fraction; 0 once it has come."""
    return Decimal(max(0, (end - now) // _SECOND)) / _DAY


def as_years(days: Decimal) -> Decimal:
    """Calendar days as a part of a year of 365."""
    return days / DAYS_OF_YEAR


def growth(interest: Decimal, years: Decimal) -> Decimal:
    """What a rupee becomes in so many years at so many per cent a year, compounded all the time."""
    return (interest / 100 * years).exp()
