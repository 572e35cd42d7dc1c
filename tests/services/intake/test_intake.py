"""Orders coming in: written down first, then queued or sent, by the modes as they stand at that moment."""

import asyncio
import json
from datetime import timedelta

import pytest

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM, Kind
from core.errors import CountersignError, NotAllowed, Unauthorized, Unready
from core.orders.intents import Single
from core.orders.order import ApiType
from core.orders.router import Operation
from core.orders.states import BrokerStatus, QueueStatus
from core.services.intake.intake import OrderRequest, Queued, Sent
from tests.factories import START, some_terms
from tests.runtime import STUCK, Spine

AUTO, SEMI = OrderMode.AUTO, OrderMode.SEMI_AUTO
LIVE, SANDBOX = TradingMode.LIVE, TradingMode.SANDBOX


@pytest.mark.parametrize("trading_mode", [LIVE, SANDBOX])
async def test_semi_auto_order_waits_for_the_client(spine: Spine, trading_mode: TradingMode) -> None:
    await spine.switch(trading_mode=trading_mode)

    order_id = await spine.queue(some_terms(quantity=3, limit="799.95"))
    await spine.execute()

    order = await spine.order(order_id)
    assert (order.status, order.version, order.trading_mode) == (QueueStatus.PENDING, 1, trading_mode)
    assert (order.created_at, order.expires_at) == (START, START + timedelta(minutes=15))
    assert (order.legs[0].terms, order.execute_by) == (some_terms(quantity=3, limit="799.95"), None)
    assert not await spine.book(trading_mode).list_orders()


@pytest.mark.parametrize("trading_mode", [LIVE, SANDBOX])
async def test_auto_order_is_sent_at_once_to_its_own_book(spine: Spine, trading_mode: TradingMode) -> None:
    await spine.switch(order_mode=AUTO, trading_mode=trading_mode)

    order = await spine.send()

    assert (order.status, order.approved_by, order.approved_by_id) == (QueueStatus.APPROVED, "auto", None)
    assert order.broker_status is BrokerStatus.COMPLETE
    other = LIVE if trading_mode is SANDBOX else SANDBOX
    assert len(await spine.book(trading_mode).list_orders()) == 1
    assert not await spine.book(other).list_orders()


async def test_order_is_audited_as_it_was_received(spine: Spine) -> None:
    order_id = await spine.queue()

    link = (await spine.audit_of())[-1]
    facts = json.loads(link.facts)
    assert (link.kind, link.actor, link.order_id) == (Kind.ORDER_RECEIVED, f"key:{spine.key_id}", order_id)
    assert (facts["strategy"], facts["trading_mode"], facts["request"]) == ("momentum", "live", {"symbol": "SBIN"})
    assert facts["client_order_ids"] == [(await spine.order(order_id)).legs[0].client_order_id]


async def test_our_order_ids_suit_every_broker(spine: Spine) -> None:
    order_ids = [await spine.queue(some_terms(), some_terms()) for _ in range(10)]

    ours = [leg.client_order_id for order_id in order_ids for leg in (await spine.order(order_id)).legs]
    assert len(set(ours)) == 20
    assert all(len(one) <= 20 and one.isalnum() and one.isascii() for one in ours)


async def test_account_turned_semi_auto_meanwhile_queues_the_order(spine: Spine) -> None:
    await spine.switch(order_mode=AUTO)
    remembered = await spine.services.keys.recognise(spine.secret)
    await spine.switch(order_mode=SEMI)

    taken = await spine.submit(caller=remembered)

    assert isinstance(taken, Queued)
    assert not await spine.book().list_orders()


async def test_account_turned_to_the_sandbox_meanwhile_keeps_the_order_from_the_live_book(spine: Spine) -> None:
    await spine.switch(order_mode=AUTO)
    remembered = await spine.services.keys.recognise(spine.secret)
    await spine.switch(trading_mode=SANDBOX)

    order = await spine.send(caller=remembered)

    assert order.trading_mode is SANDBOX
    assert not await spine.book(LIVE).list_orders()


async def test_changed_account_is_remembered_as_it_is_now(spine: Spine) -> None:
    keys = spine.services.keys
    remembered = await keys.recognise(spine.secret)
    await spine.switch(trading_mode=SANDBOX)
    await spine.submit(caller=remembered)

    fresh = await keys.recognise(spine.secret)

    assert fresh.account == spine.account


async def test_revoked_key_is_refused_although_it_was_remembered(spine: Spine) -> None:
    remembered = await spine.services.keys.recognise(spine.secret)
    await spine.services.keys.revoke(spine.account.id, spine.key_id, SYSTEM)

    with pytest.raises(Unauthorized, match="Invalid openalgo apikey"):
        await spine.submit(caller=remembered)

    assert spine.sql("SELECT count(*) FROM orders") == [(0,)]


async def test_disabled_account_is_refused_although_its_key_was_remembered(spine: Spine) -> None:
    remembered = await spine.services.keys.recognise(spine.secret)
    await spine.switch(enabled=False)

    with pytest.raises(Unauthorized):
        await spine.submit(caller=remembered)

    assert spine.sql("SELECT count(*) FROM orders") == [(0,)]


async def test_closing_legs_are_not_carried_into_a_mode_they_were_not_made_for(spine: Spine) -> None:
    await spine.switch(order_mode=AUTO, trading_mode=SANDBOX)
    remembered = await spine.caller()
    await spine.switch(trading_mode=LIVE)

    with pytest.raises(Unready, match="nothing was executed"):
        await spine.submit(caller=remembered, operation=Operation.CLOSEPOSITION, api_type=ApiType.CLOSEPOSITION)

    assert not await spine.book(LIVE).list_orders()


async def test_client_only_operation_is_refused_in_semi_auto_live(spine: Spine) -> None:
    with pytest.raises(NotAllowed, match="Operation closeposition is not allowed in Semi-Auto mode"):
        await spine.submit(operation=Operation.CLOSEPOSITION)

    assert spine.sql("SELECT count(*) FROM orders") == [(0,)]


async def test_many_requests_at_once_are_all_taken_in_a_row_of_numbers(spine: Spine) -> None:
    requests = [await spine.request(some_terms(quantity=number)) for number in range(1, 101)]

    taken = await asyncio.gather(*(spine.services.intake.submit(request) for request in requests))

    order_ids = [one.order_id for one in taken if isinstance(one, Queued)]
    assert sorted(order_ids) == list(range(1, 101))
    for order_id, number in zip(order_ids, range(1, 101), strict=True):
        assert (await spine.order(order_id)).legs[0].terms.quantity == number
    assert (await spine.runtime.audit.verify()).breaks == []


async def test_one_request_the_database_refuses_does_not_refuse_its_neighbours(spine: Spine) -> None:
    good = [await spine.request() for _ in range(4)]
    bad = await spine.request(strategy="\ud800")

    answers = await asyncio.gather(*(_try(spine, request) for request in [*good[:2], bad, *good[2:]]))

    assert [type(answer).__name__ for answer in answers] == ["Queued", "Queued", "Unready", "Queued", "Queued"]
    assert spine.sql("SELECT count(*) FROM orders") == [(4,)]


@pytest.mark.parametrize(
    "unstorable", [{"strategy": "\ud800"}, {"intent": Single(some_terms(disclosed_quantity=2**64))}]
)
async def test_what_cannot_be_stored_refuses_only_its_own_order(spine: Spine, unstorable: dict[str, object]) -> None:
    bad, good = await spine.request(**unstorable), await spine.request()

    answers = await asyncio.gather(_try(spine, good), _try(spine, bad), _try(spine, good))

    assert [type(answers[0]), type(answers[2])] == [Queued, Queued]
    assert isinstance(await _try(spine, good), Queued)


async def test_taken_order_is_never_answered_with_an_error(spine: Spine) -> None:
    await spine.switch(order_mode=AUTO)
    spine.sql(STUCK)

    taken = await spine.submit()

    assert isinstance(taken, Sent)
    assert taken.order.legs[0].broker_status is BrokerStatus.READY
    spine.sql("DROP TRIGGER stuck")
    await spine.execute()
    assert (await spine.order(taken.order.id)).broker_status is BrokerStatus.COMPLETE


async def _try(spine: Spine, request: OrderRequest) -> object:
    try:
        return await spine.services.intake.submit(request)
    except CountersignError as fault:
        return fault
