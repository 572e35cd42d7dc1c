"""A good-till-triggered order's whole way: queued, approved, left at the broker, reached, filled."""

from decimal import Decimal

import pytest

from brokers.paper.trading_hours import AlwaysOpen
from core.accounts import OrderMode, TradingMode
from core.errors import Invalid, Unsupported
from core.orders.gtt import Gtt
from core.orders.intents import gtt_of
from core.orders.order import Action, Product
from core.orders.states import BrokerStatus, QueueStatus
from core.services.intake.intake import Queued
from core.services.intake.leg_resolution import LegResolver
from tests.fakes import OneBroker
from tests.runtime import Spine, idempotent
from tests.services.conftest import Scripted
from tests.services.trading.gtts import ASKED, at_broker, gtt, left, queue


async def test_an_approved_trigger_waits_at_the_broker_under_its_own_id(spine: Spine) -> None:
    order_id = await queue(spine)
    before = await spine.book().list_gtts()

    await spine.approve(order_id)
    await spine.execute()

    order, found = await spine.order(order_id), await at_broker(spine)
    (leg,) = order.legs
    assert before == []
    assert (leg.broker_status, order.broker_status) == (BrokerStatus.OPEN, BrokerStatus.OPEN)
    assert (leg.broker_order_id, leg.client_order_id) == (found.trigger_id, found.client_order_id)
    assert gtt_of(order) == gtt()
    assert await spine.book().list_orders() == []


async def test_its_price_comes_and_the_order_is_filled(spine: Spine) -> None:
    order = await left(spine)

    await spine.move(790)
    await spine.runtime.refresher.refresh()

    (leg,) = (await spine.services.order_status.get(order.account_id, order.id)).legs
    assert (leg.broker_status, leg.filled_quantity, leg.average_price) == (
        BrokerStatus.COMPLETE,
        Decimal(10),
        Decimal(790),
    )
    assert leg.broker_order_id == order.legs[0].broker_order_id
    assert "leg.filled" in await spine.told_of(order.id)
    assert (await spine.order(order.id)).broker_status is BrokerStatus.COMPLETE


async def test_between_trigger_and_fill_it_is_open_and_says_which_order_it_placed(spine: Spine) -> None:
    order = await left(spine, gtt((790, 785)))

    await spine.move(790)
    await spine.runtime.refresher.refresh()

    (leg,) = (await spine.order(order.id)).legs
    (placed,) = await spine.book().list_orders()
    assert (leg.broker_status, leg.message) == (BrokerStatus.OPEN, f"Triggered: order {placed.broker_order_id}")


async def test_nothing_is_left_before_the_client_approves(spine: Spine) -> None:
    order_id = await queue(spine)

    await spine.execute()
    await spine.reject(order_id)
    await spine.execute()
    await spine.move(790)

    assert await spine.book().list_gtts() == []
    assert await spine.book().list_orders() == []


@pytest.mark.parametrize("mode", TradingMode)
async def test_in_auto_it_is_left_at_once_in_the_book_of_its_mode(spine: Spine, mode: TradingMode) -> None:
    await spine.switch(order_mode=OrderMode.AUTO, trading_mode=mode)

    order = await spine.send(intent=gtt(), **ASKED)

    other = TradingMode.LIVE if mode is TradingMode.SANDBOX else TradingMode.SANDBOX
    assert order.legs[0].broker_status is BrokerStatus.OPEN
    assert len(await spine.book(mode).list_gtts()) == 1
    assert await spine.book(other).list_gtts() == []


async def test_semi_auto_queues_in_the_sandbox_too(spine: Spine) -> None:
    await spine.switch(trading_mode=TradingMode.SANDBOX)

    order_id = await queue(spine)

    assert (await spine.order(order_id)).status is QueueStatus.PENDING


@pytest.mark.parametrize(
    ("intent", "why"),
    [
        (gtt((790, 0)), "LIMIT orders require price"),
        (gtt(product=Product.MIS), "MIS is intraday-only"),
        (gtt(product=Product.NRML), "NRML cannot be used for NSE equity"),
    ],
)
async def test_what_could_never_be_placed_is_denied_and_stored_nowhere(spine: Spine, intent: Gtt, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        await queue(spine, intent)

    assert spine.sql("SELECT count(*) FROM orders") == [(0,)]
    assert [link.kind for link in await spine.audit_of()][-1] == "order.denied"


async def test_a_trigger_whose_price_is_past_when_it_is_sent_is_rejected_with_the_reason(spine: Spine) -> None:
    order_id = await queue(spine, gtt((790, 791), (810, 811), action=Action.SELL))
    await spine.move(780)

    await spine.approve(order_id)
    await spine.execute()

    (leg,) = (await spine.order(order_id)).legs
    assert leg.broker_status is BrokerStatus.REJECTED
    assert "must lie between" in leg.message


async def test_an_order_that_cannot_be_read_any_more_is_never_sent_as_a_plain_one(spine: Spine) -> None:
    order_id = await queue(spine)
    await spine.approve(order_id)
    spine.sql("UPDATE orders SET intent = NULL WHERE id = ?", order_id)

    await spine.execute()

    assert (await spine.order(order_id)).legs[0].broker_status is BrokerStatus.REJECTED
    assert await spine.book().list_orders() == []
    assert await spine.book().list_gtts() == []


async def test_a_broker_without_triggers_is_said_to_have_none(spine: Spine, scripted: Scripted) -> None:
    order_id = await queue(spine)
    await spine.approve(order_id)

    await scripted.executor.execute_due()

    (leg,) = (await spine.order(order_id)).legs
    assert leg.broker_status is BrokerStatus.REJECTED
    assert leg.message == "GTT orders are not supported for broker 'scripted' yet"
    assert scripted.broker.placed == []


async def test_a_repeat_under_the_same_key_leaves_one_trigger(spine: Spine) -> None:
    request = await spine.request(intent=gtt(), **ASKED, idempotent=idempotent())

    first = await spine.services.intake.submit(request)
    second = await spine.services.intake.submit(request)

    assert isinstance(first, Queued)
    assert second == first


async def test_a_broker_without_triggers_says_so_before_anybody_is_asked(spine: Spine, scripted: Scripted) -> None:
    brokers = OneBroker(scripted.broker, spine.runtime.listing, spine.runtime.feed)
    leg_resolver = LegResolver(brokers, AlwaysOpen(), spine.clock)

    with pytest.raises(Unsupported, match="GTT orders are not supported for broker 'scripted' yet"):
        await leg_resolver.resolve(spine.account, TradingMode.LIVE, gtt())


async def test_many_that_wait_do_not_hide_the_one_that_fired(spine: Spine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.services.execution.refresh.BATCH", 2)
    for _ in range(4):
        await left(spine, gtt((700, 701)))
    last = await left(spine)

    await spine.move(790)
    await spine.runtime.refresher.refresh()

    assert (await spine.order(last.id)).broker_status is BrokerStatus.COMPLETE
