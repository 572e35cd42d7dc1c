"""What tests of /pnl share: programs that draw, days on record, and waiting for pictures."""

import sys
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from bot.local_telegram.errors import Json
from core.accounts import Account, TradingMode
from core.clock import trading_day
from core.portfolio.profit_and_loss import DayFigures
from db.tables.orders import accounts
from tests.bot.rig import Rig
from tests.local_telegram.pictures import a_png
from tests.waiting import DRAWN_WITHIN

TINY = f"import sys; sys.stdout.buffer.write({a_png(4, 5)!r})"
FAILS = "import sys; sys.exit('no ink')"
SLOW = "import time; time.sleep(60)"


def draw_by(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Let this program draw instead."""
    monkeypatch.setattr("bot.chart.renderer.COMMAND", (sys.executable, "-c", program))


async def record(rig: Rig, *equities: int, account: Account | None = None) -> None:
    """Days before today, in the sandbox; a lakh before the first of them."""
    now, before = rig.runtime.services.clock.now(), Decimal(9_000_000)
    async with rig.runtime.database.begin() as tx:
        for place, equity in enumerate(equities):
            at = now - timedelta(days=len(equities) - place)
            figures = (before, Decimal(equity), Decimal(equity), Decimal(0), Decimal(0), Decimal(0))
            whose = account or rig.account
            await tx.days.keep(DayFigures(whose.id, TradingMode.SANDBOX, trading_day(at), *figures, at))
            before = Decimal(equity)
        await tx.commit()


async def pictures(rig: Rig, user_id: int, count: int = 1) -> list[Json]:
    """The bot's messages with a picture, once there are so many."""

    def found() -> list[Json] | None:
        seen = [one for one in rig.telegram.messages(user_id) if "photo" in one]
        return seen if len(seen) >= count else None

    return await rig.telegram.wait_for(found, DRAWN_WITHIN)


async def edited(rig: Rig, user_id: int, is_done: Callable[[Json], bool]) -> Json:
    """The newest message, once it is as wanted."""
    return await rig.telegram.wait_for(
        lambda: next((one for one in reversed(rig.telegram.messages(user_id)) if is_done(one)), None), DRAWN_WITHIN
    )


async def rename(rig: Rig, account: Account, name: str) -> None:
    """Give an account any name at all, past the command line's own checks."""
    async with rig.runtime.engines.writing() as connection:
        await connection.execute(update(accounts).where(accounts.c.id == account.id).values(name=name))
        await connection.commit()


def tried(rig: Rig, method: str) -> int:
    """How many times the bot has called this method."""
    return sum(call["method"] == method for call in rig.telegram.calls)
