"""Other processes: started, spoken to by their first line of output, measured, stopped."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from time import perf_counter

import psutil

READY_WITHIN = 30.0
STOP_WITHIN = 15.0
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Running:
    """A process of ours that said where it listens."""

    process: asyncio.subprocess.Process
    url: str
    spawned_at: float

    def cpu(self) -> float:
        """The seconds of processor time it has had."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def rss(self) -> float:
        """Its resident memory in MB."""
        return float(psutil.Process(self.process.pid).memory_info().rss / MEGABYTE)


@contextlib.asynccontextmanager
async def running(*arguments: str, env: Mapping[str, str] | None = None) -> AsyncIterator[Running]:
    """`python` with these arguments; the last word of its first line of output must be its address."""
    spawned_at = perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, env={**os.environ, **(env or {})}
    )
    try:
        yield Running(process, await _address(process), spawned_at)
    finally:
        await _stop(process)


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(READY_WITHIN):
        line = (await process.stdout.readline()).decode()
    if "http://" not in line:
        raise RuntimeError(f"the process said {line!r} instead of its address")
    return line.split()[-1]


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(STOP_WITHIN):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
