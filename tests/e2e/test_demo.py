"""`countersign demo`: the first thing anybody runs."""

import os
import subprocess
import sys
from pathlib import Path

from tests.e2e.nursery import ROOT


def test_the_demo_without_a_terminal_plays_one_order_and_ends(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("COUNTERSIGN_", "DEMO_"))}

    ended = subprocess.run(
        [sys.executable, "-m", "bot", "demo"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**env, "PYTHONPATH": str(ROOT), "COUNTERSIGN_TELEGRAM__TOKEN": "77:a-real-token-that-must-not-be-used"},
    )

    assert ended.returncode == 0, ended.stderr
    assert '"message": "Order queued for approval in Action Center"' in ended.stdout
    assert "✅ Approved order #1. Sending it now." in ended.stdout
    assert "✅ FILLED: 25 at ₹" in ended.stdout
    assert "hash chain verifies" in ended.stdout
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []
