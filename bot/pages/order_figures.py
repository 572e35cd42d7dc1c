"""Figures of orders as a page."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.pages.mode_labels import mark_of
from bot.pages.portfolio import fitting
from bot.text import amounts, figure_texts, list_texts
from bot.text import messages as texts
from bot.text.escaping import shown
from core.clock import render_ist_time
from core.insight.missed_signals import MissedSignals
from core.insight.statistics import StrategyFigures
from core.services.insight.order_figures import AccountFigures

_NAME_LIMIT = 40
_ROOM = 3600
_MOST_STRATEGIES = 10


def render_figures(days: int, figures: Sequence[AccountFigures], now: datetime) -> str:
    """All accounts, one after the other."""
    room = _ROOM // max(1, len(figures))
    sections = ["\n".join(fitting([*_account(one)], room)) for one in figures]
    title = figure_texts.TITLE.format(days=amounts.counted(days, "day"))
    updated = texts.UPDATED.format(time=render_ist_time(now))
    return "\n\n".join([title, *sections, f"<i>{updated}</i>"])


def figure_buttons(days: int) -> Rows:
    """Buttons for other lengths of time, and one to refresh."""
    lengths = []
    for one in figure_texts.DAYS:
        label = amounts.counted(one, "day")
        lengths.append(Button(list_texts.CHOSEN.format(label=label) if one == days else label, _press(one)))
    return [lengths, [Button(texts.REFRESH, _press(days))]]


def _press(days: int) -> Press:
    return Press(Act.FIGURES, argument=str(days))


def _account(figures: AccountFigures) -> Iterator[str]:
    statistics = figures.statistics
    yield f"{shown(figures.account.name, _NAME_LIMIT)}  {mark_of(figures.account)}"
    if not statistics.orders:
        yield figure_texts.NO_ORDERS
        return
    words = figure_texts.STATUSES
    counts = [words[one].format(count=count) for one in words if (count := statistics.by_status.get(one, 0))]
    total = amounts.counted(statistics.orders, "order")
    yield figure_texts.TOTAL.format(orders=total, statuses=" · ".join(counts))
    yield figure_texts.SIDES.format(
        buys=amounts.counted(statistics.buys, "buy"),
        sells=amounts.counted(statistics.sells, "sell"),
        mixed=figure_texts.MIXED.format(count=statistics.mixed) if statistics.mixed else "",
    )
    if figures.missed.count:
        yield from _missed(figures.missed)
    yield from (_strategy(one) for one in statistics.strategies[:_MOST_STRATEGIES])
    more = len(statistics.strategies) - _MOST_STRATEGIES
    if more > 0:
        yield texts.AND_MORE.format(count=more)
    if statistics.by_clients:
        yield figure_texts.BY_CLIENTS.format(orders=amounts.counted(statistics.by_clients, "order"))


def _strategy(figures: StrategyFigures) -> str:
    name, orders = shown(figures.strategy, _NAME_LIMIT), amounts.counted(figures.orders, "order")
    rate, median = figures.approval_rate, figures.median
    if rate is None or median is None:
        return figure_texts.UNDECIDED_STRATEGY.format(name=name, orders=orders)
    took = amounts.duration(median) if median >= timedelta(seconds=1) else texts.UNDER_A_SECOND
    return figure_texts.STRATEGY.format(
        name=name, orders=orders, rate=f"{rate * 100:.0f}", decided=figures.decided, median=took
    )


def _missed(missed: MissedSignals) -> Iterator[str]:
    yield figure_texts.MISSED.format(count=missed.count)
    if missed.known:
        yield figure_texts.MISSED_PROFIT.format(
            profit=amounts.signed_rupees(missed.profit), gains=missed.gains, losses=missed.losses, known=missed.known
        )
        yield figure_texts.HOW_MISSED
    if missed.no_entry:
        yield figure_texts.NO_ENTRY.format(count=missed.no_entry)
    if missed.no_price:
        yield figure_texts.NO_PRICE.format(count=missed.no_price)
