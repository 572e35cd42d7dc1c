"""Short ways to ask for triggers through the services; SBIN trades at 800."""

from decimal import Decimal
from typing import Any

from core.ids import OrderId
from core.orders.gtt import BrokerGtt, Gtt, Side
from core.orders.order import Action, ApiType, Order, PriceType, Product
from core.orders.router import Operation
from tests.runtime import Spine

ASKED: dict[str, Any] = {"api_type": ApiType.PLACEGTTORDER, "operation": Operation.PLACEGTTORDER}


def gtt(*sides: tuple[int, int], **other: Any) -> Gtt:
    """Buy ten SBIN for delivery when 790 is reached, at 791 at most; it trades at 800."""
    made = tuple(Side(Decimal(trigger), Decimal(limit)) for trigger, limit in sides or ((790, 791),))
    fields = {"action": Action.BUY, "pricetype": PriceType.LIMIT, "product": Product.CNC} | other
    return Gtt("NSE", "SBIN", quantity=Decimal(10), sides=made, **fields)


async def queue(spine: Spine, intent: Gtt | None = None) -> OrderId:
    """A strategy asks for a trigger, and it waits for the client."""
    return await spine.queue(intent=intent or gtt(), **ASKED)


async def left(spine: Spine, intent: Gtt | None = None) -> Order:
    """An approved trigger that waits at the broker."""
    order_id = await queue(spine, intent)
    await spine.approve(order_id)
    await spine.execute()
    return await spine.order(order_id)


async def at_broker(spine: Spine) -> BrokerGtt:
    """The only trigger in the live book."""
    (only,) = await spine.book().list_gtts()
    return only
