"""What is held can be left through every order, whatever lot and freeze quantity have become since."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.accounts import OrderMode
from core.errors import Invalid
from core.orders.decisions import Answer
from core.orders.intents import Basket, Smart, Split
from core.orders.order import Action, ApiType, LegTerms, PriceType, Product
from core.orders.router import Operation
from core.orders.states import BrokerStatus
from core.portfolio.positions import Position
from tests.runtime import Spine

SYMBOL = "NIFTY29DEC26FUT"
"""Its lot is 65, its freeze quantity 1755."""
OUT = LegTerms("NFO", SYMBOL, Action.SELL, Decimal(75), product=Product.NRML)


async def hold(spine: Spine, quantity: int) -> None:
    """So much is held since the lot was another one."""
    await spine.hold(Position("NFO", SYMBOL, Product.NRML, Decimal(quantity), Decimal(26_000)))


async def held(spine: Spine) -> Decimal:
    """What is held now."""
    (position,) = await spine.book().list_positions()
    return position.quantity


async def test_a_sale_of_what_is_held_is_shown_and_sent(spine: Spine) -> None:
    await hold(spine, 75)
    order_id = await spine.queue(OUT)
    assert "lot" not in (await spine.order(order_id)).facts, "it is no number of lots"
    verdict = await spine.approve(order_id)
    await spine.execute()
    assert verdict.answer is Answer.APPROVED
    assert await held(spine) == 0


async def test_a_smart_order_to_nothing_is_worked_out_again_and_sent(spine: Spine) -> None:
    await hold(spine, 75)
    away = Smart(replace(OUT, quantity=Decimal(0)), Decimal(0))
    order_id = await spine.queue(intent=away, api_type=ApiType.SMARTORDER, operation=Operation.PLACESMARTORDER)
    assert (await spine.approve(order_id)).answer is Answer.APPROVED
    await spine.execute()
    assert await held(spine) == 0


async def test_closing_everything_takes_as_many_pieces_as_it_needs(spine: Spine) -> None:
    await spine.switch(order_mode=OrderMode.AUTO)
    await hold(spine, 1_755 * 100 + 75)
    spine.feed.pin("NFO", SYMBOL, Decimal(26_000))
    order = await spine.services.trading.close_all(await spine.caller(), "momentum", {})
    assert order is not None
    assert {leg.broker_status for leg in order.legs} == {BrokerStatus.COMPLETE}
    assert max(leg.terms.quantity for leg in order.legs) == 1_755
    assert await held(spine) == 0


@pytest.mark.parametrize(
    ("legs", "words"),
    [
        ((replace(OUT, action=Action.BUY),), "lot size 65"),
        ((replace(OUT, quantity=Decimal(76)),), "lot size 65"),
        ((OUT, OUT), "Order 1: Quantity must be in multiples of lot size 65"),
    ],
    ids=["more of it", "turned round", "turned round together"],
)
async def test_what_is_more_than_a_way_out_is_never_shown(
    spine: Spine, legs: tuple[LegTerms, ...], words: str
) -> None:
    await hold(spine, 75)
    with pytest.raises(Invalid, match=words):
        await spine.submit(*legs)


async def test_a_basket_and_a_split_may_leave_in_pieces(spine: Spine) -> None:
    await hold(spine, 75)
    await spine.queue(intent=Basket((replace(OUT, quantity=Decimal(40)), replace(OUT, quantity=Decimal(35)))))
    await spine.queue(intent=Split(OUT, 50))


async def test_an_order_that_waits_at_the_broker_counts_as_gone(spine: Spine) -> None:
    await hold(spine, 75)
    await spine.approve(await spine.queue(replace(OUT, pricetype=PriceType.LIMIT, price=Decimal(27_000))))
    await spine.execute()
    with pytest.raises(Invalid, match="lot size 65"):
        await spine.submit(OUT)


async def test_an_exit_that_has_become_an_entry_is_not_sent(spine: Spine) -> None:
    await hold(spine, 75)
    first, second = await spine.queue(OUT), await spine.queue(OUT)
    await spine.approve(first)
    await spine.execute()
    verdict = await spine.approve(second)
    assert verdict.answer is Answer.UNREADY
    assert "lot size 65" in verdict.message
    assert await held(spine) == 0
