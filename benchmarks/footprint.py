"""How long the service takes to be ready, and what it weighs when nothing happens."""

import asyncio
from pathlib import Path
from statistics import median
from time import perf_counter

import aiohttp

from benchmarks.figures import Figure
from benchmarks.processes import READY_WITHIN, Running
from benchmarks.stage import furnish, local_telegram, service

SECONDS_TO_READY, IDLE_MEMORY = 2.0, 120.0
ASK_EVERY, IDLE_FOR = 0.01, 1.0


async def measure_starts(folder: Path, starts: int) -> list[Figure]:
    """From the process's spawning to /readyz saying so, and memory a moment later."""
    await furnish(folder)
    waits, weights = [], []
    async with local_telegram() as (url, _):
        for _ in range(starts):
            async with service(folder, url) as process:
                waits.append(await _ready(process))
                await asyncio.sleep(IDLE_FOR)
                weights.append(process.rss())
    return [
        Figure("start: process spawned to ready", median(waits), " s", SECONDS_TO_READY),
        Figure("memory, idle after the start", median(weights), " MB", IDLE_MEMORY),
    ]


async def _ready(process: Running) -> float:
    async with asyncio.timeout(READY_WITHIN), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{process.url}/readyz") as answer:
                if answer.status == 200:
                    return perf_counter() - process.spawned_at
            await asyncio.sleep(ASK_EVERY)
