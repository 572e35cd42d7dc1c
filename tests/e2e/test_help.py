"""What the program says of itself before it does anything."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest


def test_the_console_script_is_the_same_program() -> None:
    script = Path(sys.executable).with_name("countersign")

    said = subprocess.run([script, "--help"], capture_output=True, text=True, check=True)

    assert "account" in said.stdout
    assert "doctor" in said.stdout


def test_the_version_is_told() -> None:
    told = subprocess.run([sys.executable, "-m", "bot", "--version"], capture_output=True, text=True, check=True)

    assert told.stdout == f"countersign {version('countersign')}\n"


@pytest.mark.parametrize("command", [[], ["account"], ["key", "create"], ["db", "restore"], ["audit", "verify"]])
def test_help_does_not_wait_for_the_database_and_telegram_to_load(command: list[str]) -> None:
    program = "import sys, bot.__main__ as program\ntry: program.main()\nfinally: print(*sys.modules)"
    arguments = [sys.executable, "-c", program, *command, "--help"]

    shown = subprocess.run(arguments, capture_output=True, text=True, check=True)

    loaded = set(shown.stdout.split())
    assert "Usage:" in shown.stdout
    assert "typer" in loaded
    assert loaded.isdisjoint({"sqlalchemy", "telegram", "aiohttp"})
