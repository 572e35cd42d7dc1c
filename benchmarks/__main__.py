"""`python -m benchmarks`: measure everything, print one table. Missed targets are said; wrong answers fail."""

import argparse
import asyncio
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.auto import measure_auto
from benchmarks.book import measure_book
from benchmarks.burst import measure_burst
from benchmarks.chats import measure_chats
from benchmarks.expiry import measure_expiry
from benchmarks.figures import Figure, render
from benchmarks.footprint import measure_starts
from benchmarks.growth import measure_growth
from benchmarks.idle import measure_idle
from benchmarks.intake import Intake, require_unbroken_chain
from benchmarks.life import measure_life
from benchmarks.live import measure_live
from benchmarks.offered import measure_offered
from benchmarks.plan import FULL, QUICK, Plan
from benchmarks.stage import staged
from benchmarks.taps import measure_taps
from benchmarks.wire import Wrong
from bot.process.logs import set_up_logging


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    made.add_argument("--quick", action="store_true", help="a smoke run of about a minute; its figures mean little")
    parts = ", ".join(PARTS)
    made.add_argument("--only", choices=PARTS, metavar="PART", help=f"measure one part: {parts}")
    return made


async def measure_intake(folder: Path, plan: Plan) -> list[Figure]:
    """Orders over HTTP, then memory, then whether every one of them is there."""
    async with staged(folder) as stage:
        intake = Intake(stage, plan)
        figures = [*await intake.compare(), await intake.fill_up()]
    print(f"  {intake.require_all_stored()}; {await require_unbroken_chain(stage)}", flush=True)
    return figures


async def _measure_taps(folder: Path, plan: Plan) -> list[Figure]:
    return await measure_taps(folder, plan.taps)


PARTS = {
    "intake": measure_intake,
    "offered": measure_offered,
    "taps": _measure_taps,
    "life": measure_life,
    "auto": measure_auto,
    "chats": measure_chats,
    "expiry": measure_expiry,
    "burst": measure_burst,
    "growth": measure_growth,
    "book": measure_book,
    "start": measure_starts,
    "idle": measure_idle,
    "live": measure_live,
}


async def measure(plan: Plan, parts: Sequence[str]) -> list[Figure]:
    """Every part on a database of its own. Raises Wrong."""
    figures: list[Figure] = []
    for part in parts:
        print(f"Measuring {part} …", flush=True)
        with TemporaryDirectory(prefix="countersign-bench-") as folder:
            figures += await PARTS[part](Path(folder), plan)
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 1 when an answer was wrong or rows are missing."""
    options = parser().parse_args(arguments)
    set_up_logging("error", "text")
    started = perf_counter()
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    try:
        figures = asyncio.run(measure(QUICK if options.quick else FULL, [options.only] if options.only else [*PARTS]))
    except Wrong as fault:
        print(f"WRONG: {fault}")
        return 1
    print(f"\n{render(figures)}\n\nTook {perf_counter() - started:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
