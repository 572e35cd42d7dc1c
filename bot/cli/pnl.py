"""`countersign pnl`: an account's profit day by day, as it was written down."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.chart.renderer import Pictures
from bot.cli.console import AccountName, Json, show, table, with_runtime
from bot.text import amounts
from core.accounts import Account, TradingMode
from core.clock import render_ist
from core.errors import CountersignError, NotFound
from core.money import ZERO, plain, rupees
from core.portfolio.profit_and_loss import USUAL_DAYS, DayFigures, History
from core.services.portfolio.broker_books import trading_mode_of

if TYPE_CHECKING:
    from bot.process.bootstrap import Runtime

Days = Annotated[int, typer.Option(min=1, max=36_500, help="So many calendar days, today included.")]
Mode = Annotated[TradingMode | None, typer.Option(help="Which book; the account's present one unless told.")]
Png = Annotated[Path | None, typer.Option(help="Also draw them into this file, which is replaced.")]


def pnl(
    account: AccountName, days: Days = USUAL_DAYS, mode: Mode = None, png: Png = None, as_json: Json = False
) -> None:
    """Show what an account has made day by day, as the running service has written it down."""

    async def work(runtime: Runtime) -> tuple[Account, TradingMode, History]:
        found = await runtime.services.accounts.get(account)
        chosen = mode or trading_mode_of(found)
        return found, chosen, await runtime.services.daily_values.recorded(found, chosen, days)

    found, chosen, history = with_runtime(work)
    if png is not None:
        _draw(png, found, chosen, history)
    data = {
        "account": found.name,
        "trading_mode": chosen.value,
        "capital": plain(history.capital),
        "days": [_data(one) for one in history.days],
    }
    show(data, as_json, _in_words(found, chosen, history))


def _draw(path: Path, account: Account, mode: TradingMode, history: History) -> None:
    from bot.pages.pnl import chart_of

    chart = chart_of(account, mode, history.days)
    if chart is None:
        raise NotFound(_nothing(account, mode))
    picture = asyncio.run(Pictures().draw(chart))
    try:
        path.write_bytes(picture)
    except OSError as fault:
        raise CountersignError(f"{path} cannot be written ({fault.strerror}).") from None


def _data(figures: DayFigures) -> dict[str, str]:
    names = ("starting_equity", "equity", "available", "profit", "realised", "unrealised", "charges")
    texts = {name: plain(getattr(figures, name)) for name in names}
    return {"day": figures.day.isoformat(), **texts, "recorded_at": figures.recorded_at.isoformat()}


def _in_words(account: Account, mode: TradingMode, history: History) -> str:
    last = history.last
    if last is None:
        return _nothing(account, mode)
    profit = sum((one.profit for one in history.days), ZERO)
    return (
        f"{table([_row(one) for one in history.days], '')}\n\n"
        f"{account.name}, {mode}: {amounts.signed_rupees(profit)} in these days, "
        f"{amounts.signed_rupees(last.equity - history.capital)} since the start. "
        f"Written down {render_ist(last.recorded_at)}."
    )


def _row(figures: DayFigures) -> dict[str, object]:
    return {
        "day": figures.day.isoformat(),
        "profit": amounts.signed_rupees(figures.profit),
        "realised": amounts.signed_rupees(figures.realised),
        "unrealised": amounts.signed_rupees(figures.unrealised),
        "charges": rupees(figures.charges),
        "equity": rupees(figures.equity),
    }


def _nothing(account: Account, mode: TradingMode) -> str:
    return f"There are no {mode} figures of {account.name} in these days; the running service writes them down."
