"""/pause stops with one tap; /resume is the owner's and asks first; everybody is told."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM
from core.orders.states import BrokerStatus, QueueStatus
from tests.bot.rig import ASHA, RAVI, RELIANCE, Rig, buttons, data_of, running_rig


@pytest.fixture
async def idle(patient: None, tmp_path: Path, template: Path) -> AsyncIterator[Rig]:
    """Everything runs but the executor."""
    async with running_rig(tmp_path, template, execute=False) as rig:
        yield rig


async def is_paused(rig: Rig, name: str = "main") -> bool:
    """As stored."""
    return (await rig.runtime.services.accounts.get(name)).pause is not None


async def test_one_command_pauses_the_one_account_and_others_are_told(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.link(RAVI, Role.APPROVER)

    await rig.ask(RAVI, "/pause", "main is paused by Ravi")
    await rig.tell()
    await rig.tell()

    told = await rig.message(ASHA, "main was paused by Ravi")
    assert len([one for one in rig.telegram.messages(ASHA) if "was paused" in one["text"]]) == 1
    assert "You can still close and cancel." in told["text"]
    assert await is_paused(rig)


async def test_who_only_looks_cannot_pause(rig: Rig) -> None:
    await rig.link(ASHA, Role.VIEWER)

    await rig.ask(ASHA, "/pause", "You may look at this account, not pause it.")

    assert not await is_paused(rig)


async def test_several_accounts_are_offered_with_all_of_them_last(rig: Rig) -> None:
    services = rig.runtime.services
    other = await services.accounts.add("other", "paper", OrderMode.AUTO, TradingMode.LIVE, SYSTEM)
    await rig.link(ASHA, Role.OWNER)
    await rig.link(ASHA, Role.APPROVER, other)

    offered = await rig.ask(ASHA, "/pause", "Pause which account?")
    assert buttons(offered) == ["⏸ Pause main", "⏸ Pause other", "⏸ Pause all 2"]
    await rig.press(ASHA, offered, "Pause other")
    await rig.message(ASHA, "other is paused by Asha")
    assert (await is_paused(rig), await is_paused(rig, "other")) == (False, True)
    await rig.press(ASHA, offered, "Pause all")
    await rig.message(ASHA, "main is paused by Asha")
    await rig.ask(ASHA, "/pause", "Every account of yours is paused already")


async def test_the_card_of_a_waiting_order_says_so_and_a_tap_sends_nothing(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    order_id = await rig.order()
    card = await rig.message(ASHA, "RELIANCE")
    await rig.ask(ASHA, "/pause", "main is paused")
    await rig.message(ASHA, "PAUSED by Asha since")

    toast = await rig.press(ASHA, card, "Approve")

    assert toast.startswith("Trading is paused by Asha since ")
    assert (await rig.read(order_id)).status is QueueStatus.PENDING


async def test_resuming_asks_the_owner_works_once_and_the_card_is_as_before(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    order_id = await rig.order()
    card = await rig.message(ASHA, "RELIANCE")
    await rig.ask(ASHA, "/pause", "main is paused")
    question = await rig.ask(ASHA, "/resume", "Resume main?")
    yes = data_of(question, "Yes, resume")
    await rig.press_data(ASHA, question, yes)
    await rig.message(ASHA, "main goes on")
    assert not await is_paused(rig)
    await rig.ask(ASHA, "/pause", "main is paused")

    again = await rig.press_data(ASHA, question, yes)

    assert again["text"] == "This question was already answered or is too old."
    assert await is_paused(rig)
    await rig.runtime.services.pausing.resume_as(rig.account, SYSTEM)
    assert "Approved" in await rig.press(ASHA, card, "Approve")
    assert (await rig.read(order_id)).status is QueueStatus.APPROVED


async def test_an_approver_cannot_resume(rig: Rig) -> None:
    await rig.link(RAVI, Role.APPROVER)
    await rig.ask(RAVI, "/pause", "main is paused")

    await rig.ask(RAVI, "/resume", "Only the account's owner may resume.")

    assert await is_paused(rig)


async def test_staying_paused(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.ask(ASHA, "/resume", "Nothing is paused.")
    await rig.ask(ASHA, "/pause", "main is paused")

    await rig.press(ASHA, await rig.ask(ASHA, "/resume", "Resume main?"), "No, stay paused")

    assert await is_paused(rig)


async def test_a_tap_over_a_limit_says_so_in_the_toast_and_on_the_card(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    order_id = await rig.order()
    card = await rig.message(ASHA, "RELIANCE")
    await rig.runtime.services.limit_book.change(rig.account, "", {"quantity_per_order": "9"}, SYSTEM)

    toast = await rig.press(ASHA, card, "Approve")
    shown = await rig.message(ASHA, "NOT SENT at")

    says = "Over the limits of this account (quantity per order: 10 RELIANCE is above 9)."
    assert toast == f"Nothing was sent. {says}"
    assert says in shown["text"]
    assert "The order still waits." in shown["text"]
    assert (await rig.read(order_id)).status is QueueStatus.PENDING
    assert RELIANCE.quantity == 10


async def test_a_loss_near_its_limit_comes_with_a_button_to_pause(rig: Rig) -> None:
    await rig.link(RAVI, Role.APPROVER)
    services = rig.runtime.services
    await services.accounts.set("main", SYSTEM, order_mode=OrderMode.AUTO)
    rig.runtime.feed.pin("NSE", "RELIANCE", RELIANCE.price)  # type: ignore[attr-defined]
    await rig.order()
    rig.runtime.feed.pin("NSE", "RELIANCE", RELIANCE.price - 100)  # type: ignore[attr-defined]
    await rig.runtime.paper.drain()
    await services.limit_book.change(rig.account, "", {"daily_loss": "1100"}, SYSTEM)

    assert await services.loss_watch.look() == 1
    await rig.tell()
    told = await rig.message(RAVI, "lost today")
    await rig.press(RAVI, told, "⏸ Pause main")
    await rig.message(RAVI, "main is paused by Ravi")

    assert "daily loss limit of ₹1,100.00" in told["text"]
    assert "(sandbox)" in told["text"]
    assert await is_paused(rig)


async def test_the_card_of_an_approved_order_that_was_not_sent_says_why(idle: Rig) -> None:
    await idle.link(ASHA, Role.OWNER)
    order_id = await idle.order()
    await idle.press(ASHA, await idle.message(ASHA, "RELIANCE"), "Approve")

    await idle.ask(ASHA, "/pause", "main is paused")
    await idle.message(ASHA, "not sent, unless the pause ends in time")
    await idle.runtime.executor.execute_due()
    assert (await idle.read(order_id)).legs[0].broker_status is BrokerStatus.READY
    await idle.runtime.services.pausing.resume_as(idle.account, SYSTEM)
    await idle.runtime.executor.execute_due()

    assert (await idle.read(order_id)).legs[0].broker_status is not BrokerStatus.READY
