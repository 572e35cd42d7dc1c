"""The client approves in part or at another price: a new version of the card, and only what it says is sent."""

from decimal import Decimal
from typing import Any

import pytest

from core.orders.bounds import Bounds
from core.orders.decisions import Answer, Verdict
from core.orders.intents import Basket, Smart, Split
from core.orders.order import ApiType
from core.orders.order_view import order_as_json
from core.orders.router import Operation
from core.review.changes import parse_asked
from core.services.approval.revise_terms import SAME, Offer
from tests.factories import ASHA, RAVI, some_terms
from tests.runtime import Spine, presser
from tests.services.approval.revising import WIDE, change, sent, terms_of

LIMIT_BEFORE_TRIGGER = (
    "The limit of an SL order must not be better than its trigger price: "
    "at or above it when buying, at or below it when selling."
)


async def test_a_part_is_a_new_version_and_nothing_is_sent_before_it_is_approved(spine: Spine) -> None:
    order_id = await spine.queue(some_terms(quantity=25))

    verdict = await change(spine, order_id, quantity=12)
    await spine.execute()
    before = await sent(spine)
    await spine.approve(order_id, version=2)
    await spine.execute()

    assert (verdict.answer, before) == (Answer.TERMS_CHANGED, [])
    assert await sent(spine) == [(Decimal(12), Decimal(0))]
    order = await spine.order(order_id)
    assert order.asked is not None
    asked = parse_asked(order.asked)
    assert asked is not None
    assert (asked.terms.quantity, asked.changed_by) == (Decimal(25), "Asha")
    assert order_as_json(order)["approved_terms"] == {"quantity": 12, "pricetype": "MARKET", "price": 0}
    assert (await spine.runtime.audit.verify()).breaks == []


async def test_old_buttons_of_everybody_are_void(spine: Spine) -> None:
    order_id = await spine.queue(some_terms(quantity=25))
    await change(spine, order_id, quantity=12)

    approved, rejected = await spine.approve(order_id, RAVI, 1), await spine.reject(order_id, RAVI, 1)
    changed = await change(spine, order_id, 1, RAVI, quantity=6)

    assert {approved.answer, rejected.answer, changed.answer} == {Answer.CHANGED}
    assert await terms_of(spine, order_id) == "BUY 12 SBIN MARKET 0"


async def test_a_market_order_becomes_a_limit_within_bounds(spine: Spine) -> None:
    order_id = await spine.queue(some_terms(quantity=25), bounds=WIDE)

    await change(spine, order_id, price="799.95")
    await spine.approve(order_id, version=2)
    await spine.execute()

    assert await sent(spine) == [(Decimal(25), Decimal("799.95"))]


async def test_quantity_and_price_add_up_and_the_original_comes_back(spine: Spine) -> None:
    order_id = await spine.queue(some_terms(quantity=25, limit=800), bounds=WIDE)

    await change(spine, order_id, 1, quantity=40)
    await change(spine, order_id, 2, RAVI, price=810)
    both = await terms_of(spine, order_id)
    await change(spine, order_id, 3, restore=True)

    order = await spine.order(order_id)
    assert both == "BUY 40 SBIN LIMIT 810"
    assert await terms_of(spine, order_id) == "BUY 25 SBIN LIMIT 800"
    assert (order.asked, order.version) == (None, 4)
    await spine.approve(order_id, version=4)
    assert "approved_terms" not in order_as_json(await spine.order(order_id))
    assert (await spine.runtime.audit.verify()).breaks == []


@pytest.mark.parametrize(
    ("terms", "limits", "what", "why"),
    [
        ({}, None, {"quantity": 11}, "The strategy asked for 10; it can only be made smaller."),
        ({}, None, {"price": 800}, "The strategy does not let its price be changed."),
        ({}, WIDE, {"quantity": 41}, "The strategy allows a quantity of 5 to 40."),
        ({}, WIDE, {"quantity": 4}, "The strategy allows a quantity of 5 to 40."),
        ({}, WIDE, {"price": "810.05"}, "The strategy allows a limit of ₹790.00 to ₹810.00."),
        ({}, WIDE, {"price": "800.01"}, "Price 800.01 is not a multiple of the tick size 0.05."),
        ({}, WIDE, {"quantity": "7.5"}, "Quantity must be in multiples of lot size 1."),
        ({}, WIDE, {"quantity": 10}, SAME),
        ({}, WIDE, {"restore": True}, SAME),
        (
            {"disclosed_quantity": 10},
            None,
            {"quantity": 5},
            "Disclosed quantity must not be above the quantity.",
        ),
        (
            {"limit": 800, "pricetype": "SL", "trigger_price": Decimal(799)},
            WIDE,
            {"price": 795},
            LIMIT_BEFORE_TRIGGER,
        ),
    ],
)
async def test_what_is_not_allowed_changes_nothing_and_says_why(
    spine: Spine, terms: dict[str, Any], limits: Bounds | None, what: dict[str, Any], why: str
) -> None:
    order_id = await spine.queue(some_terms(**terms), bounds=limits)

    verdict = await change(spine, order_id, **what)

    assert (verdict.answer, verdict.message) == (Answer.NOT_CHANGED, why)
    assert (await spine.order(order_id)).version == 1


async def test_lots_are_respected(spine: Spine) -> None:
    symbol: dict[str, Any] = {"exchange": "NFO", "symbol": "NIFTY29DEC26FUT", "product": "NRML"}
    order_id = await spine.queue(some_terms(quantity=195, **symbol))

    offer = await spine.services.term_revisions.offer(order_id, 1, presser(ASHA))
    verdict = await change(spine, order_id, quantity=100)

    assert isinstance(offer, Offer)
    assert offer.quantities == [(2, Decimal(65))]
    assert verdict.message == "Quantity must be in multiples of lot size 65."


async def test_what_is_offered_depends_on_bounds_and_price(spine: Spine) -> None:
    plain, free = await spine.queue(some_terms(quantity=25)), await spine.queue(some_terms(quantity=25), bounds=WIDE)
    offers = [await spine.services.term_revisions.offer(one, 1, presser(ASHA)) for one in (plain, free)]

    assert isinstance(offers[0], Offer)
    assert isinstance(offers[1], Offer)
    assert (offers[0].quantities, offers[0].prices) == ([(2, Decimal(12)), (4, Decimal(6))], [])
    assert [str(price) for price in offers[1].prices] == ["799.75", "799.95", "800.00", "800.05", "800.25"]


SEVERAL: list[dict[str, Any]] = [
    {"intent": Basket((some_terms(), some_terms(symbol="INFY"))), "api_type": ApiType.BASKETORDER},
    {"intent": Basket((some_terms(),)), "api_type": ApiType.BASKETORDER},
    {"intent": Split(some_terms(quantity=20), 10), "api_type": ApiType.SPLITORDER},
    {
        "intent": Smart(some_terms(), Decimal(10)),
        "api_type": ApiType.SMARTORDER,
        "operation": Operation.PLACESMARTORDER,
    },
]


@pytest.mark.parametrize("request_", SEVERAL)
async def test_orders_of_other_kinds_stay_as_they_are(spine: Spine, request_: dict[str, Any]) -> None:
    order_id = await spine.queue(**request_, bounds=WIDE)

    verdict = await change(spine, order_id, quantity=5)
    offer = await spine.services.term_revisions.offer(order_id, 1, presser(ASHA))

    assert verdict.answer is Answer.NOT_CHANGED
    assert isinstance(offer, Verdict)
    assert verdict.message == offer.message == "The terms of this order cannot be changed here."
