"""`countersign demo`: the first thing anybody runs."""

import os
import subprocess
import sys
from pathlib import Path

from tests.e2e.nursery import ROOT


def _shown(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The demo in an empty folder, without a terminal, and with a token around that it must not use."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("COUNTERSIGN_", "DEMO_"))}

    return subprocess.run(
        [sys.executable, "-m", "bot", "demo", *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**env, "PYTHONPATH": str(ROOT), "COUNTERSIGN_TELEGRAM__TOKEN": "77:a-real-token-that-must-not-be-used"},
    )


def test_the_demo_without_a_terminal_plays_one_order_and_ends(tmp_path: Path) -> None:
    ended = _shown(tmp_path)

    assert ended.returncode == 0, ended.stderr
    assert '"message": "Order queued for approval in Action Center"' in ended.stdout
    assert "✅ Approved order #1. Sending it now." in ended.stdout
    assert "✅ FILLED: 25 at ₹" in ended.stdout
    assert "hash chain verifies" in ended.stdout
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_demo_at_zerodha_loses_an_answer_and_finds_the_order(tmp_path: Path) -> None:
    ended = _shown(tmp_path, "--broker", "zerodha")

    assert ended.returncode == 0, ended.stderr
    told = [
        "✅ Approved order #1. Sending it now.",
        "⚠️ NOT CONFIRMED: it may or may not have reached the broker.",
        "found the order by its tag",
        "It was sent once.",
        "✅ FILLED: 25 at ₹800.00",
        "hash chain verifies",
    ]
    assert [ended.stdout.find(words) for words in told] == sorted(ended.stdout.index(words) for words in told)
    assert ended.stdout.count("  COMPLETE  tag ") == 1
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_demo_says_which_brokers_it_knows(tmp_path: Path) -> None:
    ended = _shown(tmp_path, "--broker", "nobody")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "countersign: The demo knows no broker 'nobody'; there are paper, zerodha.\n"
