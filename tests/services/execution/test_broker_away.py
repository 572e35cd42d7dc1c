"""A broker that is left alone because it does not answer: entries wait, exits and cancellations are tried."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.accounts import OrderMode
from core.errors import BrokerUnavailable
from core.orders.states import BrokerStatus
from core.urgency import urgent
from tests.brokers.faults import NONE, REFUSED
from tests.factories import ASHA, SettableClock, some_terms
from tests.services.execution.live_rig import Live, running_live
from tests.services.trading.client_acts import ask_close


@pytest.fixture
async def live(tmp_path: Path, template: Path, clock: SettableClock) -> AsyncIterator[Live]:
    """Logged in, instruments loaded."""
    async with running_live(tmp_path, template, clock) as live:
        yield live


async def left_alone(live: Live) -> None:
    """The broker did not answer three times; it would answer now, and is not asked yet."""
    await live.faults.play(REFUSED)
    book = live.spine.services.books.of(live.spine.account)
    for _ in range(3):
        with pytest.raises(BrokerUnavailable):
            await book.list_orders()
    await live.faults.play(NONE)
    live.faults.heard.clear()


async def test_an_entry_waits_until_the_broker_is_asked_again(live: Live) -> None:
    await left_alone(live)

    order_id = await live.approve()
    waited = (await live.leg(order_id)).broker_status, len(live.faults.heard)
    live.clock.advance(seconds=20)
    await live.spine.execute()

    assert waited == (BrokerStatus.READY, 0)
    assert live.accepted() == 1


async def test_an_exit_is_tried_at_once(live: Live) -> None:
    await live.approve()
    await live.look()
    question = await ask_close(live.spine)
    await left_alone(live)

    with urgent():
        await live.spine.services.client_actions.closes.confirm(ASHA, question.token)
    await left_alone(live)
    await live.spine.execute()

    assert live.accepted() == 2


async def test_a_strategy_s_cancellation_is_tried_at_once(live: Live) -> None:
    await live.spine.switch(order_mode=OrderMode.AUTO)
    sent = await live.spine.send(some_terms(limit=700))
    number = sent.legs[0].broker_order_id
    assert number is not None
    await left_alone(live)

    cancelled = await live.spine.services.trading.cancel(await live.spine.caller(), number)

    assert cancelled.status is BrokerStatus.CANCELLED
