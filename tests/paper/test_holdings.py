"""Delivery: what was bought before today may be sold, and nothing else."""

from decimal import Decimal

import pytest

from core.errors import BrokerRefused
from core.portfolio.paper_book import PaperChanges, PaperHead
from core.portfolio.positions import Holding
from tests.paper.rig import BUY, CNC, LIMIT, MIS, SELL, Rig, terms

CASH = Decimal(10_000_000)


@pytest.fixture
async def holder(rig: Rig) -> Rig:
    """A book that holds 50 SBIN, bought at ₹700."""
    shares = Holding("NSE", "SBIN", Decimal(50), Decimal(700))
    await rig.give(PaperChanges(PaperHead(CASH), holdings=(shares,)))
    return rig


async def test_holdings_carry_the_last_price(holder: Rig) -> None:
    expected = Holding("NSE", "SBIN", Decimal(50), Decimal(700), ltp=Decimal(800))
    assert tuple(await holder.broker.list_holdings()) == (expected,)
    assert (await holder.broker.get_funds()).used == 35_000


async def test_sale_comes_out_of_the_holding_with_its_profit(holder: Rig) -> None:
    await holder.place(terms(SELL, 20, product=CNC))
    (left,) = await holder.broker.list_holdings()
    assert left.quantity == 30
    position = await holder.position()
    assert (position.quantity, position.realised) == (Decimal(0), Decimal(2_000))
    funds = await holder.broker.get_funds()
    assert funds.available + funds.used == CASH + 2_000


async def test_today_s_shares_go_first(holder: Rig) -> None:
    await holder.place(terms(BUY, 10, product=CNC))
    await holder.place(terms(SELL, 25, product=CNC))
    (left,) = await holder.broker.list_holdings()
    assert (left.quantity, (await holder.position()).realised) == (Decimal(35), Decimal(1_500))


async def test_sold_out_holding_is_gone(holder: Rig) -> None:
    await holder.place(terms(SELL, 50, product=CNC))
    assert not await holder.broker.list_holdings()


async def test_shares_cannot_be_sold_twice(holder: Rig) -> None:
    await holder.place(terms(SELL, 40, LIMIT, 850, product=CNC))
    text = "Cannot sell 11 SBIN in CNC: 50 owned, 40 of them in open sell orders."
    with pytest.raises(BrokerRefused, match=text):
        await holder.place(terms(SELL, 11, product=CNC))
    await holder.place(terms(SELL, 10, product=CNC))


async def test_modification_cannot_sell_more_than_is_owned(holder: Rig) -> None:
    order = await holder.place(terms(SELL, 40, LIMIT, 850, product=CNC))
    await holder.modify(order, terms(SELL, 50, LIMIT, 850, product=CNC))
    with pytest.raises(BrokerRefused, match="Cannot sell 51 SBIN"):
        await holder.modify(order, terms(SELL, 51, LIMIT, 850, product=CNC))


async def test_intraday_sale_leaves_the_holding_alone(holder: Rig) -> None:
    await holder.place(terms(SELL, 20, product=MIS))
    (held,) = await holder.broker.list_holdings()
    assert held.quantity == 50
    assert (await holder.position()).quantity == -20
