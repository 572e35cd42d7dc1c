"""Keeping an installation alive by the command line: looking changes nothing, and a copy comes back whole."""

import asyncio
import json
import os
import pty
import re
import tempfile
from pathlib import Path

import pytest

from tests.e2e.nursery import Streams
from tests.e2e.people import local_telegram, talking
from tests.e2e.program import Installation
from tests.e2e.test_cli import require_one_sentence
from tests.older_database import take_back_to

READING = ["account list", "key list main", "audit verify", "broker list", "pnl main", "limit show main", "link main"]


@pytest.mark.parametrize("command", [*READING, "account add main", "db upgrade", "db backup x.db", "run", "doctor"])
async def test_in_a_wrong_folder_nothing_is_made_and_it_is_said(
    bare: Installation, tmp_path: Path, command: str
) -> None:
    ended = await Installation(tmp_path, bare.nursery).cli(*command.split(), COUNTERSIGN_CONFIG="")

    assert ended.status == 1
    assert f"There is no config.toml in {tmp_path}" in ended.out + ended.err
    assert "is valid" not in ended.out
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("command", READING)
async def test_looking_makes_no_database(bare: Installation, tmp_path: Path, command: str) -> None:
    here = bare.copied_to(tmp_path / "home")

    ended = await here.cli(*command.split())

    assert "There is no database at" in require_one_sentence(ended)
    assert os.listdir(here.folder) == ["config.toml"]


async def test_doctor_says_that_a_database_is_older_and_leaves_it_so(home: Installation) -> None:
    take_back_to(home.database, "0012")

    looked = await home.cli("doctor")
    listed = await home.cli("account", "list")
    still = home.sql("SELECT version_num FROM alembic_version")
    upgraded = await home.cli("db", "upgrade")
    again = await home.cli("db", "upgrade")

    assert re.search(r"^ILL  database .*older version 0012", looked.out, re.MULTILINE)
    assert "`countersign db upgrade`" in require_one_sentence(listed)
    assert still == [("0012",)]
    assert re.search(
        r"upgraded from version 0012 .* kept in .*countersign\.0012\.\S+\.db \([\d.]+ MB\)", upgraded.out
    )
    assert again.out == "The database is up to date.\n"


async def test_a_copy_comes_back_with_keys_that_work(home: Installation, tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.db")
    async with local_telegram() as (_, url):
        here = home.at(url)
        async with here.running() as service, talking(service, home.key) as strategy:
            await strategy.queue()
            copied = await here.cli("db", "backup", copy)
            await strategy.queue()
            refused = await here.cli("db", "restore", copy)
            await service.stop()
        for name in ("countersign.db", "countersign.secret"):
            (home.folder / name).unlink()
        restored = await here.cli("db", "restore", copy)
        async with here.running() as service, talking(service, home.key) as strategy:
            status, _ = await strategy.place()

    assert copied.status == 0
    assert f"{copy}.secret" in copied.out
    assert "Another Countersign service is running" in require_one_sentence(refused)
    assert re.fullmatch(
        r"Brought back .*copy\.db\. Its audit trail is as it was written: \d+ events, 1 order, 1 leg, 1 chain\.\n",
        restored.out,
    ), restored
    assert status == 200
    assert home.sql("SELECT count(*) FROM orders") == [(2,)]


async def test_a_service_without_its_secret_does_not_start(home: Installation) -> None:
    (home.folder / "countersign.secret").unlink()

    ended = await home.fails_to_run()

    assert "is missing, and the database" in require_one_sentence(ended)
    assert not (home.folder / "countersign.secret").exists()


async def test_verify_tells_how_much_in_figures(home: Installation) -> None:
    figures = json.loads((await home.cli("audit", "verify", "--json")).out)

    assert figures["breaks"] == []
    assert {name: type(figures[name]) for name in ("accounts", "events", "orders", "legs")} == dict.fromkeys(
        ("accounts", "events", "orders", "legs"), int
    )
    assert figures["events"] == home.sql("SELECT count(*) FROM audit_events")[0][0]


@pytest.mark.parametrize("command", [["audit", "verify"], ["audit", "export", "--account", "main"]])
async def test_a_bar_is_shown_on_a_terminal_only_and_never_in_the_data(
    home: Installation, command: list[str]
) -> None:
    assert home.nursery is not None
    controller, terminal = pty.openpty()
    with tempfile.TemporaryFile() as out:
        arguments = ["--config", str(home.config), *command]
        run = home.nursery.spawn(arguments, {"TERM": "xterm"}, home.folder, Streams(out.fileno(), terminal))
        status = await asyncio.to_thread(run.wait)
        out.seek(0)
        printed = out.read().decode()
    os.close(terminal)
    shown = os.read(controller, 10_000).decode()
    os.close(controller)
    piped = await home.cli(*command)

    assert (status, piped.status, piped.err) == (0, 0, "")
    assert "100%" in shown
    assert printed
    assert "%" not in printed
