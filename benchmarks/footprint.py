"""How long the service takes to be ready, and what it weighs when nothing happens."""

import asyncio
from pathlib import Path
from statistics import median
from time import perf_counter

import aiohttp

from benchmarks.figures import Figure
from benchmarks.plan import Plan
from benchmarks.processes import READY_WITHIN, Running
from benchmarks.stage import furnish, local_telegram, service

SECONDS_TO_READY, SECONDS_TO_READY_WITH_MANY, IDLE_MEMORY = 1.5, 2.5, 120.0
ASK_EVERY, IDLE_FOR = 0.01, 1.0


async def measure_starts(folder: Path, plan: Plan) -> list[Figure]:
    """From the process's spawning to /readyz saying so, and memory a moment later; then with many accounts."""
    one, many = (folder / name for name in ("one", "many"))
    for where, accounts in ((one, 1), (many, plan.accounts)):
        await asyncio.to_thread(where.mkdir)
        await furnish(where, accounts)
    return [
        *await _start(one, "start", plan.starts, SECONDS_TO_READY),
        *await _start(many, f"start, {plan.accounts:,} accounts", plan.starts, SECONDS_TO_READY_WITH_MANY),
    ]


async def _start(folder: Path, what: str, starts: int, most: float) -> list[Figure]:
    waits, costs, weights = [], [], []
    async with local_telegram() as (url, _):
        for _ in range(starts):
            async with service(folder, url) as process:
                waits.append(await _ready(process))
                costs.append(process.cpu())
                await asyncio.sleep(IDLE_FOR)
                weights.append(process.rss())
    return [
        Figure(f"{what}: process spawned to ready", median(waits), " s", most),
        Figure(f"{what}: processor time", median(costs), " s"),
        Figure(f"{what}: idle memory", median(weights), " MB", IDLE_MEMORY),
    ]


async def _ready(process: Running) -> float:
    async with asyncio.timeout(READY_WITHIN), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{process.url}/readyz") as answer:
                if answer.status == 200:
                    return perf_counter() - process.spawned_at
            await asyncio.sleep(ASK_EVERY)
