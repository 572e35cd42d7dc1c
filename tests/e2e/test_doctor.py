"""`countersign doctor`: one line for each thing, and what to do about what is ill."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from bot.local_telegram.errors import Json
from core.clock import IST
from tests.e2e.people import local_telegram, talking, until
from tests.e2e.program import Installation
from tests.factories import ASHA, RAVI


async def examine(home: Installation, **env: str) -> tuple[int, dict[str, Json]]:
    """The exit status and the findings by what was looked at."""
    ended = await home.cli("doctor", "--json", **env)
    found = json.loads(ended.out)
    return ended.status, {one["check"]: one for one in found}


async def test_a_healthy_installation_is_all_well(home: Installation) -> None:
    async with local_telegram() as (_, url):
        status, found = await examine(home.at(url))
        said = await home.at(url).cli("doctor")

    assert status == said.status == 0
    assert all(one["ok"] for one in found.values())
    assert {"config", "calendar", "contracts", "database", "clock", "token", "webhook", "second poller"} <= set(found)
    assert {"broker/main", "prices"} <= set(found)
    assert len(said.out.splitlines()) == len(found)
    assert all(line.startswith("ok ") for line in said.out.splitlines())


async def test_a_wrong_token_is_ill(home: Installation) -> None:
    async with local_telegram() as (_, url):
        wrong = "1000000001:a-token-that-Telegram-does-not-know"
        status, found = await examine(home.at(url), COUNTERSIGN_TELEGRAM__TOKEN=wrong)

    assert status == 1
    assert not found["token"]["ok"]
    assert "@BotFather" in found["token"]["text"]


async def test_an_unreachable_telegram_is_ill(home: Installation) -> None:
    async with local_telegram() as (_, url):
        pass

    status, found = await examine(home.at(url))

    assert status == 1
    assert not found["telegram"]["ok"]
    assert found["database"]["ok"]


async def test_a_foreign_webhook_is_ill(home: Installation) -> None:
    async with local_telegram() as (telegram, url):
        telegram.world.webhook.url = "https://evil.example/hook"
        status, found = await examine(home.at(url))

    assert status == 1
    assert "https://evil.example/hook" in found["webhook"]["text"]


async def test_an_account_whose_people_blocked_the_bot_is_ill(home: Installation) -> None:
    async with local_telegram() as (telegram, url):
        here = home.at(url)
        async with here.running() as service, talking(service, here.key) as strategy:
            for person in (ASHA, RAVI):
                telegram.block(person)
            number = await strategy.queue()

            async def both_gone() -> bool:
                return len(home.sql("SELECT 1 FROM cards WHERE gone")) == 2

            await until(both_gone)
            told = await strategy.outcome(number, wait=0)
            await service.stop()
        status, found = await examine(here)

    assert (told["shown_to"], told["status"]) == (0, "pending")
    assert "Shown to nobody" in told["notice"]
    assert status == 1
    assert "Asha cannot be shown anything since" in found["people/main"]["text"]
    assert not found["people/main"]["ok"]


async def test_a_second_poller_is_ill(home: Installation) -> None:
    async with local_telegram() as (telegram, url):
        telegram.fail_next("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=50)
        status, found = await examine(home.at(url))

    assert status == 1
    assert not found["second poller"]["ok"]
    assert "another program polls" in found["second poller"]["text"]


async def test_a_config_that_cannot_be_read_is_the_only_finding(home: Installation, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[telegram]\nnonsense = 1\n", encoding="utf-8")

    status, found = await examine(Installation(tmp_path, home.nursery))

    assert status == 1
    assert set(found) == {"config"}
    assert "telegram.nonsense" in found["config"]["text"]


async def test_a_calendar_file_with_a_mistake_is_ill_and_named(home: Installation) -> None:
    mine = home.folder / "mine.toml"
    mine.write_text('[2027.closed]\n02-30 = "Nothing"\n', encoding="utf-8")

    status, found = await examine(home, COUNTERSIGN_CALENDAR__FILE="mine.toml")

    assert status == 1
    assert not found["calendar"]["ok"]
    assert str(mine) in found["calendar"]["text"]
    assert "2027.closed.02-30" in found["calendar"]["text"]


async def test_days_that_are_not_known_are_named_and_no_illness(home: Installation) -> None:
    years = "".join(f"[{year}]\ncomplete = false\n" for year in range(2024, 2100))
    (home.folder / "mine.toml").write_text(years, encoding="utf-8")

    _, found = await examine(home, COUNTERSIGN_CALENDAR__FILE="mine.toml")

    assert found["calendar"]["ok"]
    assert "not known for sure, the usual hours are taken: " in found["calendar"]["text"]
    assert "docs/calendar.md" in found["calendar"]["text"]


async def test_a_contract_file_with_a_mistake_is_ill_and_named(home: Installation) -> None:
    mine = home.folder / "mine.toml"
    mine.write_text("[NFO.NIFTY]\nlot = 0\n", encoding="utf-8")

    status, found = await examine(home, COUNTERSIGN_CONTRACTS__FILE="mine.toml")

    assert status == 1
    assert not found["contracts"]["ok"]
    assert found["contracts"]["text"].startswith(f"contracts.file {mine}: NFO.NIFTY.lot must be")


async def test_an_old_contract_table_is_told_and_no_illness(home: Installation) -> None:
    mine, today = home.folder / "mine.toml", datetime.now(IST).date()
    said = {}
    for age in (120, 121):
        mine.write_text(f"as_of = {today - timedelta(days=age)}", encoding="utf-8")
        _, found = await examine(home, COUNTERSIGN_CONTRACTS__FILE="mine.toml")
        assert found["contracts"]["ok"]
        said[age] = found["contracts"]["text"]

    day = today - timedelta(days=120)
    assert said[120] == f"contract table as of {day.day} {day:%b %Y}"
    assert ", 121 days old: exchanges may have revised lots since; " in said[121]
    assert "docs/market-data.md" in said[121]


async def test_a_database_that_is_none_is_ill_in_one_line(home: Installation) -> None:
    home.database.write_bytes(b"this is not a database" * 1000)
    for left_over in home.folder.glob("countersign.db-*"):
        left_over.unlink()

    ended = await home.cli("doctor")

    assert ended.status == 1
    assert "Traceback" not in ended.err
    assert any(line.startswith("ILL  database") for line in ended.out.splitlines())


async def test_a_list_of_instruments_that_never_came_is_ill(home: Installation) -> None:
    async with local_telegram() as (_, url):
        status, found = await examine(home.at(url), COUNTERSIGN_PAPER__INSTRUMENTS="imported")

    assert status == 1
    assert not found["instruments"]["ok"]
    assert "countersign import openalgo" in found["instruments"]["text"]
    assert found["contracts"]["ok"]
