"""What is said before the tap: a closed exchange, made-up prices, a limit that would stop it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.settings.settings import Paper
from core.audit import SYSTEM
from core.orders.decisions import Answer
from core.services.approval.surroundings import Opening
from tests.factories import SettableClock, some_terms
from tests.fakes import ScriptedBroker
from tests.runtime import Spine, running_spine
from tests.services.approval.test_checks import looking_at


@pytest.mark.parametrize(("outside", "waits"), [("queue", True), ("refuse", False)])
async def test_when_a_closed_exchange_opens_and_whether_an_order_waits_for_it(
    tmp_path: Path, template: Path, outside: Any, waits: bool
) -> None:
    saturday = SettableClock(datetime(2026, 11, 28, 5, tzinfo=UTC))
    async with running_spine(tmp_path, template, saturday, paper=Paper(outside_hours=outside)) as spine:
        order = await spine.order(await spine.queue())
        around = spine.services.checks.surroundings
        on_paper = around.opening(spine.account, order, saturday.now())
        elsewhere = around.opening(replace(spine.account, broker="real"), order, saturday.now())

    assert on_paper == Opening("NSE", "Mon 09:15", waits)
    assert elsewhere == Opening("NSE", "Mon 09:15", waits=False)


async def test_while_an_exchange_trades_there_is_nothing_to_wait_for(spine: Spine) -> None:
    order = await spine.order(await spine.queue())

    assert spine.services.checks.surroundings.opening(spine.account, order, spine.clock.now()) is None


async def test_a_limit_that_was_reached_while_the_order_waited_is_said_before_the_tap(spine: Spine) -> None:
    order_id = await spine.queue(some_terms(quantity=25))
    await spine.services.limit_book.change(spine.account, "", {"quantity_per_order": "20"}, SYSTEM)
    account = await spine.services.accounts.get("main")

    check = await spine.services.checks.look(account, await spine.order(order_id))

    assert check is not None
    assert check.warnings == ("Over the limits of this account (quantity per order: 25 SBIN is above 20).",)
    assert (await spine.approve(order_id)).answer is Answer.OVER_LIMIT


async def test_a_real_order_at_made_up_prices_is_warned_of(spine: Spine, clock: SettableClock) -> None:
    broker = ScriptedBroker(spine.book())
    order, checks = await spine.order(await spine.queue()), looking_at(spine, broker, clock)

    real = await checks.look(replace(spine.account, broker="real"), order)
    clock.advance(seconds=4)
    paper = await checks.look(spine.account, order)

    assert real is not None
    assert paper is not None
    assert real.warnings == ("Prices here are made up (simulated), and this order is real.",)
    assert paper.warnings == ()
