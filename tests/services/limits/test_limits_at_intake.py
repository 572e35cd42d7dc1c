"""An order that would go over a limit is denied when it arrives, and says which."""

import asyncio
from decimal import Decimal

import pytest

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM, Kind
from core.errors import BrokerUnavailable, OverLimit, Unready
from core.ids import OrderId
from core.orders.order import Action
from core.orders.states import QueueStatus
from core.services.intake.intake import Queued, Sent
from tests.factories import some_terms
from tests.runtime import Spine, idempotent
from tests.services.limits.asking import attempt, denied
from tests.services.limits.conftest import SetLimits


async def test_denied_order_is_stored_and_on_the_trail_and_nothing_is_asked_or_sent(
    spine: Spine, limit: SetLimits
) -> None:
    await limit(value_per_order="5000")

    why = await denied(spine)

    [(order_id,)] = spine.sql("SELECT id FROM orders")
    order = await spine.order(OrderId(order_id))
    assert why == "Over the limits of this account (value per order: ₹8,000.00 is above ₹5,000.00)."
    assert (order.status, order.rejected_reason, order.closed_at) == (QueueStatus.DENIED, why, spine.clock.now())
    assert await spine.told_of(order.id) == [Kind.ORDER_RECEIVED, Kind.ORDER_DENIED]
    await spine.runtime.services.cards.plan()
    await spine.execute()
    assert spine.sql("SELECT count(*) FROM cards") == [(0,)]
    assert await spine.book().list_orders() == []
    assert (await spine.runtime.audit.verify()).breaks == []


async def test_in_auto_mode_the_same_limit_keeps_the_order_from_the_broker(spine: Spine, limit: SetLimits) -> None:
    await spine.switch(order_mode=OrderMode.AUTO)
    await limit(quantity_per_order="9")

    assert "quantity per order: 10 SBIN is above 9" in await denied(spine)

    assert await spine.book().list_orders() == []


@pytest.mark.parametrize(
    ("bound", "says"),
    [
        ({"symbols_forbidden": "SBIN"}, "symbols forbidden: SBIN is forbidden"),
        ({"symbols_allowed": "RELIANCE,TCS"}, "symbols allowed: SBIN is not among RELIANCE, TCS"),
        ({"exchanges_allowed": "BSE"}, "exchanges allowed: NSE is not among BSE"),
        ({"products_forbidden": "MIS"}, "products forbidden: MIS is forbidden"),
        ({"trading_hours": "10:30-15:00"}, "trading hours: it is 10:00 IST, outside of 10:30–15:00 IST"),
        ({"open_positions": "0"}, "open positions: this would make 1, and the limit is 0"),
        ({"orders_per_day": "0"}, "orders per day: this would be number 1, and the limit is 0"),
        ({"value_per_day": "7999.99"}, "value per day: ₹8,000.00 with this order is above ₹7,999.99"),
    ],
)
async def test_each_limit_names_itself_the_value_and_the_bound(
    spine: Spine, limit: SetLimits, bound: dict[str, str], says: str
) -> None:
    await limit(**bound)

    assert says in await denied(spine)


async def test_a_price_too_far_from_the_last_one_is_denied(spine: Spine, limit: SetLimits) -> None:
    await limit(price_distance="5")

    assert isinstance(await spine.submit(some_terms(limit=760)), Queued)
    says = await denied(spine, some_terms(limit="759.95"))
    assert "price distance: ₹759.95 is 5.01% from the last price ₹800.00 of SBIN, more than 5%" in says


async def test_without_a_price_limits_of_value_refuse(spine: Spine, limit: SetLimits) -> None:
    await limit(value_per_order="1000000")
    spine.feed.pin("NSE", "SBIN", Decimal(0))

    assert "there is no price for SBIN now, so ₹10,00,000.00 cannot be judged" in await denied(spine)


async def test_limits_of_a_strategy_bind_it_alone(spine: Spine, limit: SetLimits) -> None:
    await limit(strategy="momentum", quantity_per_order="5")

    assert (await denied(spine)).startswith("Over the limits of strategy momentum (")
    assert isinstance(await spine.submit(strategy="another"), Queued)


async def test_pace_counts_every_order_of_the_last_minute_even_rejected_ones(spine: Spine, limit: SetLimits) -> None:
    await limit(orders_per_minute="2")
    await spine.reject(await spine.queue())
    spine.clock.advance(seconds=30)
    await spine.queue()

    assert "this would be number 3, and the limit is 2" in await denied(spine)
    spine.clock.advance(seconds=31)
    await spine.queue()


async def test_the_days_worth_is_free_again_when_nothing_comes_of_an_order(spine: Spine, limit: SetLimits) -> None:
    await limit(value_per_day="16000")
    first, _ = await spine.queue(), await spine.queue()
    await denied(spine)

    await spine.reject(first)

    await spine.queue()


async def test_a_new_trading_day_in_india_begins_with_nothing(spine: Spine, limit: SetLimits) -> None:
    await limit(orders_per_day="1")
    await spine.queue()
    spine.clock.advance(hours=16, minutes=59)  # 02:59 in India.
    await denied(spine)

    spine.clock.advance(minutes=1)

    await spine.queue()


async def test_sandbox_and_live_are_counted_apart(spine: Spine, limit: SetLimits) -> None:
    await limit(orders_per_day="1")
    await spine.queue()
    await spine.switch(trading_mode=TradingMode.SANDBOX)

    await spine.queue()


async def test_many_at_once_are_exactly_as_many_as_the_limit(spine: Spine, limit: SetLimits) -> None:
    await limit(value_per_day="40000")
    requests = [await spine.request() for _ in range(30)]

    answers = await asyncio.gather(*(attempt(spine, request) for request in requests))

    assert [sum(isinstance(answer, kind) for answer in answers) for kind in (Queued, OverLimit)] == [5, 25]
    assert spine.sql("SELECT status, count(*) FROM orders GROUP BY 1") == [("denied", 25), ("pending", 5)]


async def test_a_silent_broker_lets_nothing_past_limits_of_positions_and_loss(
    spine: Spine, limit: SetLimits, monkeypatch: pytest.MonkeyPatch
) -> None:
    await limit(open_positions="5", daily_loss="1000")

    async def away(_: object) -> object:
        raise BrokerUnavailable("away")

    monkeypatch.setattr(type(spine.book()), "list_positions", away)
    monkeypatch.setattr(type(spine.book()), "get_funds", away)
    why = await denied(spine)

    assert "the broker does not say what is held, so the limit of 5 cannot be judged" in why
    assert "the broker does not say what today came to, so ₹1,000.00 cannot be judged" in why


async def test_a_loss_that_has_reached_its_limit_stops_entries(spine: Spine, limit: SetLimits) -> None:
    await spine.switch(order_mode=OrderMode.AUTO)
    await spine.send()
    await spine.move(750)
    await limit(daily_loss="500")

    assert "lost today, and the limit is ₹500.00" in await denied(spine)
    assert isinstance(await spine.submit(some_terms(Action.SELL)), Sent)


async def test_a_repeat_under_the_same_key_gets_the_same_refusal_and_no_second_order(
    spine: Spine, limit: SetLimits
) -> None:
    await limit(value_per_order="5000")
    first = await denied(spine, idempotent=idempotent())
    await limit(value_per_order=None)

    assert await denied(spine, idempotent=idempotent()) == first
    assert spine.sql("SELECT count(*) FROM orders") == [(1,)]


async def test_limits_that_cannot_be_read_take_no_order(spine: Spine, limit: SetLimits) -> None:
    await limit(value_per_order="5000000")
    spine.sql("UPDATE limits SET bounds = 'x'")

    with pytest.raises(Unready, match="cannot be read"):
        await spine.submit()

    await spine.services.limit_book.clear(spine.account, "", SYSTEM)
    await spine.submit()


async def test_a_limit_set_while_an_order_is_on_its_way_holds_for_it(spine: Spine, limit: SetLimits) -> None:
    remembered = await spine.services.keys.recognise(spine.secret)
    await limit(value_per_order="5000")

    assert "₹8,000.00 is above" in await denied(spine, caller=remembered)


async def test_a_strategy_is_not_told_that_a_denied_order_was_queued(spine: Spine, limit: SetLimits) -> None:
    await limit(orders_per_day="0")
    await denied(spine)

    assert [event.name for event in (await spine.services.events.after(spine.account.id, 0, 100)).events] == []
