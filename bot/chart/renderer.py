"""Draws charts in short-lived child processes, so that matplotlib's memory does not stay in the service."""

import asyncio
import os
import shutil
import sys
import tempfile
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.chart.spec import Chart, write
from core.errors import CountersignError

DRAW_WITHIN = 30.0
"""Seconds that one picture may take, a busy machine included."""
MOST_AT_ONCE = 2
COMMAND = (sys.executable, "-m", "bot.chart")
_ROOT = Path(__file__).parents[2]
_INHERITED = ("PATH", "LANG", "PYTHONPATH", "SYSTEMROOT")
_COMPLAINT = 300
"""How many characters of a failed process's standard error are kept, from the end."""


class NotDrawn(CountersignError):
    """The picture could not be drawn."""


class Pictures:
    """Draws a few charts at once; more wait. The processes share a cache folder that is deleted with this object."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self._folder: str | None = None

    async def draw(self, chart: Chart) -> bytes:
        """The chart as PNG. Raises NotDrawn."""
        async with self._places, _drawing_process(self._environment()) as process:
            try:
                async with asyncio.timeout(DRAW_WITHIN):
                    picture, complaint = await process.communicate(write(chart))
            except TimeoutError:
                raise NotDrawn("Drawing took too long.") from None
        if process.returncode or not picture:
            raise NotDrawn(f"Drawing failed: {complaint.decode(errors='replace')[-_COMPLAINT:].strip()}")
        return picture

    def _environment(self) -> dict[str, str]:
        """The child process's environment, without our tokens and secrets."""
        if self._folder is None:
            self._folder = tempfile.mkdtemp(prefix="countersign-charts-")
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return inherited | {"MPLBACKEND": "Agg", "MPLCONFIGDIR": self._folder, "OPENBLAS_NUM_THREADS": "1"}


@asynccontextmanager
async def _drawing_process(environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A drawing process that is killed at the end of the `with` block. Raises NotDrawn when it cannot be started."""
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, cwd=_ROOT
        )
    except OSError as fault:
        raise NotDrawn(f"Drawing could not begin: {fault.strerror}.") from None
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
