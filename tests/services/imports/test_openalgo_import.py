"""Coming over from OpenAlgo: what comes, what stays, and that nothing is executed by it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.process.openalgo_source import read_source
from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM, Kind
from core.errors import Invalid, Unauthorized
from core.ids import ChatId, UserId
from core.services.operations.openalgo_import import ImportWish
from core.services.operations.openalgo_report import BookFate, KeyFate
from tests.runtime import Spine, raw_sql
from tests.services.imports.coming_over import APPLY, bring, everything, why
from tests.services.imports.openalgo_sample import KEY, OLDER_SALT, PEPPER, SALT, OpenAlgoSample, sealed


async def test_account_modes_and_key_come_over(spine: Spine, old: OpenAlgoSample) -> None:
    user = await bring(spine, old)
    caller = await spine.services.keys.authenticate(KEY)

    assert caller.account == user.account
    account = user.account
    assert (account.name, account.broker) == ("admin", "zerodha")
    assert (account.order_mode, account.trading_mode) == (OrderMode.SEMI_AUTO, TradingMode.SANDBOX)
    assert (user.is_new, user.key) == (True, KeyFate.COMES)


async def test_without_apply_nothing_is_changed_and_the_same_is_told(spine: Spine, old: OpenAlgoSample) -> None:
    old.fill()
    before = everything(spine)

    told = await bring(spine, old, ImportWish(SYSTEM))

    assert everything(spine) == before
    with pytest.raises(Unauthorized):
        await spine.services.keys.authenticate(KEY)
    done = await bring(spine, old)
    assert (told.key, told.sandbox.fate, told.decided) == (done.key, done.sandbox.fate, done.decided)
    assert told.left_out == done.left_out


async def test_twice_in_a_row_changes_nothing(spine: Spine, old: OpenAlgoSample) -> None:
    old.fill()
    await bring(spine, old)
    before = everything(spine)

    again = await bring(spine, old)

    assert everything(spine) == before
    assert (again.is_new, again.key, again.sandbox.fate) == (False, KeyFate.WAS_HERE, BookFate.WAS_USED)
    assert (again.decided, again.known, again.invited) == (0, 3, ())


async def test_what_was_decided_since_comes_over_the_next_time(spine: Spine, old: OpenAlgoSample) -> None:
    old.queue(1, "rejected")
    await bring(spine, old)
    await spine.services.accounts.set("admin", SYSTEM, order_mode=OrderMode.AUTO)
    # SQLite gives the number of a deleted row to the next one.
    old.run("DELETE FROM pending_orders")
    old.queue(1, "rejected", created_at="2026-11-21 05:00:00")

    again = await bring(spine, old)

    assert (again.decided, again.known, again.account.order_mode) == (1, 0, OrderMode.AUTO)


@pytest.mark.parametrize(
    ("mode", "becomes"), [("auto", "auto"), ("semi_auto", "semi_auto"), ("", "semi_auto"), ("Auto", "semi_auto")]
)
async def test_only_a_plain_auto_is_auto(spine: Spine, old: OpenAlgoSample, mode: str, becomes: str) -> None:
    old.change("api_keys", order_mode=mode)

    assert (await bring(spine, old)).account.order_mode == becomes


async def test_an_older_database_without_order_modes_waits_for_approval(spine: Spine, old: OpenAlgoSample) -> None:
    old.run("ALTER TABLE api_keys DROP COLUMN order_mode; DROP TABLE settings; DROP TABLE telegram_users")

    account = (await bring(spine, old)).account

    assert (account.order_mode, account.trading_mode) == (OrderMode.SEMI_AUTO, TradingMode.SANDBOX)


@pytest.mark.parametrize(
    ("broker", "analyze", "becomes"),
    [
        ("zerodha", 0, ("zerodha", "live")),
        ("zerodha", 1, ("zerodha", "sandbox")),
        ("angel", 0, ("paper", "sandbox")),
        ("openalgo", 0, ("paper", "sandbox")),
    ],
)
async def test_live_comes_over_only_with_a_broker_that_is_served(
    spine: Spine, old: OpenAlgoSample, broker: str, analyze: int, becomes: tuple[str, str]
) -> None:
    old.change("auth", broker=broker)
    old.change("settings", analyze_mode=analyze)

    user = await bring(spine, old)

    assert (user.account.broker, user.account.trading_mode) == becomes
    assert ("trading mode live" in why(user)) == (becomes == ("paper", "sandbox"))


async def test_the_key_of_an_older_installation_has_the_common_salt(spine: Spine, tmp_path: Path) -> None:
    older = OpenAlgoSample(tmp_path / "older", OLDER_SALT, env=f"API_KEY_PEPPER={PEPPER}\n")

    await bring(spine, older)

    assert (await spine.services.keys.authenticate(KEY)).account.name == "admin"


async def test_a_revoked_key_is_not_brought_back(spine: Spine, old: OpenAlgoSample) -> None:
    user = await bring(spine, old)
    (key,) = await spine.services.keys.list(user.account.id)
    await spine.services.keys.revoke(user.account.id, key.id, SYSTEM)

    again = await bring(spine, old)

    assert (again.key, why(again)["API key admin"]) == (KeyFate.STAYS, "it was revoked or replaced here")
    with pytest.raises(Unauthorized):
        await spine.services.keys.authenticate(KEY)


async def test_a_key_that_opens_another_account_stays_with_it(spine: Spine, old: OpenAlgoSample) -> None:
    await spine.services.keys.take_over(spine.account.id, "", KEY, SYSTEM)

    with pytest.raises(Invalid, match=r"named main .* --account"):
        await bring(spine, old)
    user = await bring(spine, old, replace(APPLY, account="admin"))

    assert (user.key, why(user)["API key admin"]) == (KeyFate.STAYS, "it opens account main here")
    assert (await spine.services.keys.authenticate(KEY)).account.name == "main"


async def test_an_account_of_that_name_is_not_taken_unless_it_is_named(spine: Spine, old: OpenAlgoSample) -> None:
    old.change("api_keys", user_id="main")

    with pytest.raises(Invalid, match="--account"):
        await bring(spine, old)
    named = await bring(spine, old, replace(APPLY, account="main"))

    assert (named.is_new, named.account.id, named.account.trading_mode) == (False, spine.account.id, TradingMode.LIVE)


async def test_what_came_over_under_another_name_is_found_again(spine: Spine, old: OpenAlgoSample) -> None:
    old.fill()
    await bring(spine, old, replace(APPLY, account="mother"))
    before = everything(spine)

    again = await bring(spine, old)

    assert (again.account.name, again.is_change, everything(spine)) == ("mother", False, before)


async def test_two_users_cannot_become_one_account(spine: Spine, old: OpenAlgoSample) -> None:
    encrypted, hashed = sealed(bytes.fromhex(SALT), "b" * 64)
    old.add("api_keys", user_id="second", api_key_hash=hashed, api_key_encrypted=encrypted)

    with pytest.raises(Invalid, match="2 users"):
        await bring(spine, old, replace(APPLY, account="x"))
    report = await spine.services.openalgo_import.run(read_source(old.source), APPLY)

    assert [one.account.name for one in report.users] == ["admin", "second"]
    assert (await spine.services.keys.authenticate("b" * 64)).account.name == "second"


async def test_without_a_user_there_is_nothing_to_bring(spine: Spine, old: OpenAlgoSample) -> None:
    old.run("DELETE FROM api_keys")

    with pytest.raises(Invalid, match="nothing to bring over"):
        await bring(spine, old)


async def test_who_was_linked_gets_a_code_and_no_rights(spine: Spine, old: OpenAlgoSample) -> None:
    old.add("telegram_users", telegram_id=555, openalgo_username="admin", first_name="Asha", is_active=1)
    old.add("telegram_users", telegram_id=556, openalgo_username="admin", first_name="Gone", is_active=0)
    old.add("telegram_users", telegram_id=557, openalgo_username="somebody", first_name="Else", is_active=1)

    user = await bring(spine, old)

    assert await spine.services.linking.list(user.account.id) == []
    assert [one.person.telegram_id for one in user.invited] == [555]
    await spine.services.linking.redeem(user.invited[0].link.code, UserId(555), ChatId(555), "Asha")
    assert [one.name for one in await spine.services.linking.list(user.account.id)] == ["Asha"]


async def test_nothing_of_the_action_center_becomes_an_order(spine: Spine, old: OpenAlgoSample) -> None:
    old.queue(1, "pending")
    old.queue(2, "approved")
    old.queue(3, "approved", broker_status="submitting")
    old.queue(4, "approved", broker_status="no_action", api_type="smartorder")
    old.queue(5, "approved", broker_status="rejected")
    old.queue(6, "approved", broker_order_id="26112000000001", broker_status="open")
    old.queue(7, "brand new status")
    old.add("pending_orders", id=8, user_id="admin", api_type="placeorder", order_data="{broken", status=None)

    user = await bring(spine, old)
    await spine.execute()

    assert raw_sql(spine.path, "SELECT count(*) FROM orders") == [(0,)]
    assert [one.openalgo_order for one in user.waiting] == ["1", "7", "8"]
    assert [one.openalgo_order for one in user.in_doubt] == ["2", "3", "5"]
    assert user.decided == 5


async def test_a_decided_order_is_one_event_with_its_times_in_utc(spine: Spine, old: OpenAlgoSample) -> None:
    # The server's own clock wrote the UTC column, an hour off; the text was made for people.
    decided = {"rejected_at": "2026-11-20 06:05:00.5", "rejected_at_ist": "2026-11-20 10:35:00 IST"}
    old.queue(1, "rejected", rejected_by="admin", rejected_reason="too late\x1b[2J", **decided)
    old.queue(2, "approved", approved_at="2026-11-20 05:06:00", broker_order_id="26112000000001")

    user = await bring(spine, old)
    events = [link for link in await spine.audit_of(user.account.id) if link.kind == Kind.ORDER_IMPORTED]
    first, second = (json.loads(one.facts) for one in events)

    assert (first["created_at"], first["decided_at"]) == (
        "2026-11-20T05:00:00.000000+00:00",
        "2026-11-20T05:05:00.000000+00:00",
    )
    assert (first["what"], first["reason"], first["decided_by"]) == ("BUY 10 SBIN", "too late[2J", "admin")
    assert (second["decided_at"], second["broker_order_id"]) == ("2026-11-20T05:06:00.000000+00:00", "26112000000001")
    assert len(first["digest"]) == 64
    assert not (await spine.runtime.audit.verify()).breaks
