"""Writes a log line for everything that happens to an order, out of the audit trail."""

import asyncio
import logging
from contextlib import suppress

import structlog

from core.errors import Unready
from core.services.operations.order_journal import OrderJournal
from core.services.wakeups import is_set_within

log = structlog.get_logger(__name__)
LOOK_AT_MOST_EVERY = 0.1
LOOK_ANYWAY_EVERY = 1.0
"""Seconds."""


async def log_orders(journal: OrderJournal) -> None:
    """Log what happens to orders until cancelled, the last of it included.

    The journal follows what is on disk: a line is never about an order that was not stored.
    """
    if not log.is_enabled_for(logging.INFO):
        await asyncio.Event().wait()
    try:
        while True:
            await asyncio.sleep(LOOK_AT_MOST_EVERY)
            journal.wake.clear()
            await _log_new(journal)
            await is_set_within(journal.wake, LOOK_ANYWAY_EVERY)
    finally:
        await _log_new(journal)


async def _log_new(journal: OrderJournal) -> None:
    with suppress(Unready):
        for line in await journal.take():
            log.log(logging.WARNING if line.is_doubtful else logging.INFO, line.what, **line.facts)
