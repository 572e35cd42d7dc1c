"""`countersign init`: the token is checked before anything is written, and nothing is left half done."""

import os
import socket
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from core.errors import ConfigError
from tests.e2e.people import local_telegram
from tests.e2e.program import BOT, TOKEN, Installation
from tests.e2e.test_cli import require_one_sentence


async def test_init_makes_everything_that_run_needs(bare: Installation, tmp_path: Path) -> None:
    new = Installation(tmp_path, bare.nursery)
    async with local_telegram() as (_, url):
        made = (await new.cli("init", "--yes", "--token", TOKEN, "--base-url", url, "--json")).data
        again = await new.cli("init", "--yes", "--token", TOKEN, "--base-url", url)
        async with new.running(COUNTERSIGN_SERVER__PORT="0", COUNTERSIGN_SERVER__WEBSOCKET_PORT="0") as service:
            stopped = await service.stop()

    assert stat.S_IMODE(new.config.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "countersign.secret").stat().st_mode) == 0o600
    assert made["bot"] == BOT
    assert made["key"]["key"].startswith("cs_")
    assert made["link"]["role"] == "owner"
    assert "exists already" in require_one_sentence(again)
    assert stopped[0] == 0


async def test_init_with_a_token_that_telegram_does_not_know_leaves_nothing_behind(
    bare: Installation, tmp_path: Path
) -> None:
    async with local_telegram() as (_, url):
        wrong = "1000000001:a-token-that-Telegram-does-not-know"
        ended = await Installation(tmp_path, bare.nursery).cli("init", "--yes", "--token", wrong, "--base-url", url)

    assert "token" in require_one_sentence(ended)
    assert wrong not in ended.err
    assert os.listdir(tmp_path) == []


async def test_init_with_a_name_that_is_none_leaves_no_settings_behind(bare: Installation, tmp_path: Path) -> None:
    new = Installation(tmp_path, bare.nursery)
    async with local_telegram() as (_, url):
        ended = await new.cli("init", "--yes", "--token", TOKEN, "--base-url", url, "--account", " ")
        again = await new.cli("init", "--yes", "--token", TOKEN, "--base-url", url)

    assert "name" in require_one_sentence(ended)
    assert again.status == 0
    assert f"The token belongs to @{BOT}." in again.out


async def test_init_without_an_answer_of_telegram_says_that_the_token_was_not_checked(
    bare: Installation, tmp_path: Path
) -> None:
    async with local_telegram() as (_, url):
        pass

    ended = await Installation(tmp_path, bare.nursery).cli("init", "--yes", "--token", TOKEN, "--base-url", url)

    assert ended.status == 0
    assert "did not answer" in ended.err
    assert "The token was NOT checked" in ended.out
    assert "config.toml" in os.listdir(tmp_path)


async def test_init_with_an_address_that_is_none_is_refused(bare: Installation, tmp_path: Path) -> None:
    ended = await Installation(tmp_path, bare.nursery).cli("init", "--yes", "--token", TOKEN, "--base-url", "ftp://x")

    assert "base_url must begin with http:// or https://" in require_one_sentence(ended)
    assert os.listdir(tmp_path) == []


@pytest.fixture
def nobody_there() -> str:
    """An address where nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{held.getsockname()[1]}"


@pytest.mark.usefixtures("logging_as_it_was")
@pytest.mark.parametrize("answer", ["y", "n"])
def test_without_an_answer_of_telegram_the_person_decides_before_anything_is_written(
    tmp_path: Path, nobody_there: str, answer: str
) -> None:
    command = ["--config", str(tmp_path / "config.toml"), "init", "--base-url", nobody_there]

    ended = CliRunner().invoke(app, command, input=f"{TOKEN}\n{answer}\nmain\n")

    asked = ended.output.index("Go on without checking the token?")
    assert "did not answer" in ended.output[:asked]
    assert TOKEN not in ended.output
    if answer == "n":
        assert isinstance(ended.exception, ConfigError)
        assert "Nothing was written." in str(ended.exception)
        assert os.listdir(tmp_path) == []
    else:
        assert ended.exit_code == 0, ended.output
        assert "The token was NOT checked" in ended.output
        assert {"config.toml", "countersign.db"} <= set(os.listdir(tmp_path))
