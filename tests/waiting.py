"""Waiting for something to come true, and no longer than a busy machine needs."""

import asyncio
from collections.abc import Callable

DRAWN_WITHIN = 90.0
"""Seconds for a picture, which a process of its own draws; on a machine that is busy with other tests."""
SOON = 30.0
"""Seconds after which it counts as never; only a failure waits so long."""


async def until(is_true: Callable[[], bool]) -> None:
    """Return once it is. Raises TimeoutError."""
    async with asyncio.timeout(SOON):
        while True:
            if is_true():
                return
            await asyncio.sleep(0.01)
