"""What only reduces a position passes every limit; what could grow one by the back door does not."""

import asyncio
from decimal import Decimal

import pytest

from core.accounts import OrderMode
from core.errors import OverLimit
from core.orders.order import Action, Product
from core.orders.states import BrokerStatus
from core.portfolio.positions import Position
from tests.factories import some_terms
from tests.runtime import Spine
from tests.services.limits.asking import attempt, denied
from tests.services.limits.conftest import SetLimits
from tests.services.trading.gtts import ASKED, gtt, queue


async def test_what_only_reduces_a_position_is_never_denied(spine: Spine, limit: SetLimits) -> None:
    await spine.hold(Position("NSE", "SBIN", Product.MIS, Decimal(10), Decimal(800)))
    await spine.switch(order_mode=OrderMode.AUTO)
    await limit(value_per_order="1", orders_per_day="0", symbols_forbidden="SBIN", trading_hours="11:00-12:00")

    sold = await spine.send(some_terms(Action.SELL))

    assert sold.legs[0].broker_status is BrokerStatus.COMPLETE
    assert "10 SBIN" in await denied_after(spine, limit)


async def denied_after(spine: Spine, limit: SetLimits) -> str:
    """The same sale once more, with nothing held any longer."""
    await limit(quantity_per_order="5")
    return await denied(spine, some_terms(Action.SELL))


async def test_two_exits_at_once_that_turn_the_position_round_together_are_not_both_exits(
    spine: Spine, limit: SetLimits
) -> None:
    await spine.hold(Position("NSE", "SBIN", Product.MIS, Decimal(10), Decimal(800)))
    await spine.switch(order_mode=OrderMode.AUTO)
    await limit(orders_per_day="0")
    requests = [await spine.request(some_terms(Action.SELL)) for _ in range(2)]

    answers = await asyncio.gather(*(attempt(spine, request) for request in requests))

    assert sorted(type(answer).__name__ for answer in answers) == ["OverLimit", "Sent"]
    assert [one.quantity for one in await spine.book().list_positions()] == [0]


async def test_closing_everything_is_never_denied(spine: Spine, limit: SetLimits) -> None:
    await spine.hold(Position("NSE", "SBIN", Product.MIS, Decimal(-10), Decimal(800)))
    await spine.switch(order_mode=OrderMode.AUTO)
    await limit(orders_per_day="0", trading_hours="11:00-12:00")

    closed = await spine.services.trading.close_all(await spine.caller(), "momentum", {})

    assert closed is not None
    assert closed.legs[0].broker_status is BrokerStatus.COMPLETE


async def test_changing_an_order_into_what_could_not_be_placed_is_refused(spine: Spine, limit: SetLimits) -> None:
    await spine.switch(order_mode=OrderMode.AUTO)
    resting = await spine.send(some_terms(limit=700))
    await limit(quantity_per_order="20")
    orderid = resting.legs[0].broker_order_id
    assert orderid is not None

    with pytest.raises(OverLimit, match=r"quantity per order: 500 SBIN is above 20\)\. Nothing was changed"):
        await spine.services.trading.modify(await spine.caller(), orderid, some_terms(limit=700, quantity=500))

    await spine.services.trading.modify(await spine.caller(), orderid, some_terms(limit=700, quantity=20))
    assert (await spine.book().get(orderid)).terms.quantity == 20


async def test_triggers_are_limited_by_their_dearer_side_and_may_be_far_from_the_price(
    spine: Spine, limit: SetLimits
) -> None:
    await limit(price_distance="1", value_per_order="9500")

    await queue(spine, gtt((700, 701), (900, 901), action=Action.SELL))

    why = await denied(spine, intent=gtt((700, 701), (960, 961), action=Action.SELL), **ASKED)
    assert "value per order: ₹9,610.00 is above ₹9,500.00" in why
    assert "price distance" not in why
