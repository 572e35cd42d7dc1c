"""Lets others have the database and the event loop between two pieces of long work."""

import asyncio
from time import perf_counter

LONGEST_PAUSE = 0.05
"""Seconds; the pieces of what must be quick are shorter than that."""


async def give_way(since: float, times: float = 1) -> None:
    """Pause so many times as long as the piece of work took that began at this moment of `perf_counter`."""
    await asyncio.sleep(min(times * (perf_counter() - since), LONGEST_PAUSE))
