"""A start with ten thousand orders waiting is quick, repeats no card and stays inside Telegram's limits."""

import asyncio
import time

import pytest

from bot.process.bootstrap import open_runtime
from bot.settings.settings import load_settings
from core.orders.intents import Single
from core.orders.order import ApiType
from core.orders.router import Operation
from core.services.intake.intake import OrderRequest
from tests.e2e.people import card, cards_settled, local_telegram, readiness, talking, until
from tests.e2e.program import Installation, Service
from tests.factories import ASHA, RAVI, some_terms

MANY = 10_000
READY_WITHIN = 10.0
MORE = 2


async def _queue_many(home: Installation) -> None:
    """What many strategies would have posted, straight into the order log."""
    async with open_runtime(load_settings(home.config)) as runtime:
        log = asyncio.create_task(runtime.order_log.run())
        caller = await runtime.services.keys.authenticate(home.key)
        request = OrderRequest(
            caller, ApiType.PLACEORDER, Operation.PLACEORDER, "many", Single(some_terms()), {"symbol": "SBIN"}
        )
        await asyncio.gather(*(runtime.services.intake.submit(request) for _ in range(MANY)))
        log.cancel()
        await asyncio.gather(log, return_exceptions=True)


@pytest.mark.alone
async def test_a_start_with_ten_thousand_waiting_orders(home: Installation) -> None:
    async with local_telegram() as (telegram, url):
        here = home.at(url)
        async with here.running() as service, talking(service, home.key) as strategy:
            first = await strategy.queue()
            shown = [await card(telegram, person, first, "waits for you") for person in (ASHA, RAVI)]
            await cards_settled(home)
            await service.stop()
        await _queue_many(home)
        before, started = len(telegram.calls), time.monotonic()
        async with here.running() as service, talking(service, home.key) as strategy:
            await until(lambda: _is_ready(service))
            seconds = time.monotonic() - started
            started = time.monotonic()
            number = await strategy.queue()
            answered = time.monotonic() - started
            for later in range(1, MORE + 1):
                await card(telegram, ASHA, first + later, "waits for you")
            stopped = await service.stop()

    print(f"\nready with {MANY} waiting orders after {seconds:.1f} s, answered a new one in {answered:.2f} s")
    calls = telegram.calls[before:]
    sent = [call for call in calls if call["method"] == "sendMessage"]
    assert seconds < READY_WITHIN
    assert answered < READY_WITHIN
    assert number == MANY + 2
    assert not [call for call in sent if f" · #{first}\\n" in str(call["params"])]
    assert [one["message_id"] for one in shown] == [
        (await card(telegram, person, first))["message_id"] for person in (ASHA, RAVI)
    ]
    assert sum(call["status"] == 429 for call in calls) <= 5
    assert stopped[0] == 0
    assert stopped[1] < READY_WITHIN


async def _is_ready(service: Service) -> bool:
    return (await readiness(service))[0] == 200
