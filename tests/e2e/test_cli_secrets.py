"""Keys and codes: shown once, stored as hashes, gone at once when revoked."""

import json

from tests.e2e.people import card, link, local_telegram, talking
from tests.e2e.program import TOKEN, Installation
from tests.factories import ASHA, OMKAR


def _everything_written(home: Installation) -> bytes:
    """Every byte the program left in its folder, the settings apart."""
    files = [path for path in home.folder.iterdir() if path.name not in ("config.toml", "countersign.secret")]
    assert {path.suffix for path in files} >= {".db", ".log"}
    return b"".join(path.read_bytes() for path in files)


async def test_neither_key_nor_code_nor_token_is_left_in_the_database_or_the_log(home: Installation) -> None:
    async with local_telegram() as (telegram, url):
        here = home.at(url)
        async with here.running(COUNTERSIGN_LOGGING__LEVEL="debug") as service:
            code = (await here.json("link", "main", "--role", "viewer"))["code"]
            telegram.add_user(OMKAR, "Omkar")
            telegram.send_text(OMKAR, f"/start {code}")
            telegram.fail_next("sendMessage", 500, "Internal Server Error")
            async with talking(service, home.key) as strategy:
                number = await strategy.queue()
                await card(telegram, ASHA, number, "waits for you")
                await strategy.place(changes={"quantity": "many"})
                await strategy.ask("orderbook", None, unknown=home.key)
            running = _everything_written(here)
            await service.stop()
        stopped = _everything_written(here)
    exported = await home.cli("audit", "export", "--account", "main")

    for secret in (home.key, code, TOKEN, TOKEN.partition(":")[2]):
        assert secret.encode() not in running
        assert secret.encode() not in stopped
        assert secret not in exported.out


async def test_an_imported_key_is_valid_as_it_is_and_stored_nowhere(home: Installation) -> None:
    key = "0123456789abcdef" * 4
    async with local_telegram() as (_, url):
        here = home.at(url)
        async with here.running() as service, talking(service, key) as strategy:
            before = (await strategy.place())[0]
            said = await here.told(f"  {key}\n", "key", "import", "main", "--label", "openalgo", "--json")
            after = (await strategy.place())[0], (await strategy.ask("funds"))[0]
            again = await here.told(key, "key", "import", "main")
            await service.stop()
        written = _everything_written(here)

    assert json.loads(said.out) == {"id": 2, "account": "main", "label": "openalgo"}
    assert (before, after) == (403, (200, 200))
    assert (again.status, "known here already" in again.err) == (1, True)
    for text in (said.out, said.err, again.out, again.err):
        assert key not in text
    assert key.encode() not in written


async def test_what_is_no_key_is_not_imported_and_not_repeated(home: Installation) -> None:
    for key in ("0123456789abcdef" * 2)[:31], "two words " * 5, "", "x" * 257, "ключ" * 10:
        ended = await home.told(key, "key", "import", "main")

        assert (ended.status, "32 to 256" in ended.err) == (1, True), ended
        assert not key or key.strip() not in ended.err + ended.out
    assert home.sql("SELECT count(*) FROM api_keys") == [(1,)]


async def test_a_revoked_key_is_refused_at_once_and_a_rotated_one_is_replaced(home: Installation) -> None:
    async with local_telegram() as (_, url):
        here = home.at(url)
        async with here.running() as service, talking(service, home.key) as first:
            made = await here.json("key", "create", "main", "--label", "two")
            async with talking(service, made["key"]) as second:
                before = (await first.place())[0], (await second.place())[0]
                revoked = await here.cli("key", "revoke", "main", str(made["id"]))
                after = (await first.place())[0], (await second.place())[0], (await second.ask("funds"))[0]
            old = next(one["id"] for one in await here.json("key", "list", "main") if one["label"] == "tests")
            rotated = await here.json("key", "rotate", "main", str(old), "--grace", "0")
            async with talking(service, rotated["key"]) as third:
                last = (await first.place())[0], (await third.place())[0]

    assert before == (200, 200)
    assert revoked.status == 0
    assert after == (200, 403, 403)
    assert rotated["label"] == "tests"
    assert last == (403, 200)
    assert home.sql("SELECT count(*) FROM orders") == [(4,)]


async def test_a_key_is_replaced_without_a_gap_and_its_use_is_listed(home: Installation) -> None:
    async with local_telegram() as (_, url):
        here = home.at(url)
        async with here.running() as service, talking(service, home.key) as old:
            (number,) = [one["id"] for one in await here.json("key", "list", "main")]
            said = await here.cli("key", "rotate", "main", str(number))
            async with talking(service, said.out.split()[0]) as new:
                both = (await old.place())[0], (await new.place())[0]
            await service.stop()
    listed = await home.json("key", "list", "main")

    assert "works until" in said.out
    assert f"`countersign key revoke main {number}` ends it now" in said.out
    assert both == (200, 200)
    assert [one["works_until"] is not None for one in listed] == [True, False]
    assert all(one["last_used"].endswith(" IST") for one in listed)


async def test_a_disabled_account_takes_no_orders_until_it_is_enabled_again(home: Installation) -> None:
    async with local_telegram() as (_, url):
        here = home.at(url)
        async with here.running() as service, talking(service, home.key) as strategy:
            before, _ = await strategy.place()
            assert (await here.cli("account", "disable", "main")).status == 0
            refused, _ = await strategy.place()
            assert (await here.cli("account", "set", "main", "--enable")).status == 0
            after, _ = await strategy.place()

    assert (before, refused, after) == (200, 403, 200)
    assert home.sql("SELECT count(*) FROM orders") == [(2,)]


async def test_a_link_code_works_once(home: Installation) -> None:
    async with local_telegram() as (telegram, url):
        here = home.at(url)
        async with here.running():
            telegram.add_user(OMKAR, "Omkar")
            await link(telegram, here, OMKAR, "viewer")
            used = next(one["text"] for one in telegram.messages(OMKAR) if one["text"].startswith("/start "))
            telegram.add_user(ASHA + 9000, "Somebody")
            telegram.send_text(ASHA + 9000, used)
            refused = await telegram.wait_for(lambda: telegram.messages(ASHA + 9000)[1:])
        people = await here.json("approver", "list", "main")

    assert refused[0]["text"].startswith("This link is not valid")
    assert {one["name"] for one in people} == {"Asha", "Ravi", "Omkar"}
