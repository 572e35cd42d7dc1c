"""Counts what the service does in each stage of an order's life: statements, transactions, thread changes."""

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import Any
from unittest.mock import patch

from sqlalchemy import event
from sqlalchemy.pool import Pool

from bot.cards import sender
from bot.transport.rate_limiter import TelegramLimiter
from core.services.wakeups import Wakeups
from db.connections.sqlite_connection import SqliteWriter

COUNTED = ("statements", "transactions", "thread changes", "wake-ups", "renders", "Telegram calls")


@dataclass(slots=True)
class Stage:
    """What all orders together cost in one stage of their lives."""

    cpu: float = 0.0
    wall: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Probes:
    """Everything counted so far, and by stage; a stage lasts from one `enter` to the next."""

    counts: Counter[str] = field(default_factory=Counter)
    stages: dict[str, Stage] = field(default_factory=dict)
    _stage: str = ""
    _since: tuple[float, float, Counter[str]] = field(default_factory=lambda: (0.0, 0.0, Counter()))

    def enter(self, stage: str) -> None:
        """The stage that was ends here, and this one begins."""
        cpu, wall, counts = self._since
        now = process_time(), perf_counter(), Counter(self.counts)
        if self._stage:
            known = self.stages.setdefault(self._stage, Stage())
            known.cpu += now[0] - cpu
            known.wall += now[1] - wall
            known.counts += now[2] - counts
        self._stage, self._since = stage, now

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Count until the block ends; connections opened before are not seen."""
        with contextlib.ExitStack() as stack:
            event.listen(Pool, "connect", self._trace)
            stack.callback(event.remove, Pool, "connect", self._trace)
            for owner, name, counted in (
                (SqliteWriter, "_in_thread", "thread changes"),
                (Wakeups, "order_moved", "wake-ups"),
                (Wakeups, "order_arrived", "wake-ups"),
                (TelegramLimiter, "process_request", "Telegram calls"),
                (sender, "render_card", "renders"),
            ):
                stack.enter_context(patch.object(owner, name, self._counting(getattr(owner, name), counted)))
            yield

    def _counting(self, work: Callable[..., Any], counted: str) -> Callable[..., Any]:
        def count(*args: Any, **kwargs: Any) -> Any:
            self.counts[counted] += 1
            return work(*args, **kwargs)

        return count

    def _trace(self, connection: object, _: object) -> None:
        # What aiosqlite opens is for lengthy transactions, of which an order's life has none.
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(self._count_statement)

    def _count_statement(self, sql: str) -> None:
        if sql.startswith("BEGIN"):
            self.counts["transactions"] += 1
        elif not sql.startswith(("COMMIT", "ROLLBACK", "--")):
            self.counts["statements"] += 1
