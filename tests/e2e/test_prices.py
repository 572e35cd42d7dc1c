"""Where prices come from, as the user of the program meets it."""

from pathlib import Path

from tests.e2e.people import local_telegram, until_ready
from tests.e2e.program import Installation
from tests.e2e.test_doctor import examine
from tests.feed.rig import HEADER

TICKS = f"{HEADER}\n2026-01-05T09:15:00,NSE,SBIN,800\n"
REPLAY = {"COUNTERSIGN_FEED__SOURCE": "replay", "COUNTERSIGN_FEED__FILE": "ticks.csv"}


async def test_a_bad_line_of_a_replay_stops_the_start(home: Installation) -> None:
    (home.folder / "ticks.csv").write_text(f"{TICKS}2026-01-05T09:15:01,NSE,SBIN,cheap\n", encoding="utf-8")
    async with local_telegram() as (_, url):
        ended = await home.at(url).fails_to_run(**REPLAY)
        _, found = await examine(home.at(url), **REPLAY)

    place = f"feed.file: {home.folder / 'ticks.csv'}, line 3, column ltp: 'cheap' is not a price"
    assert ended.status == 1
    assert place in ended.err
    assert "Traceback" not in ended.err
    assert not found["prices"]["ok"]
    assert place in found["prices"]["text"]


async def test_an_ended_replay_is_named_in_readyz(home: Installation) -> None:
    (home.folder / "ticks.csv").write_text(TICKS, encoding="utf-8")
    async with local_telegram() as (_, url), home.at(url).running(**REPLAY) as service:
        found = await until_ready(service, "prices", "the file has ended")

    assert found["prices"].startswith("replay of ticks.csv, last tick ")


async def test_one_installation_takes_its_prices_from_another(home: Installation, tmp_path: Path) -> None:
    other = home.copied_to(tmp_path / "other")
    async with local_telegram() as (_, url), home.at(url).running() as service:
        source = {"COUNTERSIGN_FEED__SOURCE": "openalgo", "COUNTERSIGN_FEED__URL": service.address}
        wrong = home.key[:-4] + "AAAA"
        _, well = await examine(other.at(url), **source, COUNTERSIGN_FEED__APIKEY=home.key)
        _, ill = await examine(other.at(url), **source, COUNTERSIGN_FEED__APIKEY=wrong)
        refused = await other.at(url).cli("doctor", **source, COUNTERSIGN_FEED__APIKEY=wrong)

    name = f"openalgo at {service.address.removeprefix('http://')}"
    assert well["prices"] == {"check": "prices", "ok": True, "text": f"{name}, last tick 0 s ago"}
    assert ill["prices"]["text"].startswith(f"{name} has no broker session, or refuses the API key; ")
    assert wrong not in refused.out + refused.err
