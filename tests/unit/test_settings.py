"""config.toml and the environment become one set of settings, or one readable complaint."""

import os
import tomllib
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.settings.settings import Settings, load_settings
from core.errors import ConfigError

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
TOKEN = "123456789:AAEhBOweik9ai2o01-thisIsVerySecret"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("COUNTERSIGN_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A settings file that a test writes."""
    return tmp_path / "config.toml"


def keys(model: type[BaseModel], written: dict[str, Any]) -> list[tuple[str, set[str]]]:
    """Every section with its keys, of the model and of the file."""
    sections = {name: field.annotation for name, field in model.model_fields.items()}
    assert set(sections) == set(written)
    return [(name, set(section.model_fields)) for name, section in sections.items() if section is not None]


def test_example_has_every_key_and_no_other() -> None:
    written = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))

    assert keys(Settings, written) == [(name, set(written[name])) for name in Settings.model_fields]


def test_example_holds_the_defaults() -> None:
    written = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))

    assert Settings.model_validate(written) == Settings()


def test_every_key_of_the_example_has_a_line_of_why() -> None:
    lines = [line for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if "=" in line.split("#")[0]]

    assert [line for line in lines if len(line.split("#", 1)[-1].split()) < 3] == []


def test_no_file_means_the_defaults(config: Path) -> None:
    settings = load_settings(config)

    assert (settings.server.port, settings.approval.expires_after) == (8080, timedelta(minutes=15))


def test_file_that_must_be_there_is_asked_for(config: Path) -> None:
    with pytest.raises(ConfigError, match=r"There is no .*config\.toml; `countersign init` makes one"):
        load_settings(config, required=True)


def test_file_wins_over_the_defaults(config: Path) -> None:
    config.write_text('[server]\nport = 9000\n[paper]\nstarting_capital = "250000.50"\n[refresh]\nevery = "2m"\n')

    settings = load_settings(config)

    assert settings.server.port == 9000
    assert settings.paper.starting_capital == Decimal("250000.50")
    assert settings.refresh.every == timedelta(minutes=2)


def test_environment_wins_over_the_file(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text('[server]\nport = 9000\nhost = "0.0.0.0"\n')
    monkeypatch.setenv("COUNTERSIGN_SERVER__PORT", "9001")
    monkeypatch.setenv("COUNTERSIGN_TELEGRAM__TOKEN", TOKEN)
    monkeypatch.setenv("COUNTERSIGN_APPROVAL__EXECUTE_WITHIN", "30s")
    monkeypatch.setenv("COUNTERSIGN_SERVER__CORS_ORIGINS", '["https://Page.example"]')

    settings = load_settings(config)

    assert (settings.server.port, settings.server.host) == (9001, "0.0.0.0")  # noqa: S104
    assert settings.telegram.token.get_secret_value() == TOKEN
    assert settings.approval.execute_within == timedelta(seconds=30)
    assert settings.server.cors_origins == ("https://page.example",)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[server]\nprot = 1\n", "server.prot is not a setting"),
        ("[sever]\nport = 1\n", "sever is not a setting"),
        ("port = 1\n", "port is not a setting"),
        ("[server]\nport = 99999\n", "server.port: "),
        ('[server]\nport = "http"\n', "server.port: "),
        ('[server]\ncors_origins = ["https://page.example/app"]\n', 'must be "*" or an origin such as'),
        ('[approval]\nexpires_after = "soon"\n', "approval.expires_after: 'soon' is not a duration such as 90s"),
        ('[approval]\nexpires_after = "0s"\n', "approval.expires_after: "),
        ("[approval]\nexpires_after = 15\n", 'it has no unit: write "15s", "15m" or "15h"'),
        ("[refresh]\nevery = 2.5\n", "refresh.every: '2.5' is not a duration such as 90s"),
        ("[paper]\nstarting_capital = 0\n", "paper.starting_capital: "),
        ('[telegram]\nmode = "carrier pigeon"\n', "telegram.mode: "),
        ('[telegram]\nmode = "webhook"\n', 'mode = "webhook" needs public_url'),
        ('[telegram]\nbase_url = "ftp://x"\n', "base_url must begin with http:// or https://"),
        ('[logging]\nlevel = "loud"\n', "logging.level: "),
        ("[server\n", "is not valid TOML"),
    ],
)
def test_wrong_setting_is_named(config: Path, text: str, complaint: str) -> None:
    config.write_text(text)

    with pytest.raises(ConfigError) as refusal:
        load_settings(config)

    assert complaint in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("COUNTERSIGN_SERVER__PROT", "server.prot is not a setting"),
        ("COUNTERSIGN_SEVER__PORT", r"COUNTERSIGN_SEVER__PORT, but there is no section \[sever\]"),
    ],
)
def test_wrong_name_in_the_environment_is_named(
    config: Path, monkeypatch: pytest.MonkeyPatch, name: str, complaint: str
) -> None:
    monkeypatch.setenv(name, "1")

    with pytest.raises(ConfigError, match=complaint):
        load_settings(config)


def test_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")

    for path in (tmp_path, tmp_path / "binary.toml"):
        with pytest.raises(ConfigError, match="cannot be read"):
            load_settings(path)


def test_secrets_are_never_printed(config: Path) -> None:
    config.write_text(f'[telegram]\ntoken = "{TOKEN}"\n')

    settings = load_settings(config)

    printed = [
        repr(settings),
        str(settings),
        repr(settings.telegram),
        settings.model_dump_json(),
        str(vars(settings)),
    ]
    assert not any(TOKEN in text for text in printed)


@pytest.mark.parametrize(
    "text",
    [f'[telegram]\ntoken = ["{TOKEN}"]\n', f'[telegram]\ntokne = "{TOKEN}"\n', f'[telegram]\ntoken = "{TOKEN}\n'],
)
def test_secrets_are_not_in_complaints(config: Path, text: str) -> None:
    config.write_text(text)

    with pytest.raises(ConfigError) as refusal:
        load_settings(config)

    assert TOKEN not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_files_are_beside_the_settings_whatever_the_current_folder(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text('[database]\nurl = "sqlite+aiosqlite:///data.db"\n')
    monkeypatch.chdir("/")

    settings = load_settings(config)

    assert settings.database.url == f"sqlite+aiosqlite:///{tmp_path}/data.db"
    assert settings.security.secret_file == f"{tmp_path}/countersign.secret"
    assert settings.calendar.file == ""


@pytest.mark.parametrize("section", ["calendar", "contracts"])
def test_a_file_of_ones_own_is_beside_the_settings_unless_its_path_is_full(
    config: Path, tmp_path: Path, section: str
) -> None:
    assert getattr(load_settings(config), section).file == ""

    config.write_text(f'[{section}]\nfile = "mine.toml"\n')
    assert getattr(load_settings(config), section).file == f"{tmp_path}/mine.toml"

    config.write_text(f'[{section}]\nfile = "/etc/mine.toml"\n')
    assert getattr(load_settings(config), section).file == "/etc/mine.toml"


@pytest.mark.parametrize(
    "url", ["sqlite+aiosqlite:////var/lib/c.db", "postgresql+asyncpg://u@h/db", "sqlite+aiosqlite:///:memory:"]
)
def test_full_database_address_stays_as_it_is(config: Path, url: str) -> None:
    config.write_text(f'[database]\nurl = "{url}"\n')

    assert load_settings(config).database.url == url


def test_settings_cannot_be_changed_after_the_start() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().server.port = 1  # type: ignore[misc]
