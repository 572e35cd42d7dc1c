"""The expiries that are listed on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from brokers.paper.symbols.underlyings import Underlying
from core.calendar.calendar import Calendar
from core.calendar.expiries import next_monthly, next_weekly
from core.market.instruments import Ticker

MONTHS = 3
WEEKS = 4
"""Expiries listed for each underlying; one that is both counts in both."""


@dataclass(frozen=True, slots=True)
class Expiries:
    """The expiries of each underlying's contracts, by its exchange and name; nearest first."""

    futures: Mapping[Ticker, tuple[date, ...]]
    options: Mapping[Ticker, tuple[date, ...]]


def list_expiries(underlyings: Mapping[Ticker, Underlying], today: date, calendar: Calendar) -> Expiries:
    """What is listed on this day: the next months, and the next weeks of options that have weekly expiries."""
    monthly = {
        ticker: next_monthly(one.expiry, one.exchange, today, calendar, MONTHS) for ticker, one in underlyings.items()
    }
    options = {
        ticker: tuple(sorted({*monthly[ticker], *_weekly(one, today, calendar)}))
        for ticker, one in underlyings.items()
        if one.strike_steps
    }
    return Expiries(monthly, options)


def _weekly(underlying: Underlying, today: date, calendar: Calendar) -> tuple[date, ...]:
    if underlying.weekly is None:
        return ()
    return next_weekly(underlying.weekly, underlying.exchange, today, calendar, WEEKS)
