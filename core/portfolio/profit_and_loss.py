"""The value of an account on each trading day, and its profit and loss. All money in rupees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from core.accounts import TradingMode
from core.ids import AccountId
from core.money import ZERO
from core.portfolio.positions import Funds

USUAL_DAYS = 30
"""Calendar days that are shown unless somebody asks for others, today included."""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One account in one trading mode on one trading day, as last seen that day."""

    account_id: AccountId
    trading_mode: TradingMode
    day: date
    starting_equity: Decimal
    """The equity of the last day seen before, so that nothing is lost between days."""
    equity: Decimal
    available: Decimal
    realised: Decimal
    unrealised: Decimal
    charges: Decimal
    recorded_at: datetime

    @property
    def profit(self) -> Decimal:
        """How much the equity has moved since the day began, charges included."""
        return self.equity - self.starting_equity


@dataclass(frozen=True, slots=True)
class History:
    """Days of one account in one trading mode, oldest first; `today` is the present trading day."""

    today: date
    days: tuple[DayFigures, ...]
    capital: Decimal
    """The equity before the first day that was ever recorded, or with which the book was last started afresh."""
    problem: str = ""
    """Why the present day could not be read just now, in words; then it is as last recorded, or missing."""

    @property
    def present(self) -> DayFigures | None:
        """Today's figures, None if there are none."""
        return self.days[-1] if self.days and self.days[-1].day == self.today else None

    @property
    def last(self) -> DayFigures | None:
        """The newest day there is."""
        return self.days[-1] if self.days else None

    def of_last(self, count: int) -> tuple[DayFigures, ...]:
        """The days among the last `count` calendar days, the present one included."""
        first = first_of(self.today, count)
        return tuple(figures for figures in self.days if figures.day >= first)

    def profit_of_last(self, count: int) -> Decimal:
        """The profit of those days together."""
        return sum((figures.profit for figures in self.of_last(count)), ZERO)


def first_of(today: date, count: int) -> date:
    """The first of the `count` calendar days that end with `today`."""
    return today - timedelta(days=count - 1)


def capital_of(days: Sequence[DayFigures]) -> Decimal:
    """The equity before the first of these days, or with which the book was last started afresh; 0 for no days."""
    capital = days[0].starting_equity if days else ZERO
    for before, after in pairwise(days):
        if after.starting_equity != before.equity:
            capital = after.starting_equity
    return capital


def starting_equity(day: date, latest: DayFigures | None, funds: Funds) -> Decimal:
    """The equity with which a day began, given the newest recorded one.

    The first day ever began with what is there now, less what was made and paid since. A book that was started
    afresh since then began with its new capital: money put in or taken out is not profit.
    """
    paper = funds.paper
    if (
        paper is not None
        and paper.last_reset is not None
        and (latest is None or latest.recorded_at < paper.last_reset)
    ):
        return paper.capital
    if latest is None:
        return funds.equity - funds.realised - funds.unrealised + funds.charges
    return latest.starting_equity if latest.day == day else latest.equity
