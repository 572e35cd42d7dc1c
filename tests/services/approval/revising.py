"""Short ways to change the terms of an order that waits, and to see what was sent."""

from decimal import Decimal
from typing import Any

from core.ids import OrderId, UserId
from core.orders.bounds import Bounds, make_bounds
from core.orders.decisions import Verdict
from core.review.changes import Change
from tests.factories import ASHA
from tests.runtime import Spine, presser


def bounds(**ends: tuple[object, object]) -> Bounds:
    """Bounds from plain numbers."""
    return make_bounds({name: [Decimal(str(one)) for one in pair] for name, pair in ends.items()})


WIDE = bounds(quantity=(5, 40), price=(790, 810))


async def change(spine: Spine, order_id: OrderId, version: int = 1, by: UserId = ASHA, **what: Any) -> Verdict:
    """Somebody chooses other terms on this version of the card."""
    numbers: dict[str, Any] = {name: value if value is True else Decimal(str(value)) for name, value in what.items()}
    return await spine.services.term_revisions.change(order_id, version, presser(by), Change(**numbers))


async def terms_of(spine: Spine, order_id: OrderId) -> str:
    """What the order stands at: `BUY 12 SBIN MARKET 0`."""
    terms = (await spine.order(order_id)).legs[0].terms
    return f"{terms.action} {terms.quantity} {terms.symbol} {terms.pricetype} {terms.price}"


async def sent(spine: Spine) -> list[tuple[Decimal, Decimal]]:
    """Quantity and price of everything at the broker."""
    return [(one.terms.quantity, one.terms.price) for one in await spine.book().list_orders()]
