"""API keys: shown once, stored as a keyed hash, ended at once."""

import json
from datetime import timedelta

import pytest

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM, Kind, canonical_time
from core.errors import Disabled, Invalid, NotFound, Unauthorized, Unready
from core.ids import AccountId, ApiKeyId
from core.services.access.keys import Keys
from core.services.intake.intake import Queued
from tests.factories import START
from tests.runtime import Spine


async def test_key_speaks_for_its_account(spine: Spine) -> None:
    caller = await spine.services.keys.authenticate(spine.secret)

    assert (caller.api_key_id, caller.account) == (spine.key_id, spine.account)


async def test_key_is_not_stored(spine: Spine) -> None:
    await spine.services.keys.create(spine.account.id, "second", SYSTEM)

    wal = spine.path.with_name(spine.path.name + "-wal")
    stored = spine.path.read_bytes() + wal.read_bytes()
    assert b"second" in stored
    assert spine.secret.encode() not in stored


async def test_hash_depends_on_the_installation(spine: Spine) -> None:
    elsewhere = Keys(spine.runtime.database, spine.services.clock, b"another pepper")

    with pytest.raises(Unauthorized):
        await elsewhere.authenticate(spine.secret)


@pytest.mark.parametrize("secret", ["", "\ud800", "cs_", "cs_" + "A" * 43, "' OR 1=1 --"])
async def test_invented_key_is_refused(spine: Spine, secret: str) -> None:
    for ask in (spine.services.keys.authenticate, spine.services.keys.recognise):
        with pytest.raises(Unauthorized, match=r"^Invalid openalgo apikey$"):
            await ask(secret)


async def test_revoked_key_is_refused(spine: Spine) -> None:
    await spine.services.keys.revoke(spine.account.id, spine.key_id, SYSTEM)

    with pytest.raises(Unauthorized):
        await spine.services.keys.authenticate(spine.secret)

    assert (await spine.audit_of())[-1].kind == Kind.KEY_REVOKED


async def test_key_of_a_disabled_account_is_refused(spine: Spine) -> None:
    await spine.switch(enabled=False)

    with pytest.raises(Unauthorized):
        await spine.services.keys.authenticate(spine.secret)


async def test_only_a_right_key_hears_that_its_account_is_disabled(spine: Spine) -> None:
    old = await spine.services.keys.create(spine.account.id, "old", SYSTEM)
    await spine.services.keys.revoke(spine.account.id, old.stored.id, SYSTEM)
    await spine.switch(enabled=False)

    with pytest.raises(Disabled, match="your key is right"):
        await spine.services.keys.authenticate(spine.secret)
    for stranger in ("cs_" + "A" * 43, old.secret):
        with pytest.raises(Unauthorized, match=r"^Invalid openalgo apikey$"):
            await spine.services.keys.authenticate(stranger)


async def test_key_is_revoked_once_and_only_by_its_account(spine: Spine) -> None:
    other = await spine.services.accounts.add("other", "paper", OrderMode.AUTO, TradingMode.LIVE, SYSTEM)

    with pytest.raises(NotFound, match=f"no key {spine.key_id} in use"):
        await spine.services.keys.revoke(other.id, spine.key_id, SYSTEM)
    await spine.services.keys.revoke(spine.account.id, spine.key_id, SYSTEM)
    with pytest.raises(NotFound):
        await spine.services.keys.revoke(spine.account.id, spine.key_id, SYSTEM)


async def test_rotated_key_replaces_the_old_one_in_one_moment(spine: Spine) -> None:
    new = await spine.services.keys.rotate(spine.account.id, spine.key_id, SYSTEM)

    with pytest.raises(Unauthorized):
        await spine.services.keys.authenticate(spine.secret)
    caller = await spine.services.keys.authenticate(new.secret)
    assert (caller.api_key_id, new.stored.label) == (new.stored.id, "test")
    assert [link.kind for link in await spine.audit_of()][-2:] == [Kind.KEY_REVOKED, Kind.KEY_CREATED]


async def test_replaced_key_works_for_its_grace_and_not_a_moment_longer(spine: Spine) -> None:
    new = await spine.services.keys.rotate(spine.account.id, spine.key_id, SYSTEM, timedelta(hours=1))

    spine.clock.advance(minutes=59, seconds=59)
    remembered = await spine.services.keys.recognise(spine.secret)
    taken = await spine.submit(caller=remembered)
    spine.clock.advance(seconds=1)

    assert isinstance(taken, Queued)
    with pytest.raises(Unauthorized):
        await spine.services.keys.authenticate(spine.secret)
    with pytest.raises(Unauthorized):
        await spine.submit(caller=remembered)
    assert (await spine.services.keys.authenticate(new.secret)).account.id == spine.account.id
    revoked = next(link for link in await spine.audit_of() if link.kind == Kind.KEY_REVOKED)
    assert f'"works_until":"{canonical_time(START + timedelta(hours=1))}"' in revoked.facts


async def test_replaced_key_can_be_revoked_before_its_end_and_is_replaced_only_once(spine: Spine) -> None:
    await spine.services.keys.rotate(spine.account.id, spine.key_id, SYSTEM, timedelta(hours=1))

    with pytest.raises(Invalid, match="was replaced already; it works until"):
        await spine.services.keys.rotate(spine.account.id, spine.key_id, SYSTEM, timedelta(hours=9))
    await spine.services.keys.revoke(spine.account.id, spine.key_id, SYSTEM)

    with pytest.raises(Unauthorized):
        await spine.services.keys.authenticate(spine.secret)
    assert len(await spine.services.keys.list(spine.account.id)) == 2


async def test_clock_that_goes_back_brings_no_revoked_key_back(spine: Spine) -> None:
    await spine.services.keys.revoke(spine.account.id, spine.key_id, SYSTEM)
    spine.clock.advance(days=-1)

    with pytest.raises(Unauthorized):
        await spine.services.keys.authenticate(spine.secret)


async def test_last_use_is_known_and_many_uses_are_one_write(spine: Spine) -> None:
    keys = spine.services.keys
    address = await spine.services.alert_addresses.create(spine.account.id, "tv", "s", SYSTEM)
    (before, _) = [key.last_used_at for key in await keys.list(spine.account.id)]
    for _ in range(20):
        spine.clock.advance(seconds=1)
        await keys.authenticate(spine.secret)
    await spine.services.alert_addresses.recognise(address.path.rpartition("/")[2])
    with pytest.raises(Unauthorized):
        await keys.authenticate("cs_wrong")

    assert [key.last_used_at for key in await keys.list(spine.account.id)] == [None, None]
    await keys.use.write_down()

    assert before is None
    assert [key.last_used_at for key in await keys.list(spine.account.id)] == [START + timedelta(seconds=20)] * 2


async def test_uses_that_could_not_be_written_down_are_written_next_time(spine: Spine) -> None:
    await spine.services.keys.authenticate(spine.secret)
    spine.sql("CREATE TRIGGER stuck BEFORE UPDATE ON api_keys BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    with pytest.raises(Unready):
        await spine.services.keys.use.write_down()
    spine.sql("DROP TRIGGER stuck")

    await spine.services.keys.use.write_down()

    assert (await spine.services.keys.list(spine.account.id))[0].last_used_at == START


@pytest.mark.parametrize(("account_id", "key_id"), [(1, 99), (99, 1)])
async def test_key_that_is_not_there_cannot_be_rotated(spine: Spine, account_id: int, key_id: int) -> None:
    with pytest.raises(NotFound):
        await spine.services.keys.rotate(AccountId(account_id), ApiKeyId(key_id), SYSTEM)

    assert len(await spine.services.keys.list(spine.account.id)) == 1


async def test_list_tells_what_was_revoked_and_no_secret(spine: Spine) -> None:
    await spine.services.keys.rotate(spine.account.id, spine.key_id, SYSTEM)

    old, new = await spine.services.keys.list(spine.account.id)

    assert (old.revoked_at, new.revoked_at) == (spine.clock.now(), None)
    assert spine.secret not in repr((old, new))


async def test_no_key_for_an_account_that_is_not_there(spine: Spine) -> None:
    with pytest.raises(NotFound):
        await spine.services.keys.create(AccountId(99), "x", SYSTEM)


async def test_an_imported_key_speaks_for_its_account_and_is_audited(spine: Spine) -> None:
    secret = "0123456789abcdef" * 4

    stored = await spine.services.keys.take_over(spine.account.id, "openalgo", secret, SYSTEM)

    assert (await spine.services.keys.authenticate(secret)).api_key_id == stored.id
    event = (await spine.audit_of())[-1]
    assert event.kind == Kind.KEY_CREATED
    assert json.loads(event.facts) == {"key": stored.id, "label": "openalgo", "imported": True}


@pytest.mark.parametrize("revoked", [False, True])
async def test_a_key_that_was_known_here_cannot_be_imported(spine: Spine, *, revoked: bool) -> None:
    if revoked:
        await spine.services.keys.revoke(spine.account.id, spine.key_id, SYSTEM)

    with pytest.raises(Invalid, match="known here already") as refused:
        await spine.services.keys.take_over(spine.account.id, "", spine.secret, SYSTEM)

    assert spine.secret not in str(refused.value)
