"""The command line: what it prints, how it ends, and how it says what was wrong."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.e2e.people import local_telegram
from tests.e2e.program import BOT, CONFIG, Installation, Result

COMMANDS = [
    "demo",
    "init",
    "run",
    "account add",
    "account list",
    "account show",
    "account set",
    "account disable",
    "key create",
    "key import",
    "key list",
    "key revoke",
    "key rotate",
    "hook set",
    "hook show",
    "hook remove",
    "hook test",
    "hook deliveries",
    "link",
    "approver list",
    "approver remove",
    "approver role",
    "audit verify",
    "audit export",
    "db upgrade",
    "db backup",
    "db restore",
    "broker list",
    "broker login",
    "broker check",
    "standing list",
    "standing stop",
    "import openalgo",
    "doctor",
]
FAULTS = {
    "account add main": "name",
    "account add ''": "name",
    "account add x --broker nobroker": "nobroker",
    "account show nobody": "nobody",
    "account set nobody --order-mode auto": "nobody",
    "account disable nobody": "nobody",
    "key create nobody": "nobody",
    "key list nobody": "nobody",
    "key revoke main 77": "77",
    "key rotate main 77": "77",
    "hook set nobody https://example.com": "nobody",
    "hook set main http://example.com": "https",
    "hook show main": "no hook",
    "hook remove main": "no hook",
    "hook test main": "no hook",
    "hook deliveries nobody": "nobody",
    "link nobody": "nobody",
    "approver list nobody": "nobody",
    "approver remove main 12345": "12345",
    "approver role main 12345 viewer": "12345",
    "audit verify --account nobody": "nobody",
    "audit export --account nobody": "nobody",
    "db backup countersign.db": "exists already",
    "db restore nothing.db": "nothing.db",
    "broker login nobody": "nobody",
    "broker check nobody": "nobody",
    "standing list nobody": "nobody",
    "standing stop main 77": "no such standing approval",
    "import openalgo nothing.db --env .env": "nothing.db",
    "import openalgo config.toml --env nothing.env": "nothing.env",
    "init --yes": "exists already",
}
WRONG_USE = [
    "nonsense",
    "--nonsense",
    "account",
    "account add",
    "account add x --order-mode manual",
    "account add x --trading-mode real",
    "account set main",
    "key revoke main one",
    "key rotate main 1 --grace 15",
    "key create main --strategy x",
    "hook set main",
    "hook deliveries main --limit 0",
    "link main --role king",
    "audit export",
    "audit export --account main --format xml",
    "audit export --account main --from yesterday",
    "approver remove main Ravi",
    "approver role main 12345 king",
    "db backup",
    "db restore",
    "import",
    "import openalgo",
    "import openalgo openalgo.db",
]


def words(command: str) -> list[str]:
    """A command's words; '' is an empty one."""
    return ["" if word == "''" else word for word in command.split()]


def require_one_sentence(ended: Result) -> str:
    """What went wrong, which must be one sentence on standard error."""
    assert ended.status == 1, ended
    lines = ended.err.strip().splitlines()
    assert len(lines) == 1, ended.err
    assert lines[0].startswith("countersign: ")
    assert lines[0].endswith((".", ".”", ")"))
    return lines[0]


async def test_every_command_has_help(bare: Installation) -> None:
    helps = {command: await bare.cli(*words(command), "--help") for command in COMMANDS}

    assert {command: one.status for command, one in helps.items()} == dict.fromkeys(COMMANDS, 0)
    assert all("Usage:" in one.out for one in helps.values())


@pytest.mark.parametrize("command", FAULTS)
async def test_what_cannot_be_done_is_one_sentence_and_status_1(home: Installation, command: str) -> None:
    ended = await home.cli(*words(command))

    assert FAULTS[command] in require_one_sentence(ended)


@pytest.mark.parametrize("command", WRONG_USE)
async def test_wrong_use_is_status_2_without_a_traceback(home: Installation, command: str) -> None:
    ended = await home.cli(*words(command))

    assert ended.status == 2
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("config", "names"),
    [
        ("[telegram]\ntokn = 'x'\n", "telegram.tokn"),
        ("[servr]\nport = 1\n", "servr"),
        ("[server]\nport = 'many'\n", "server.port"),
        ("[approval]\nexpires_after = 'soon'\n", "approval.expires_after"),
        ("[telegram]\nmode = 'webhook'\n", "public_url"),
        ("[telegram\n", "TOML"),
    ],
)
async def test_a_wrong_config_is_named(bare: Installation, tmp_path: Path, config: str, names: str) -> None:
    (tmp_path / "config.toml").write_text(config, encoding="utf-8")

    ended = await Installation(tmp_path, bare.nursery).cli("account", "list")

    assert names in require_one_sentence(ended)


async def test_an_environment_variable_of_no_section_is_named(home: Installation) -> None:
    ended = await home.cli("account", "list", COUNTERSIGN_TELEGRM__TOKEN="x")

    assert "COUNTERSIGN_TELEGRM__TOKEN" in require_one_sentence(ended)


async def test_the_json_shapes_are_the_promised_ones(home: Installation) -> None:
    async with local_telegram() as (_, url):
        here = home.at(url)
        added = await here.json("account", "add", "second", "--order-mode", "auto", "--trading-mode", "live")
        shown = await here.json("account", "show", "second")
        key = await here.json("key", "create", "second", "--label", "desk")
        link = await here.json("link", "second", "--role", "approver")
        people = await here.json("approver", "list", "main")
        accounts = await here.json("account", "list")
        keys = await here.json("key", "list", "second")

    assert added == shown
    assert shown == {"id": 2, "name": "second", "broker": "paper", "order_mode": "auto", "trading_mode": "live"}
    assert key == {"id": key["id"], "account": "second", "label": "desk", "key": key["key"]}
    assert set(link) == {"account", "role", "code", "url", "expires_at"}
    assert link["url"] == f"https://t.me/{BOT}?start={link['code']}"
    assert 14 * 60 < (datetime.fromisoformat(link["expires_at"]) - datetime.now(UTC)).total_seconds() <= 15 * 60
    assert {(one["name"], one["role"]) for one in people} == {("Asha", "owner"), ("Ravi", "approver")}
    assert [one["name"] for one in accounts] == ["main", "second"]
    assert [(one["id"], one["label"], one["revoked"]) for one in keys] == [(key["id"], "desk", None)]
    assert key["key"] not in str(keys)


async def test_new_accounts_are_semi_auto_in_the_sandbox(home: Installation) -> None:
    added = await home.json("account", "add", "careful")

    assert (added["order_mode"], added["trading_mode"], added["broker"]) == ("semi_auto", "sandbox", "paper")


async def test_the_other_commands_say_what_they_did(home: Installation) -> None:
    said = {
        command: await home.cli(*command.split())
        for command in ("db upgrade", "broker list", "broker login main", "broker check main", "account list")
    }

    assert {one.status for one in said.values()} == {0}
    assert said["db upgrade"].out == "The database is up to date.\n"
    assert "paper" in said["broker list"].out
    assert said["broker check main"].out == "The paper broker of main is reachable.\n"
    assert said["account list"].out.splitlines()[0].split() == [
        *("id", "name", "broker", "order_mode", "trading_mode", "enabled", "paused"),
    ]


async def test_config_may_stand_anywhere_and_in_the_environment(home: Installation, tmp_path: Path) -> None:
    elsewhere = Installation(tmp_path, home.nursery)
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    path = str(home.config)

    before = await elsewhere.cli("--config", path, "account", "list")
    after = await elsewhere.cli("account", "list", f"--config={path}")
    inside = await elsewhere.cli("account", "--config", path, "list")
    by_environment = await elsewhere.cli("account", "list", COUNTERSIGN_CONFIG=path)
    missing = await elsewhere.cli("account", "list", "--config", str(tmp_path / "absent.toml"))

    assert "main" in before.out
    assert before.out == after.out == inside.out == by_environment.out
    assert "absent.toml" in require_one_sentence(missing)
