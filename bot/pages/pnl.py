"""An account's profit as a caption, its buttons, and what the picture above them shows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.cards.card import plain_text
from bot.chart.spec import Chart, Point
from bot.pages.mode_labels import mark_of
from bot.text import amounts, figure_texts, list_texts
from bot.text import messages as texts
from bot.text.escaping import shown, visible
from bot.text.language.retelling import retold
from core.accounts import Account, TradingMode
from core.ids import AccountId
from core.money import rupees
from core.portfolio.profit_and_loss import USUAL_DAYS, DayFigures, History

_NAME_LIMIT = 40
_WHY_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """What a button chooses: the account, its trading mode, and how many calendar days."""

    account_id: AccountId
    trading_mode: TradingMode
    days: int = USUAL_DAYS

    @property
    def argument(self) -> str:
        """The choice as the argument of a button."""
        return f"{self.account_id}-{self.trading_mode}-{self.days}"

    @classmethod
    def read(cls, argument: str) -> "Choice":
        """The choice that a button's argument stands for."""
        account_id, mode, days = argument.split("-")
        return cls(AccountId(int(account_id)), TradingMode(mode), int(days))


def caption(account: Account, trading_mode: TradingMode, history: History, now: datetime) -> str:
    """The figures as HTML, at most 1,024 UTF-16 units once it is read."""
    blocks = [[head(account, trading_mode)]]
    last = history.last
    if last is None:
        blocks.append([figure_texts.NO_FIGURES])
    else:
        blocks[0].append(amounts.day_of_week(last.day))
        blocks += [[*_day_lines(last, last is history.present)], [*_long_lines(last, history)]]
    if history.problem:
        blocks.append([figure_texts.NOT_READ.format(why=shown(retold(history.problem), _WHY_LIMIT))])
    seen = now if last is None else last.recorded_at
    blocks.append([f"<i>{texts.UPDATED.format(time=amounts.moment(seen, now))}</i>"])
    return "\n\n".join("\n".join(block) for block in blocks)


def head(account: Account, trading_mode: TradingMode) -> str:
    """The first line: which mode, which account."""
    return f"{_mark(account, trading_mode)}  {shown(account.name, _NAME_LIMIT)}"


def buttons(choice: Choice) -> Rows:
    """Buttons for other lengths of time, and one to refresh."""
    ranges = [
        Button(list_texts.CHOSEN.format(label=label) if days == choice.days else label, _press(choice, days))
        for days, label in figure_texts.RANGES.items()
    ]
    return [ranges, [Button(texts.REFRESH, _press(choice, choice.days))]]


def chart_of(account: Account, trading_mode: TradingMode, days: tuple[DayFigures, ...]) -> Chart | None:
    """The chart to draw; None when there are no days."""
    if not days:
        return None
    points = tuple(Point(one.day, one.equity, one.profit) for one in days)
    mode = plain_text(_mark(account, trading_mode)).partition(" ")[2]
    return Chart(visible(account.name, _NAME_LIMIT) or "—", mode, days[0].starting_equity, points)


def _day_lines(figures: DayFigures, is_today: bool) -> Iterator[str]:
    profit = figure_texts.TODAY if is_today else figure_texts.THAT_DAY
    yield profit.format(profit=amounts.signed_rupees(figures.profit))
    yield figure_texts.REALISED.format(amount=amounts.signed_rupees(figures.realised))
    yield figure_texts.UNREALISED.format(amount=amounts.signed_rupees(figures.unrealised))
    if figures.charges:
        yield figure_texts.CHARGES.format(amount=rupees(figures.charges))


def _long_lines(figures: DayFigures, history: History) -> Iterator[str]:
    yield figure_texts.EQUITY.format(amount=rupees(figures.equity))
    yield figure_texts.SINCE_START.format(profit=_change(figures.equity - history.capital, history.capital))
    for days in (7, 30):
        profit = amounts.signed_rupees(history.profit_of_last(days))
        yield figure_texts.OF_DAYS.format(days=days, profit=profit)


def _change(profit: Decimal, capital: Decimal) -> str:
    if capital <= 0:
        return amounts.signed_rupees(profit)
    return f"{amounts.signed_rupees(profit)} ({profit / capital * 100:+.2f}%)"


def _mark(account: Account, trading_mode: TradingMode) -> str:
    return mark_of(replace(account, trading_mode=trading_mode))


def _press(choice: Choice, days: int) -> Press:
    return Press(Act.PROFIT, argument=replace(choice, days=days).argument)
