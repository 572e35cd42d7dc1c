"""The table of regular jobs, and the scheduler that runs them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.process.bootstrap import Runtime
from core.errors import Unready

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One regular piece of work; each may safely run late, twice, or never."""

    name: str
    work: Callable[[], Awaitable[object]]
    every: timedelta


def jobs(runtime: Runtime) -> list[Job]:
    """The regular jobs of the service."""
    streams = Job("order streams", runtime.services.order_streams.look, timedelta(seconds=2))
    return [
        *([streams] if runtime.settings.brokers.order_streams else []),
        Job("expiry", runtime.expiry.sweep, timedelta(seconds=1)),
        Job("refresh", runtime.refresher.refresh, runtime.settings.refresh.every),
        Job("broker logins", runtime.services.broker_logins.sync, timedelta(seconds=2)),
        Job("broker sessions", runtime.login_watch.look, timedelta(seconds=30)),
        Job("broker outages", runtime.outage_watch.look, timedelta(seconds=15)),
        Job("heartbeat", runtime.maintenance.beat, timedelta(seconds=5)),
        Job("fresh cards", runtime.services.cards.refresh_stale, timedelta(seconds=15)),
        Job("forget answers", runtime.maintenance.forget_answers, timedelta(hours=1)),
        Job("paper books' time", runtime.paper.keep_time, timedelta(seconds=5)),
        Job("day figures", runtime.services.daily_values.record, timedelta(minutes=1)),
        Job("daily losses", runtime.services.loss_watch.look, timedelta(seconds=15)),
        Job("results of the day", runtime.services.insight.notices.plan_summaries, timedelta(minutes=1)),
        Job("old notices", runtime.services.insight.notices.forget_old, timedelta(hours=1)),
        Job("keys' last use", runtime.services.keys.use.write_down, timedelta(minutes=1)),
        Job("candles", runtime.candle_recorder.keep, timedelta(seconds=10)),
        Job("old candles", runtime.candle_recorder.forget_old, timedelta(hours=1)),
        Job("today's contracts", runtime.bundled.refresh, timedelta(minutes=1)),
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
        except asyncio.CancelledError:
            # Only a stop cancels a job; left to APScheduler it would stand in the log as an error.
            log.debug("job.stopped", job=job.name)

    return run
