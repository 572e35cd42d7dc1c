"""Short ways to bring a sample over, and to look at what came of it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal

from bot.process.bootstrap import Runtime
from bot.process.openalgo_source import read_source
from brokers.paper.book.order_numbers import BookKey
from brokers.paper.broker import PaperBroker
from core.accounts import Account, TradingMode
from core.audit import SYSTEM
from core.services.operations.openalgo_import import ImportWish
from core.services.operations.openalgo_report import ImportReport, UserReport
from tests.runtime import Spine, raw_sql
from tests.services.imports.openalgo_sample import OpenAlgoSample

Listing = Literal["bundled", "imported"]
Open = Callable[[Listing], AbstractAsyncContextManager[Runtime]]
"""Opens an installation anew with this setting."""
APPLY = ImportWish(SYSTEM, apply=True)


async def bring_all(runtime: Runtime, old: OpenAlgoSample, wish: ImportWish = APPLY) -> ImportReport:
    """What becomes of an installation."""
    return await runtime.services.openalgo_import.run(read_source(old.source), wish)


async def bring(spine: Spine, old: OpenAlgoSample, wish: ImportWish = APPLY) -> UserReport:
    """What becomes of its user."""
    (user,) = (await bring_all(spine.runtime, old, wish)).users
    return user


def everything(spine: Spine) -> dict[str, Sequence[Any]]:
    """All that is in our database."""
    tables = raw_sql(spine.path, "SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name: raw_sql(spine.path, f'SELECT * FROM "{name}"') for (name,) in tables}  # noqa: S608


def sandbox_of(spine: Spine, account: Account) -> PaperBroker:
    """The account's sandbox book."""
    return spine.runtime.paper.book(BookKey(TradingMode.SANDBOX, account.id))


def why(user: UserReport) -> dict[str, str]:
    """Why what is left out does not come over."""
    return {f"{one.kind} {one.name}": one.why for one in user.left_out}
