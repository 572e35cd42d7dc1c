"""Reading an OpenAlgo installation: never written to, its secrets nowhere, and clear words for what is none."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.cli.imports.openalgo_text import as_facts, in_words
from bot.process.openalgo_source import Source, bring_over, read_source
from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM
from core.errors import ConfigError
from core.services.operations.openalgo_import import ImportWish
from db.connections.service_lock import only_service
from tests.runtime import Spine
from tests.services.imports.coming_over import APPLY
from tests.services.imports.openalgo_sample import KEY, PEPPER, SALT, SECRETS, OpenAlgoSample, sealed

THEIR_MEMORY = 65_536
NOT_THIS_ENV = "not the .env that the database was written with"


async def test_the_source_is_not_changed_and_none_of_its_secrets_is_kept_or_told(
    spine: Spine, old: OpenAlgoSample, caplog: pytest.LogCaptureFixture
) -> None:
    old.fill()
    before = old.contents()

    report = await spine.services.openalgo_import.run(read_source(old.source), APPLY)
    told = in_words(report, "https://t.me/bot?start=") + json.dumps(as_facts(report, "")) + caplog.text + repr(report)
    files = [path for path in spine.path.parent.iterdir() if path.is_file()]
    kept = b"".join(path.read_bytes() for path in files)

    assert old.contents() == before
    assert spine.path in files
    for secret in (KEY, PEPPER, SALT, *SECRETS.values(), *sealed(bytes.fromhex(SALT))):
        assert secret.encode() not in kept
        assert secret not in told
    assert KEY not in repr(read_source(old.source))


async def test_what_is_told_has_everything_that_somebody_must_do(spine: Spine, old: OpenAlgoSample) -> None:
    old.fill()
    installation = read_source(old.source)

    told = in_words(await spine.services.openalgo_import.run(installation, ImportWish(SYSTEM)), "")
    done = await spine.services.openalgo_import.run(installation, APPLY)
    (user,) = done.users
    words, facts = in_words(done, "https://t.me/bot?start="), as_facts(done, "https://t.me/bot?start=")

    assert "--apply" in told
    assert user.invited[0].link.code not in told
    assert f"Asha (555): https://t.me/bot?start={user.invited[0].link.code}" in words
    for line in ("admin → account admin, new", "never sent from here", "countersign broker set admin zerodha"):
        assert line in words
    assert "Gap up" in words
    assert "26112087654321" in words
    assert json.loads(json.dumps(facts))["users"][0]["sandbox"]["triggers"] == ["GTT-261120-0a1b2c3d"]
    assert (facts["applied"], facts["changed"]) == (True, True)


async def test_auto_is_told_for_what_it_is(spine: Spine, old: OpenAlgoSample) -> None:
    old.change("api_keys", order_mode="auto")
    old.change("settings", analyze_mode=0)

    report = await spine.services.openalgo_import.run(read_source(old.source), APPLY)

    account = report.users[0].account
    assert (account.order_mode, account.trading_mode) == (OrderMode.AUTO, TradingMode.LIVE)
    assert "without asking anybody" in in_words(report, "")


async def test_nothing_is_brought_over_beside_a_running_service(spine: Spine, old: OpenAlgoSample) -> None:
    settings = spine.runtime.settings
    with only_service(settings.database.url):
        with pytest.raises(ConfigError, match="running"):
            await bring_over(settings, old.source, APPLY)
        report = await bring_over(settings, old.source, ImportWish(SYSTEM))

    assert report.is_change
    assert [one.name for one in await spine.services.accounts.list()] == ["main"]


def test_a_key_that_was_hashed_as_openalgo_does_it_is_read(old: OpenAlgoSample) -> None:
    encrypted, hashed = sealed(bytes.fromhex(SALT), KEY, THEIR_MEMORY)
    old.change("api_keys", api_key_encrypted=encrypted, api_key_hash=hashed)

    assert [one.key for one in read_source(old.source).users] == [KEY]


def test_without_a_sandbox_database_the_rest_is_read(old: OpenAlgoSample) -> None:
    old.sandbox.unlink()

    read = read_source(old.source)

    assert (read.has_sandbox, read.users[0].sandbox.is_empty) == (False, True)


def test_databases_that_were_copied_elsewhere_are_read_beside_each_other(old: OpenAlgoSample, tmp_path: Path) -> None:
    old.fund()
    old.sandbox.rename(tmp_path / "sandbox.db")
    copied = old.source.database.rename(tmp_path / "copy of openalgo.db")

    assert read_source(Source(copied, old.source.env)).users[0].sandbox.funds is not None


def _no_database(old: OpenAlgoSample) -> str:
    old.source.database.unlink()
    return "There is no file .*openalgo.db"


def _no_env(old: OpenAlgoSample) -> str:
    old.source.env.unlink()
    return r"There is no file .*\.env"


def _not_sqlite(old: OpenAlgoSample) -> str:
    old.source.database.write_text("PostgreSQL database dump", encoding="utf-8")
    return "is not an SQLite database"


def _of_something_else(old: OpenAlgoSample) -> str:
    old.run("DROP TABLE api_keys; CREATE TABLE api_keys (id INTEGER, account_id INTEGER, user_id INTEGER)")
    return "not OpenAlgo's.*api_key_encrypted, api_key_hash"


def _another_sandbox(old: OpenAlgoSample) -> str:
    old.run("DROP TABLE sandbox_funds", old.sandbox)
    return "not OpenAlgo's.*sandbox_funds"


def _truncated(old: OpenAlgoSample) -> str:
    whole = old.source.database.read_bytes()
    old.source.database.write_bytes(whole[: len(whole) // 2])
    return "cannot be read"


def _no_pepper(old: OpenAlgoSample) -> str:
    old.source.env.write_text(f"FERNET_SALT={SALT}\n", encoding="utf-8")
    return "no API_KEY_PEPPER"


def _another_pepper(old: OpenAlgoSample) -> str:
    old.source.env.write_text(f"API_KEY_PEPPER={'0' * 64}\nFERNET_SALT={SALT}\n", encoding="utf-8")
    return NOT_THIS_ENV


def _another_hash(old: OpenAlgoSample) -> str:
    old.change("api_keys", api_key_hash=sealed(bytes.fromhex(SALT), "f" * 64)[1])
    return NOT_THIS_ENV


def _no_hash(old: OpenAlgoSample) -> str:
    old.change("api_keys", api_key_hash="")
    return NOT_THIS_ENV


@pytest.mark.parametrize(
    "spoil",
    [
        _no_database,
        _no_env,
        _not_sqlite,
        _of_something_else,
        _another_sandbox,
        _truncated,
        _no_pepper,
        _another_pepper,
        _another_hash,
        _no_hash,
    ],
    ids=lambda spoil: spoil.__name__.strip("_"),
)
def test_what_cannot_be_read_is_told_in_one_sentence(
    old: OpenAlgoSample, spoil: Callable[[OpenAlgoSample], str]
) -> None:
    said = spoil(old)

    with pytest.raises(ConfigError, match=said) as told:
        read_source(old.source)

    assert str(told.value).endswith(".")
    assert PEPPER not in str(told.value)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def test_a_locked_database_is_told(old: OpenAlgoSample) -> None:
    with _locked(old.sandbox), pytest.raises(ConfigError, match=r"sandbox\.db is locked"):
        read_source(old.source)
