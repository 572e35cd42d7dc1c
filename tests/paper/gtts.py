"""Short ways to make triggers on SBIN, and to look at what they placed."""

from datetime import datetime
from decimal import Decimal

from core.orders.broker_order import BrokerOrder
from core.orders.gtt import BrokerGtt, Gtt, Side
from core.orders.order import Action, PriceType, Product
from tests.paper.rig import BUY, CNC, LIMIT, Rig


def gtt(
    *sides: tuple[int | str, int | str],
    action: Action = BUY,
    quantity: int | str = 10,
    pricetype: PriceType = LIMIT,
    product: Product = CNC,
    expires_at: datetime | None = None,
) -> Gtt:
    """Buy ten SBIN for delivery when 790 is reached, at 791 at most, unless told otherwise."""
    pairs = sides or ((790, 791),)
    made = tuple(Side(Decimal(trigger), Decimal(limit)) for trigger, limit in pairs)
    return Gtt("NSE", "SBIN", action, Decimal(quantity), product, pricetype, made, expires_at)


async def leave(rig: Rig, wanted: Gtt | None = None) -> BrokerGtt:
    """Leave a trigger under a new client order id."""
    return await rig.broker.place_gtt(rig.next_client_order_id(), wanted or gtt(), "momentum")


async def now(rig: Rig, left: BrokerGtt) -> BrokerGtt:
    """The trigger as it stands."""
    return await rig.broker.get_gtt(left.trigger_id)


async def placed(rig: Rig) -> list[BrokerOrder]:
    """Every order in the book."""
    return [*await rig.broker.list_orders()]
