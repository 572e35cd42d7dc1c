"""Calls the broker's methods for a leg: those of plain orders, or of good-till-triggered ones."""

from collections.abc import Mapping

from core.errors import BrokerRefused, NotFound, Unsupported
from core.ids import BrokerOrderId
from core.orders.broker_order import BrokerOrder
from core.orders.gtt import as_broker_order
from core.orders.intents import gtt_of
from core.orders.order import ApiType, Leg, Order
from core.ports import Broker, GttBroker

UNREADABLE = "This order cannot be read any more; nothing was sent."


def require_gtts(broker: Broker) -> GttBroker:
    """The broker's triggers. Raises Unsupported when it has none."""
    if not isinstance(broker, GttBroker):
        raise Unsupported(f"GTT orders are not supported for broker '{broker.name}' yet")
    return broker


async def send(broker: Broker, order: Order, leg: Leg) -> BrokerOrder:
    """Send a claimed leg, once. Raises BrokerUnavailable, BrokerRefused, OutcomeUnknown."""
    if order.api_type is not ApiType.PLACEGTTORDER:
        return await broker.place(leg.client_order_id, leg.terms, order.strategy)
    gtt = gtt_of(order)
    if gtt is None:
        raise BrokerRefused(UNREADABLE)
    try:
        gtts = require_gtts(broker)
    except Unsupported as why:
        raise BrokerRefused(str(why)) from None
    return as_broker_order(await gtts.place_gtt(leg.client_order_id, gtt, order.strategy))


async def list_open(broker: Broker, *, with_gtts: bool) -> Mapping[BrokerOrderId, BrokerOrder]:
    """What the broker holds that is not final, triggers included on request. Raises BrokerUnavailable."""
    found = [*await broker.list_open()]
    if with_gtts and isinstance(broker, GttBroker):
        found += [as_broker_order(gtt) for gtt in await broker.list_gtts()]
    return {order.broker_order_id: order for order in found}


async def look_up(broker: Broker, order: Order, leg: Leg) -> BrokerOrder | None:
    """The leg's order at the broker, by its id or by ours; None when there is none. Raises BrokerUnavailable."""
    if order.api_type is ApiType.PLACEGTTORDER:
        return await _look_up_gtt(broker, leg)
    if leg.broker_order_id is None:
        return await broker.find(leg.client_order_id)
    try:
        return await broker.get(leg.broker_order_id)
    except NotFound:
        return None


async def _look_up_gtt(broker: Broker, leg: Leg) -> BrokerOrder | None:
    if not isinstance(broker, GttBroker):
        return None
    if leg.broker_order_id is None:
        found = await broker.find_gtt(leg.client_order_id)
        return None if found is None else as_broker_order(found)
    try:
        return as_broker_order(await broker.get_gtt(leg.broker_order_id))
    except NotFound:
        return None
