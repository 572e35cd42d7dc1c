"""Coming over from OpenAlgo on the command line: told, killed, done, and served."""

from pathlib import Path

from tests.e2e.people import local_telegram, talking
from tests.e2e.program import Installation
from tests.services.imports.openalgo_sample import KEY, OpenAlgoSample


async def test_an_openalgo_comes_over_whole_after_a_crash_and_its_key_is_served(
    home: Installation, tmp_path: Path
) -> None:
    old = OpenAlgoSample(tmp_path / "openalgo")
    old.fill()
    old.list_nifty()
    command = ("import", "openalgo", str(old.source.database), "--env", str(old.source.env))

    told = await home.json(*command)
    killed = await home.cli(*command, "--apply", COUNTERSIGN_FAILPOINT="importing")
    after_the_kill = home.sql("SELECT name FROM accounts UNION SELECT symbol FROM imported_instruments")
    done = await home.json(*command, "--apply")
    again = await home.json(*command, "--apply")
    async with local_telegram() as (_, url):
        here = home.at(url)
        async with here.running() as service, talking(service, KEY) as script:
            funds = await script.ask("funds")
            beside = await here.cli(*command, "--apply")
            await service.stop()

    assert (told["applied"], told["changed"], "code" in told["users"][0]["links"][0]) == (False, True, False)
    assert (killed.status, after_the_kill) == (-9, [("main",)])
    assert (done["applied"], done["users"][0]["key"], len(done["users"][0]["links"][0]["code"])) == (
        True,
        "comes over",
        22,
    )
    assert (again["changed"], again["users"][0]["links"]) == (False, [])
    assert (done["instruments"]["what"], done["instruments"]["count"]) == ("comes over", 10)
    assert again["instruments"]["what"] == "was brought over before"
    assert (funds[0], funds[1]["status"], funds[1]["mode"]) == (200, "success", "analyze")
    assert (beside.status, "is running" in beside.err) == (1, True)
