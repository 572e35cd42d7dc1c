"""What `make install` shows: a bar on a terminal, nothing elsewhere, and pip's own words when it fails."""

import os
import pty
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

INSTALL = Path(__file__).parents[2] / "tools" / "install.py"
HASH = "--hash=sha256:" + "0" * 64


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """Two packages that are here already, so that nothing is fetched."""
    pins = [f"{name}=={version(name)} {HASH}" for name in ("tzdata", "structlog")]
    (tmp_path / "some.lock").write_text("# pinned\n" + "\n".join(pins), encoding="utf-8")
    return tmp_path / "some.lock"


def test_a_terminal_sees_how_far_it_is(lock: Path) -> None:
    status, shown = _on_a_terminal(lock)

    assert status == 0, shown
    assert "[###############---------------] 1/2 tzdata" in shown
    assert "2/2 done" in shown


def test_elsewhere_nothing_is_written(lock: Path) -> None:
    ended = subprocess.run([sys.executable, INSTALL, lock], capture_output=True, text=True, check=True)

    assert (ended.stdout, ended.stderr) == ("", "")


def test_what_pip_says_is_shown_when_it_fails(tmp_path: Path) -> None:
    (tmp_path / "bad.lock").write_text("tzdata==0.0.0.not-a-version\n", encoding="utf-8")

    status, shown = _on_a_terminal(tmp_path / "bad.lock")

    assert status != 0
    assert "ERROR" in shown


def _on_a_terminal(lock: Path) -> tuple[int, str]:
    controller, terminal = pty.openpty()
    ended = subprocess.run([sys.executable, INSTALL, lock], stderr=terminal, check=False)
    os.close(terminal)
    with os.fdopen(controller, "rb", buffering=0) as screen:
        return ended.returncode, screen.read(20_000).decode()
