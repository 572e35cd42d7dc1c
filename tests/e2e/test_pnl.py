"""Profit as its user sees it: on the command line, as a file, and in Telegram from a service that stays small."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.clock import trading_day
from tests.e2e.people import local_telegram
from tests.e2e.program import Installation
from tests.factories import ASHA
from tests.local_telegram.pictures import size_of

NOW = datetime.now(UTC)
MOMENT = NOW.isoformat(timespec="microseconds")


def write_down(home: Installation, mode: str, *equities: int) -> None:
    """One row for each of the last days, today's last; it began with a lakh."""
    before = 100_000
    for place, equity in enumerate(equities):
        day = trading_day(NOW) - timedelta(days=len(equities) - 1 - place)
        row = (1, mode, day.isoformat(), str(before), str(equity), str(equity), "12.5", "0", "1.25", MOMENT)
        home.sql("INSERT INTO day_figures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *row)
        before = equity


def memory_of(pid: int) -> str:
    """The files that a process has mapped."""
    return Path(f"/proc/{pid}/maps").read_text()


def children_of(pid: int) -> str:
    """The processes that it has started and that still live."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text()


async def test_the_days_of_one_book(home: Installation) -> None:
    write_down(home, "live", 100_500, 99_000)
    write_down(home, "sandbox", 777_777)

    shown = await home.cli("pnl", "main")
    one_day = await home.json("pnl", "main", "--days", "1")
    sandbox = await home.json("pnl", "main", "--mode", "sandbox")

    today = trading_day(NOW)
    lines = shown.out.splitlines()
    assert lines[0].split() == ["day", "profit", "realised", "unrealised", "charges", "equity"]
    assert lines[2].split() == [str(today), "-₹1,500.00", "+₹12.50", "₹0.00", "₹1.25", "₹99,000.00"]
    assert lines[4].startswith("main, live: -₹1,000.00 in these days, -₹1,000.00 since the start. Written down ")
    assert one_day == {
        "account": "main",
        "trading_mode": "live",
        "capital": "100000",
        "days": [
            {
                "day": str(today),
                "starting_equity": "100500",
                "equity": "99000",
                "available": "99000",
                "profit": "-1500",
                "realised": "12.5",
                "unrealised": "0",
                "charges": "1.25",
                "recorded_at": NOW.isoformat(),
            }
        ],
    }
    assert [Decimal(one["equity"]) for one in sandbox["days"]] == [777_777]


async def test_the_picture_as_a_file(home: Installation, tmp_path: Path) -> None:
    write_down(home, "live", 100_500, 99_000)

    drawn = await home.cli("pnl", "main", "--png", str(tmp_path / "p.png"), "--json")
    refused = await home.cli("pnl", "main", "--png", str(tmp_path))

    assert size_of((tmp_path / "p.png").read_bytes()) == (1024, 1280)
    assert len(json.loads(drawn.out)["days"]) == 2
    assert (refused.status, refused.err) == (1, f"countersign: {tmp_path} cannot be written (Is a directory).\n")


async def test_no_figures_yet(home: Installation) -> None:
    said = await home.cli("pnl", "main")

    assert said.out == ("There are no live figures of main in these days; the running service writes them down.\n")


@pytest.mark.parametrize(
    ("options", "status", "says"),
    [
        ("--help", 0, "Usage:"),
        ("nobody", 1, "countersign: There is no account named 'nobody'.\n"),
        ("main --png p.png", 1, "countersign: There are no live figures of main in these days; "),
        ("main --days 0", 2, "--days"),
        ("main --mode both", 2, "--mode"),
    ],
)
async def test_what_cannot_be_shown_is_said(home: Installation, options: str, status: int, says: str) -> None:
    ended = await home.cli("pnl", *options.split())

    assert ended.status == status
    assert says in ended.out + ended.err
    assert "Traceback" not in ended.err


async def test_a_service_that_has_sent_a_picture_has_not_loaded_what_drew_it(home: Installation) -> None:
    async with local_telegram() as (telegram, url), home.at(url).running() as service:
        telegram.send_text(ASHA, "/pnl")
        shown = await telegram.wait_for(
            lambda: next((one for one in telegram.messages(ASHA) if "photo" in one), None), 60
        )
        loaded, children = memory_of(service.process.pid), children_of(service.process.pid)

    assert (shown["photo"][-1]["width"], shown["photo"][-1]["height"]) == (1024, 1280)
    assert not [name for name in ("matplotlib", "numpy", "PIL") if name in loaded]
    assert children == ""
    assert "Equity: ₹1,00,00,000.00" in shown["text"]
