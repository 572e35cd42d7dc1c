"""Regular jobs, when one of them fails to do its work or the service stops."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.process.scheduler import Job, build_scheduler
from core.errors import Unready


def a_job(work: Callable[[], Awaitable[object]]) -> Job:
    """It runs again and again, at once."""
    return Job("some job", work, timedelta(milliseconds=10))


async def test_a_stop_in_the_middle_of_a_job_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    scheduler = build_scheduler([a_job(hang)])
    with caplog.at_level(logging.INFO):
        scheduler.start()
        await begun.wait()
        scheduler.shutdown(wait=False)
        await ended.wait()
        await asyncio.sleep(0)

    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_job_that_must_wait_is_tried_again() -> None:
    tries, enough = 0, asyncio.Event()

    async def refuse() -> None:
        nonlocal tries
        tries += 1
        if tries == 3:
            enough.set()
        raise Unready("The database cannot be used right now; nothing was executed.")

    scheduler = build_scheduler([a_job(refuse)])
    scheduler.start()
    try:
        async with asyncio.timeout(10):
            await enough.wait()
    finally:
        scheduler.shutdown(wait=False)

    assert tries >= 3
