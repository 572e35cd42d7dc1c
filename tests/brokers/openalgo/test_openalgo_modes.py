"""An OpenAlgo that is in the wrong mode, or has no login, stops the orders of its account, in words."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import BrokerRefused, BrokerUnavailable, Unsupported
from core.orders.broker_order import Accepted, NotSent, QueuedElsewhere, Unknown
from tests.brokers.fault_contract import RESTING
from tests.brokers.openalgo.rig import OpenAlgoRig
from tests.contract.broker_contract import buy, request
from tests.waiting import SOON


async def until_open(rig: OpenAlgoRig) -> None:
    """Return once nothing stops orders any more. Raises TimeoutError."""
    async with asyncio.timeout(SOON):
        while True:
            try:
                return await rig.broker.check()
            except BrokerUnavailable:
                await asyncio.sleep(0.01)


async def test_order_that_waits_in_its_own_queue_is_the_last_one_until_that_is_off(rig: OpenAlgoRig) -> None:
    rig.fake.is_semi_auto = True

    placement = await rig.broker.place(request(buy()))

    assert isinstance(placement, QueuedElsewhere)
    assert placement.reference == "1"
    assert "semi-auto" in placement.message
    with pytest.raises(BrokerUnavailable, match="semi-auto"):
        await rig.broker.check()
    assert isinstance(await rig.broker.place(request(buy())), NotSent)
    assert len(rig.fake.queued) == 1
    assert not (await rig.broker.session()).is_open

    rig.fake.is_semi_auto = False
    assert (await rig.broker.session()).is_open
    assert isinstance(await rig.broker.place(request(buy())), Accepted)


async def test_its_own_queue_is_noticed_before_the_first_order(rig: OpenAlgoRig) -> None:
    rig.fake.is_semi_auto = True

    session = await rig.broker.session()

    assert not session.is_open
    assert "Action Center" in session.detail
    assert isinstance(await rig.broker.place(request(buy())), NotSent)
    assert not rig.fake.queued


async def test_its_own_queue_is_noticed_when_the_account_is_opened(rig: OpenAlgoRig) -> None:
    rig.fake.is_semi_auto = True

    await rig.broker.load_instruments()

    with pytest.raises(BrokerUnavailable, match="semi-auto"):
        await rig.broker.check()


async def test_end_of_what_stops_orders_is_noticed_without_anybody_asking(rig: OpenAlgoRig) -> None:
    rig.fake.is_semi_auto = True
    await rig.broker.place(request(buy()))
    rig.fake.is_semi_auto = False

    for _ in range(3):
        with pytest.raises(BrokerUnavailable, match="semi-auto"):
            await rig.broker.check()
    await until_open(rig)

    assert [endpoint for endpoint, _ in rig.fake.asked].count("analyzer") == 1


async def test_question_for_the_mode_touches_no_order(rig: OpenAlgoRig) -> None:
    await rig.broker.place(request(buy(10, RESTING)))

    assert (await rig.broker.session()).is_open

    assert [order.status for order in rig.fake.books.orders] == ["OPEN"]


async def test_its_queue_refuses_cancels(rig: OpenAlgoRig) -> None:
    placed = await rig.broker.place(request(buy(10, RESTING)))
    assert isinstance(placed, Accepted)
    rig.fake.is_semi_auto = True

    with pytest.raises(BrokerRefused, match="Semi-Auto"):
        await rig.broker.cancel(placed.order.broker_order_id)
    with pytest.raises(BrokerUnavailable, match="semi-auto"):
        await rig.broker.check()


async def test_sandbox_of_openalgo_is_not_taken_for_a_broker(rig: OpenAlgoRig) -> None:
    await rig.broker.place(request(buy(10, RESTING)))
    rig.fake.is_analyze = True

    placement = await rig.broker.place(request(buy()))

    assert isinstance(placement, Unknown)
    assert "analyze mode" in placement.detail
    with pytest.raises(BrokerUnavailable, match="analyze mode"):
        await rig.broker.check()
    with pytest.raises(BrokerUnavailable, match="analyze mode"):
        await rig.broker.list_orders()
    assert isinstance(await rig.broker.place(request(buy())), NotSent)
    assert len(rig.fake.sandboxed) == 1


async def test_quotes_do_not_say_that_it_is_live_again(rig: OpenAlgoRig) -> None:
    rig.fake.is_analyze = True
    assert not (await rig.broker.session()).is_open

    assert await rig.broker.fetch([("NSE", "SBIN")])

    with pytest.raises(BrokerUnavailable, match="analyze mode"):
        await rig.broker.check()
    rig.fake.is_analyze = False
    await rig.broker.list_orders()
    await rig.broker.check()


async def test_logout_stops_orders_for_a_minute_and_ends_by_itself(rig: OpenAlgoRig) -> None:
    rig.fake.is_logged_in = False

    placement = await rig.broker.place(request(buy()))

    assert isinstance(placement, NotSent)
    assert "log in to OpenAlgo" in placement.reason
    with pytest.raises(BrokerUnavailable, match="log in to OpenAlgo"):
        await rig.broker.check()
    assert not (await rig.broker.session()).is_open
    asked = len(rig.fake.asked)
    await rig.broker.place(request(buy()))
    assert len(rig.fake.asked) == asked

    rig.fake.is_logged_in = True
    rig.clock.advance(seconds=60)
    await rig.broker.check()
    later = request(buy())
    later = replace(later, deadline=later.deadline + timedelta(minutes=2))
    assert isinstance(await rig.broker.place(later), Accepted)


async def test_login_that_the_broker_has_ended_is_no_session(rig: OpenAlgoRig) -> None:
    rig.fake.is_token_expired = True

    session = await rig.broker.session()

    assert not session.is_open
    assert "log in to OpenAlgo" in session.detail


async def test_login_is_made_at_openalgo(rig: OpenAlgoRig) -> None:
    with pytest.raises(Unsupported, match="OpenAlgo's own page"):
        await rig.broker.log_in("anything")


async def test_session_that_does_not_answer_is_not_a_closed_one(rig: OpenAlgoRig) -> None:
    await rig.faults.__aexit__(None, None, None)

    with pytest.raises(BrokerUnavailable, match="nothing was sent"):
        await rig.broker.session()


async def test_order_whose_turn_in_the_second_comes_too_late_is_not_sent(rig: OpenAlgoRig) -> None:
    broker = rig.open(orders_per_second=1)
    assert isinstance(await broker.place(request(buy(1))), Accepted)
    soon = replace(request(buy(1)), deadline=rig.clock.now() + timedelta(milliseconds=50))

    assert isinstance(await broker.place(soon), NotSent)

    assert len(rig.fake.books.orders) == 1
    await broker.close()


async def test_no_answer_of_a_broker_that_is_away_opens_the_circuit(rig: OpenAlgoRig) -> None:
    await rig.faults.__aexit__(None, None, None)
    for _ in range(3):
        with pytest.raises(BrokerUnavailable):
            await rig.broker.list_orders()

    with pytest.raises(BrokerUnavailable, match="has not answered since"):
        await rig.broker.check()
