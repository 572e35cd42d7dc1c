"""What happens regularly, as one table."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core.errors import Unready
from core.services.cardwork import CardWork
from core.services.expire import Expiry
from core.services.refresh import Refresher
from core.services.upkeep import Upkeep

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One regular piece of work; each may safely run late, twice, or never."""

    name: str
    work: Callable[[], Awaitable[object]]
    every: timedelta


def jobs(
    expiry: Expiry, refresher: Refresher, upkeep: Upkeep, cards: CardWork, refresh_every: timedelta
) -> list[Job]:
    """The table."""
    return [
        Job("expiry", expiry.sweep, timedelta(seconds=1)),
        Job("refresh", refresher.refresh, refresh_every),
        Job("heartbeat", upkeep.beat, timedelta(seconds=5)),
        Job("fresh cards", cards.refresh_stale, timedelta(seconds=15)),
        Job("forget answers", upkeep.forget_answers, timedelta(hours=1)),
    ]


def build_scheduler(table: list[Job]) -> AsyncIOScheduler:
    """A scheduler that never runs one job twice at once and skips what it missed."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    for job in table:
        scheduler.add_job(
            _guarded(job),
            "interval",
            seconds=job.every.total_seconds(),
            name=job.name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    return scheduler


def _guarded(job: Job) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        try:
            await job.work()
        except Unready as fault:
            log.warning("job.postponed", job=job.name, why=str(fault))

    return run
