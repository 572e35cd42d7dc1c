"""The installation's secret: made once, kept private, and never the same key for two purposes."""

import stat
from pathlib import Path

import pytest

from bot.settings.installation_secret import derive, load_secret
from core.errors import ConfigError


def test_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    made = load_secret(tmp_path / "secret")

    assert load_secret(tmp_path / "secret") == made
    assert len(made) == 32
    assert load_secret(tmp_path / "another") != made


def test_secret_is_for_its_owner_only(tmp_path: Path) -> None:
    load_secret(tmp_path / "secret")

    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("text", "complaint"), [("", "too short"), ("abcd", "too short"), ("not hex", "cannot be read")]
)
def test_damaged_secret_stops_the_start_and_is_not_replaced(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "secret").write_text(text)

    with pytest.raises(ConfigError, match=rf"security\.secret_file .*{complaint}"):
        load_secret(tmp_path / "secret")

    assert (tmp_path / "secret").read_text() == text


def test_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"security\.secret_file cannot be written"):
        load_secret(tmp_path / "nowhere" / "secret")


def test_damaged_secret_is_not_printed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("deadbeef" * 4 + "zz")

    with pytest.raises(ConfigError) as refusal:
        load_secret(tmp_path / "secret")

    assert "deadbeef" not in str(refusal.value)


def test_each_purpose_has_a_key_of_its_own() -> None:
    secret = bytes(32)

    keys = {derive(secret, "api keys"), derive(secret, "cards"), derive(bytes(31) + b"\x01", "cards"), secret}

    assert len(keys) == 4
    assert derive(secret, "cards") == derive(secret, "cards")
