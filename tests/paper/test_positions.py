"""How fills add up to positions, profit and money."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.errors import BrokerRefused
from core.orders.order import Action
from core.portfolio.positions import Funds, Position
from tests.paper.rig import BUY, LIMIT, MIS, NRML, SELL, SL_M, Rig, call, terms

CRORE = Decimal(10_000_000)


async def _trade(rig: Rig, action: Action, quantity: int, price: int) -> None:
    rig.pin(price)
    await rig.place(terms(action, quantity))


async def test_buying_more_averages_the_price(rig: Rig) -> None:
    await _trade(rig, BUY, 10, 800)
    await _trade(rig, BUY, 30, 820)
    assert await rig.position() == Position("NSE", "SBIN", MIS, Decimal(40), Decimal(815), ltp=Decimal(820))


async def test_selling_a_part_takes_its_profit_and_keeps_the_average(rig: Rig) -> None:
    await _trade(rig, BUY, 10, 800)
    await _trade(rig, SELL, 4, 825)
    position = await rig.position()
    assert (position.quantity, position.average_price) == (Decimal(6), Decimal(800))
    assert (position.realised, position.unrealised) == (Decimal(100), Decimal(150))


async def test_short_position_gains_when_the_price_falls(rig: Rig) -> None:
    await _trade(rig, SELL, 10, 800)
    await _trade(rig, BUY, 4, 790)
    position = await rig.position()
    assert position.quantity == -6
    assert (position.realised, position.unrealised) == (Decimal(40), Decimal(60))


@pytest.mark.parametrize(("first", "then", "rest", "realised"), [(BUY, SELL, -15, 250), (SELL, BUY, 15, -250)])
async def test_reversal_closes_and_opens_at_the_new_price(
    rig: Rig, first: Action, then: Action, rest: int, realised: int
) -> None:
    await _trade(rig, first, 10, 800)
    await _trade(rig, then, 25, 825)
    position = await rig.position()
    assert position.quantity == rest
    assert position.average_price == 825
    assert position.realised == realised


async def test_closed_position_stays_listed_and_takes_new_trades(rig: Rig) -> None:
    await _trade(rig, BUY, 10, 800)
    await _trade(rig, SELL, 10, 810)
    closed = await rig.position()
    assert (closed.quantity, closed.average_price, closed.realised) == (Decimal(0), Decimal(0), Decimal(100))
    await _trade(rig, BUY, 5, 790)
    again = await rig.position()
    assert (again.quantity, again.average_price, again.realised) == (Decimal(5), Decimal(790), Decimal(100))


async def test_products_are_separate_positions(rig: Rig) -> None:
    await rig.place(call(65, MIS))
    await rig.place(call(130, NRML))
    assert {p.product: p.quantity for p in await rig.broker.list_positions()} == {MIS: 65, NRML: 130}


async def test_funds_follow_the_trades(rig: Rig) -> None:
    await _trade(rig, BUY, 100, 800)
    await _trade(rig, SELL, 20, 805)
    await _trade(rig, SELL, 20, 815)
    rig.pin(805)
    assert replace(await rig.broker.get_funds(), paper=None) == Funds(
        available=CRORE + 400 - 48_000, used=Decimal(48_000), realised=Decimal(400), unrealised=Decimal(300)
    )


async def test_resting_orders_tie_up_money_until_cancelled(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 100, LIMIT, 790))
    await rig.place(terms(BUY, 10, SL_M, trigger_price=820))
    assert (await rig.broker.get_funds()).used == 79_000 + 8_200
    await rig.broker.cancel(order.broker_order_id)
    assert (await rig.broker.get_funds()).used == 8_200


async def test_order_beyond_what_others_left_is_refused(rig: Rig) -> None:
    await rig.place(terms(BUY, 12_000, LIMIT, 790))
    with pytest.raises(BrokerRefused, match=r"Available: ₹5,20,000\.00, Shortage: ₹2,80,000\.00"):
        await rig.place(terms(BUY, 1_000))


async def test_reducing_needs_no_money(rig: Rig) -> None:
    await _trade(rig, BUY, 12_500, 800)
    await _trade(rig, SELL, 500, 700)
    rig.pin(750)
    await rig.place(terms(SELL, 12_000, LIMIT, 760))
    await rig.place(terms(SELL, 12_000))
    assert (await rig.position()).quantity == 0


async def test_resting_exit_ties_up_nothing_until_it_would_go_beyond_flat(rig: Rig) -> None:
    await _trade(rig, BUY, 100, 800)
    await rig.place(terms(SELL, 100, LIMIT, 850))
    assert (await rig.broker.get_funds()).used == 80_000
    await rig.place(terms(SELL, 10, LIMIT, 860))
    assert (await rig.broker.get_funds()).used == 80_000 + 8_600


async def test_reversal_pays_for_the_excess_only(rig: Rig) -> None:
    await _trade(rig, SELL, 6_000, 800)
    with pytest.raises(BrokerRefused, match=r"Required: ₹52,80,000\.00, Available: ₹52,00,000\.00"):
        await rig.place(terms(BUY, 18_600))
    await rig.place(terms(BUY, 18_500))
    assert (await rig.position()).quantity == 12_500
