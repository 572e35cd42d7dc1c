"""Pictures come from processes of their own, which never outlive their use and learn no secrets."""

import asyncio
import os
import sys
from datetime import date
from decimal import Decimal
from itertools import accumulate
from pathlib import Path

import pytest

from bot.chart import renderer as pictures
from bot.chart.renderer import NotDrawn, Pictures
from bot.chart.spec import Chart, Point
from tests.local_telegram.pictures import size_of
from tests.waiting import DRAWN_WITHIN, until

CHART = Chart("अशा $x$", "LIVE", Decimal(100), (Point(date(2026, 11, 23), Decimal(90), Decimal(-10)),))
SLEEP = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"

BEGIN_AND_END = """
import os, sys, time
told = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.write(told, b"+"); time.sleep(0.2); os.write(told, b"-")
print("a picture")
"""


def run_instead(monkeypatch: pytest.MonkeyPatch, program: str, *arguments: object) -> None:
    """Let this program draw."""
    monkeypatch.setattr(pictures, "COMMAND", (sys.executable, "-c", program, *map(str, arguments)))


def is_running(pid: int) -> bool:
    """Whether there is such a process, and it is not only waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def pids_in(path: Path) -> list[int]:
    """The processes that have written themselves down."""
    return [int(line) for line in path.read_text().split()] if path.exists() else []


async def test_a_picture_is_drawn_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "DRAW_WITHIN", DRAWN_WITHIN)

    assert size_of(await Pictures().draw(CHART)) == (1024, 1280)


async def test_what_fails_is_told_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, "raise ValueError('no ink')")

    with pytest.raises(NotDrawn, match=r"Drawing failed: (?s:.)*ValueError: no ink$"):
        await Pictures().draw(CHART)


async def test_no_picture_is_a_failure_too(monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, "pass")

    with pytest.raises(NotDrawn):
        await Pictures().draw(CHART)


async def test_a_program_that_is_not_there_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "COMMAND", ("/no/such/python",))

    with pytest.raises(NotDrawn, match="Drawing could not begin: No such file or directory"):
        await Pictures().draw(CHART)


async def test_what_takes_too_long_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run_instead(monkeypatch, SLEEP, tmp_path / "pids")
    monkeypatch.setattr(pictures, "DRAW_WITHIN", 1.0)

    with pytest.raises(NotDrawn, match="too long"):
        await Pictures().draw(CHART)

    (pid,) = pids_in(tmp_path / "pids")
    assert not is_running(pid)


async def test_who_gives_up_waiting_leaves_no_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run_instead(monkeypatch, SLEEP, tmp_path / "pids")
    drawing = asyncio.create_task(Pictures().draw(CHART))
    await until(lambda: bool(pids_in(tmp_path / "pids")))
    (pid,) = pids_in(tmp_path / "pids")
    assert is_running(pid)

    drawing.cancel()
    await asyncio.gather(drawing, return_exceptions=True)

    assert not is_running(pid)


async def test_only_two_are_drawn_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run_instead(monkeypatch, BEGIN_AND_END, tmp_path / "told")
    shared = Pictures()

    await asyncio.gather(*(shared.draw(CHART) for _ in range(4)))

    told = (tmp_path / "told").read_text()
    at_once = [*accumulate(1 if one == "+" else -1 for one in told)]
    assert (len(told), max(at_once)) == (8, 2)


async def test_no_secret_goes_along_and_nothing_stays_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COUNTERSIGN_TELEGRAM__TOKEN", "12345:SECRET")
    run_instead(monkeypatch, "import os; print(os.environ['MPLCONFIGDIR'], sorted(os.environ))")
    mine = Pictures()

    folder, _, names = (await mine.draw(CHART)).decode().partition(" ")

    assert "COUNTERSIGN" not in names
    assert os.stat(folder).st_mode & 0o077 == 0
    del mine
    assert not os.access(folder, os.F_OK)
