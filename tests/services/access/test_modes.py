"""Who may switch an account's modes, and how often a confirmation works."""

import asyncio
import json

import pytest

from core.accounts import OrderMode, Role, TradingMode
from core.audit import Kind
from core.errors import NotAllowed, NotFound, Unauthorized, Unready
from core.ids import UserId
from core.services.access.modes import ModeChange
from tests.factories import ASHA, MALLORY, RAVI, VEENA
from tests.runtime import Spine

LOOSENING = [ModeChange.AUTO, ModeChange.LIVE]
TIGHTENING = [ModeChange.SEMI_AUTO, ModeChange.SANDBOX]


async def ask(spine: Spine, change: ModeChange = ModeChange.AUTO, by: UserId = ASHA) -> str:
    """Somebody asks for a switch."""
    return await spine.services.modes.ask(by, spine.account.id, change)


@pytest.mark.parametrize("change", LOOSENING)
async def test_owner_loosens_after_confirming(spine: Spine, change: ModeChange) -> None:
    await spine.switch(trading_mode=TradingMode.SANDBOX)
    token = await ask(spine, change)
    before = await spine.services.accounts.get("main")

    after = await spine.services.modes.confirm(token, ASHA)

    assert before == spine.account
    assert change.value in {after.order_mode, after.trading_mode}
    assert after == await spine.services.accounts.get("main")
    link = (await spine.audit_of())[-1]
    assert (link.kind, link.actor) == (Kind.ACCOUNT_CHANGED, "telegram:1001 Asha")
    assert json.loads(link.facts) == {"to": change.value}


async def test_confirmation_works_once(spine: Spine) -> None:
    token = await ask(spine)
    await spine.services.modes.confirm(token, ASHA)
    await spine.services.modes.tighten(ASHA, spine.account.id, ModeChange.SEMI_AUTO)

    with pytest.raises(NotFound, match="already answered or is too old"):
        await spine.services.modes.confirm(token, ASHA)

    assert (await spine.services.accounts.get("main")).order_mode is OrderMode.SEMI_AUTO


async def test_confirmation_pressed_many_times_at_once_works_once(spine: Spine) -> None:
    token = await ask(spine)

    answers = await asyncio.gather(
        *(spine.services.modes.confirm(token, ASHA) for _ in range(10)), return_exceptions=True
    )

    assert len([one for one in answers if isinstance(one, NotFound)]) == 9


async def test_confirmation_lives_two_minutes(spine: Spine) -> None:
    token = await ask(spine)
    spine.clock.advance(minutes=2)

    with pytest.raises(NotFound):
        await spine.services.modes.confirm(token, ASHA)


async def test_confirmation_is_for_who_was_asked(spine: Spine) -> None:
    await spine.link(RAVI, Role.OWNER)
    token = await ask(spine)

    with pytest.raises(NotFound):
        await spine.services.modes.confirm(token, RAVI)

    assert (await spine.services.modes.confirm(token, ASHA)).order_mode is OrderMode.AUTO


async def test_confirmation_by_who_is_no_owner_any_more_does_nothing(spine: Spine) -> None:
    token = await ask(spine)
    await spine.link(ASHA, Role.APPROVER)

    with pytest.raises(Unauthorized):
        await spine.services.modes.confirm(token, ASHA)

    assert (await spine.services.accounts.get("main")).order_mode is OrderMode.SEMI_AUTO


@pytest.mark.parametrize("user_id", [RAVI, VEENA, MALLORY])
async def test_only_the_owner_switches(spine: Spine, user_id: UserId) -> None:
    with pytest.raises(Unauthorized):
        await ask(spine, by=user_id)
    with pytest.raises(Unauthorized):
        await spine.services.modes.tighten(user_id, spine.account.id, ModeChange.SANDBOX)

    assert await spine.services.accounts.get("main") == spine.account


@pytest.mark.parametrize("change", TIGHTENING)
async def test_owner_tightens_at_once(spine: Spine, change: ModeChange) -> None:
    await spine.switch(order_mode=OrderMode.AUTO)

    after = await spine.services.modes.tighten(ASHA, spine.account.id, change)

    assert change.value in {after.order_mode, after.trading_mode}


@pytest.mark.parametrize("change", LOOSENING)
async def test_nothing_loosens_without_a_confirmation(spine: Spine, change: ModeChange) -> None:
    with pytest.raises(NotAllowed):
        await spine.services.modes.tighten(ASHA, spine.account.id, change)


async def test_switching_to_what_is_already_so_leaves_no_trace(spine: Spine) -> None:
    trail = await spine.audit_of()

    await spine.services.modes.tighten(ASHA, spine.account.id, ModeChange.SEMI_AUTO)

    assert await spine.audit_of() == trail


@pytest.mark.parametrize("sandbox", [True, False])
async def test_strategy_toggles_its_own_account(spine: Spine, sandbox: bool) -> None:
    await spine.switch(order_mode=OrderMode.AUTO)

    after = await spine.services.modes.toggle(await spine.caller(), sandbox)

    assert after.is_sandbox is sandbox
    assert (await spine.services.accounts.get("main")).is_sandbox is sandbox


async def test_strategy_may_not_toggle_in_semi_auto_live(spine: Spine) -> None:
    with pytest.raises(NotAllowed, match="Operation analyzer/toggle is not allowed in Semi-Auto mode"):
        await spine.services.modes.toggle(await spine.caller(), sandbox=True)

    assert await spine.services.accounts.get("main") == spine.account
    assert (await spine.audit_of())[-1].kind == Kind.OPERATION_REFUSED


async def test_toggle_obeys_the_modes_of_now_not_of_when_the_caller_came_in(spine: Spine) -> None:
    await spine.switch(order_mode=OrderMode.AUTO)
    caller = await spine.caller()
    await spine.switch(order_mode=OrderMode.SEMI_AUTO)

    with pytest.raises(NotAllowed):
        await spine.services.modes.toggle(caller, sandbox=True)


async def test_modes_are_not_loosened_on_a_wrong_clock(spine: Spine) -> None:
    token = await ask(spine)
    spine.clock.advance(days=-1)

    with pytest.raises(Unready):
        await spine.services.modes.confirm(token, ASHA)

    assert await spine.services.accounts.get("main") == spine.account
