"""SIGTERM at a bad moment: the end comes soon, with status 0, and the next start finds everything."""

import asyncio
import signal

import aiohttp
import pytest

from bot.local_telegram.state.faults import Fault
from tests.e2e.people import approve, card, cards_settled, local_telegram, talking, until_ready
from tests.e2e.program import Installation
from tests.factories import ASHA, RAVI

SOON = 10.0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
async def test_an_idle_service_ends_at_once(home: Installation, number: signal.Signals) -> None:
    async with local_telegram() as (_, url), home.at(url).running() as service:
        await until_ready(service, "telegram", "ok")
        service.signal(number)
        status = await service.ended()

    assert status == 0
    assert "Traceback" not in service.log


@pytest.mark.alone
async def test_a_strategy_that_waits_for_a_decision_does_not_hold_up_the_end(home: Installation) -> None:
    async with (
        local_telegram() as (telegram, url),
        home.at(url).running() as service,
        talking(service, home.key) as strategy,
    ):
        number = await strategy.queue()
        await card(telegram, ASHA, number)
        waiting = asyncio.ensure_future(strategy.outcome(number, wait=60))
        await strategy.outcome(number, wait=0)
        status, seconds = await service.stop()
        ended = (await asyncio.gather(waiting, return_exceptions=True))[0]

    assert status == 0
    assert seconds < SOON
    assert isinstance(ended, aiohttp.ClientError | dict)


@pytest.mark.alone
async def test_a_telegram_that_hangs_does_not_hold_up_the_end_and_the_tap_counts(home: Installation) -> None:
    async with local_telegram() as (telegram, url):
        here = home.at(url)
        async with here.running() as service, talking(service, home.key) as strategy:
            number = await strategy.queue()
            shown = await card(telegram, ASHA, number, "waits for you")
            await card(telegram, RAVI, number, "waits for you")
            await cards_settled(home)
            for method in ("answerCallbackQuery", "editMessageText", "sendMessage"):
                telegram.world.faults.add(Fault(method, hang=60, times=99))
            telegram.press(ASHA, ASHA, shown["message_id"], button_text="Approve")
            outcome = await strategy.outcome(number)
            await strategy.queue()
            telegram.world.faults.add(Fault("getUpdates", hang=60, times=99))
            waiting = asyncio.ensure_future(strategy.outcome(number + 1, wait=60))
            await strategy.outcome(number, wait=0)
            status, seconds = await service.stop()
            await asyncio.gather(waiting, return_exceptions=True)
        telegram.world.faults.clear()
        async with here.running():
            filled = [await card(telegram, person, number, "FILLED") for person in (ASHA, RAVI)]
            await approve(telegram, RAVI, number + 1)

    print(f"\nstopped after {seconds:.1f} s with everything hanging")
    assert outcome["status"] == "approved"
    assert status == 0
    assert seconds < SOON
    assert len(filled) == 2
    assert home.sql("SELECT count(*) FROM paper_orders WHERE status = 'complete'")[0][0] >= 1


async def test_a_second_service_on_the_same_database_ends_and_does_not_disturb_the_first(home: Installation) -> None:
    async with local_telegram() as (telegram, url):
        here = home.at(url)
        async with here.running() as service, talking(service, home.key) as strategy:
            number = await strategy.queue()
            await card(telegram, ASHA, number)
            second = await here.cli("run")
            toast = await approve(telegram, ASHA, number)
            outcome = await strategy.outcome(number)

    said = [line for line in second.err.splitlines() if line.startswith("countersign:")]
    assert second.status == 1
    assert len(said) == 1
    assert "Another Countersign service is running" in said[0]
    assert "Traceback" not in second.err
    assert toast.startswith("✅ Approved")
    assert outcome["broker_status"] == "complete"
