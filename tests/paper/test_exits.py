"""What is held can be left, whatever lot and freeze quantity have become since it was bought."""

from dataclasses import replace
from decimal import Decimal

import pytest

from brokers.paper.engine.events import Rules
from core.errors import BrokerRefused
from core.orders.order import Action, LegTerms, PriceType
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import PaperChanges, PaperHead
from core.portfolio.positions import Position
from tests.paper.rig import BUY, LIMIT, MARKET, MIS, NRML, SELL, Rig

FUTURE = ("NFO", "NIFTY29DEC26FUT")
"""Its lot is 65, its freeze quantity 1755."""


def order(action: Action, quantity: int | str, pricetype: PriceType = MARKET, price: int = 0) -> LegTerms:
    """An order for the future."""
    return LegTerms(*FUTURE, action, Decimal(quantity), pricetype, NRML, Decimal(price))


async def holding(rig: Rig, quantity: int) -> None:
    """So much is held since the lot was another one."""
    held = Position(*FUTURE, NRML, Decimal(quantity), Decimal(26_000))
    await rig.give(PaperChanges(PaperHead(rig.capital), positions=(held,)))


@pytest.mark.parametrize("pieces", [(75,), (50, 25), (65, 10)])
@pytest.mark.parametrize(("held", "out"), [(75, SELL), (-75, BUY)])
async def test_an_odd_position_can_be_left(rig: Rig, held: int, out: Action, pieces: tuple[int, ...]) -> None:
    await holding(rig, held)
    for quantity in pieces:
        assert (await rig.place(order(out, quantity))).status is BrokerStatus.COMPLETE
    assert (await rig.position()).quantity == 0


async def test_it_can_be_left_at_a_limit_and_the_limit_can_be_changed(rig: Rig) -> None:
    await holding(rig, 75)
    waiting = await rig.place(order(SELL, 75, LIMIT, 27_000))
    moved = await rig.modify(waiting, order(SELL, 75, LIMIT, 26_900))
    assert (moved.status, moved.terms.price) == (BrokerStatus.OPEN, Decimal(26_900))


async def test_a_position_above_the_freeze_quantity_can_be_left_at_once(rig: Rig) -> None:
    await holding(rig, 1_820)
    assert (await rig.place(order(SELL, 1_820))).status is BrokerStatus.COMPLETE


@pytest.mark.parametrize(
    ("held", "wanted", "words"),
    [
        (75, order(BUY, 75), "lot size 65"),
        (75, order(SELL, 76), "lot size 65"),
        (75, order(SELL, "0.5"), "lot size 65"),
        (75, order(SELL, 0), "must be a positive number"),
        (130, order(SELL, 75), "lot size 65"),
        (1_755, order(SELL, 1_820), "freeze quantity 1755"),
    ],
    ids=["more of it", "turned round", "half a unit", "nothing", "held in whole lots", "beyond what is held"],
)
async def test_what_is_more_than_a_way_out_keeps_to_the_table(
    rig: Rig, held: int, wanted: LegTerms, words: str
) -> None:
    await holding(rig, held)
    with pytest.raises(BrokerRefused, match=words):
        await rig.place(wanted)


async def test_orders_that_wait_count_as_gone(rig: Rig) -> None:
    await holding(rig, 75)
    waiting = await rig.place(order(SELL, 75, LIMIT, 27_000))
    with pytest.raises(BrokerRefused, match="lot size 65"):
        await rig.place(order(SELL, 75))
    await rig.broker.cancel(waiting.broker_order_id)
    assert (await rig.place(order(SELL, 75))).status is BrokerStatus.COMPLETE


async def test_another_product_is_no_way_out(rig: Rig) -> None:
    await holding(rig, 75)
    with pytest.raises(BrokerRefused, match="lot size 65"):
        await rig.place(replace(order(SELL, 75), product=MIS))


async def test_a_trail_of_the_first_edition_is_judged_as_it_was_then() -> None:
    rig = Rig(rules=Rules(edition=1))
    await holding(rig, 75)
    with pytest.raises(BrokerRefused, match="lot size 65"):
        await rig.place(order(SELL, 75))
