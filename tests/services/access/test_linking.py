"""Linking people by one-time codes, and unlinking them at once."""

import asyncio
import re

import pytest

from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM, Kind
from core.errors import CountersignError, NotFound, Unready
from core.ids import AccountId, ChatId
from core.services.access.linking import NewLink, hash_code
from tests.factories import ASHA, MALLORY, OMKAR, RAVI
from tests.runtime import Spine


@pytest.fixture
async def link(spine: Spine) -> NewLink:
    """A fresh code that makes an approver."""
    return await spine.services.linking.create(spine.account.id, Role.APPROVER, SYSTEM)


async def redeem(spine: Spine, code: str) -> object:
    """Omkar uses a code."""
    return await spine.services.linking.redeem(code, OMKAR, ChatId(OMKAR), "Omkar")


async def test_code_links_one_person_with_its_role(spine: Spine, link: NewLink) -> None:
    account, approver = await spine.services.linking.redeem(link.code, OMKAR, ChatId(77), "Omkar")

    assert account == spine.account
    assert (approver.user_id, approver.chat_id, approver.role) == (OMKAR, 77, Role.APPROVER)
    assert approver in await spine.services.linking.list(spine.account.id)
    assert [one.kind for one in await spine.audit_of()][-2:] == [Kind.LINK_CREATED, Kind.LINKED]


async def test_code_has_128_bits_and_fits_a_telegram_link(link: NewLink) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", link.code)


async def test_code_is_not_stored(spine: Spine, link: NewLink) -> None:
    ((stored,),) = spine.sql("SELECT code_hash FROM link_codes WHERE used_at IS NULL")

    assert stored == hash_code(link.code)
    assert link.code.encode() not in spine.path.read_bytes()


async def test_code_works_once(spine: Spine, link: NewLink) -> None:
    await redeem(spine, link.code)

    with pytest.raises(NotFound, match="not valid any more"):
        await redeem(spine, link.code)


async def test_code_used_by_many_at_once_links_one(spine: Spine, link: NewLink) -> None:
    answers = await asyncio.gather(*(redeem(spine, link.code) for _ in range(10)), return_exceptions=True)

    assert len([one for one in answers if isinstance(one, NotFound)]) == 9
    assert [one.kind for one in await spine.audit_of()].count(Kind.LINKED) == 4


async def test_code_works_for_fifteen_minutes(spine: Spine, link: NewLink) -> None:
    late = await spine.services.linking.create(spine.account.id, Role.VIEWER, SYSTEM)
    spine.clock.advance(minutes=14, seconds=59)
    await redeem(spine, link.code)
    spine.clock.advance(seconds=1)

    with pytest.raises(NotFound):
        await redeem(spine, late.code)


async def test_code_is_not_used_up_while_the_clock_is_wrong(spine: Spine, link: NewLink) -> None:
    spine.clock.advance(days=-1)
    with pytest.raises(Unready):
        await redeem(spine, link.code)
    spine.clock.advance(days=1)

    await redeem(spine, link.code)


async def test_code_links_to_its_own_account_only(spine: Spine) -> None:
    other = await spine.services.accounts.add("other", "paper", OrderMode.AUTO, TradingMode.LIVE, SYSTEM)
    link = await spine.services.linking.create(other.id, Role.OWNER, SYSTEM)

    await redeem(spine, link.code)

    assert OMKAR not in {one.user_id for one in await spine.services.linking.list(spine.account.id)}
    assert [one.user_id for one in await spine.services.linking.list(other.id)] == [OMKAR]


@pytest.mark.parametrize("code", ["", "\ud800", "x", "A" * 22, "' OR 1=1 --"])
async def test_invented_code_links_nobody(spine: Spine, code: str) -> None:
    with pytest.raises(NotFound):
        await redeem(spine, code)


async def test_second_link_replaces_role_and_chat(spine: Spine) -> None:
    link = await spine.services.linking.create(spine.account.id, Role.VIEWER, SYSTEM)

    await spine.services.linking.redeem(link.code, RAVI, ChatId(5), "Ravi K")

    (ravi,) = [one for one in await spine.services.linking.list(spine.account.id) if one.user_id == RAVI]
    assert (ravi.role, ravi.chat_id, ravi.name) == (Role.VIEWER, 5, "Ravi K")


async def test_unlinked_person_may_be_linked_again(spine: Spine) -> None:
    await spine.services.linking.unlink(spine.account.id, RAVI, SYSTEM)
    gone = [one.user_id for one in await spine.services.linking.list(spine.account.id)]

    await spine.link(RAVI, Role.APPROVER)

    assert RAVI not in gone
    assert RAVI in {one.user_id for one in await spine.services.linking.list(spine.account.id)}
    assert Kind.UNLINKED in {one.kind for one in await spine.audit_of()}


@pytest.mark.parametrize(("account_id", "user_id"), [(1, MALLORY), (99, ASHA)])
async def test_who_is_not_linked_cannot_be_unlinked(spine: Spine, account_id: int, user_id: int) -> None:
    with pytest.raises(CountersignError, match="linked to this account"):
        await spine.services.linking.unlink(AccountId(account_id), user_id, SYSTEM)  # type: ignore[arg-type]


async def test_no_link_to_an_account_that_is_not_there(spine: Spine) -> None:
    with pytest.raises(NotFound):
        await spine.services.linking.create(AccountId(99), Role.OWNER, SYSTEM)
