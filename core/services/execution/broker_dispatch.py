"""Calls the broker's methods for a leg: those of plain orders, or of good-till-triggered ones."""

import logging
from collections.abc import Iterable, Mapping, Sequence

from core.errors import BrokerRefused, BrokerUnavailable, NotFound, OutcomeUnknown, Unsupported
from core.ids import BrokerOrderId
from core.orders.broker_order import Accepted, BrokerOrder, NotSent, Placement, PlaceRequest, Refused, Sought, Unknown
from core.orders.gtt import BrokerGtt, as_broker_order
from core.orders.intents import gtt_of
from core.orders.order import ApiType, Leg, Order
from core.ports import Broker, GttBroker

log = logging.getLogger(__name__)
UNREADABLE = "This order cannot be read any more; nothing was sent."


def require_gtts(broker: Broker) -> GttBroker:
    """The broker's triggers. Raises Unsupported when it has none."""
    if not isinstance(broker, GttBroker):
        raise Unsupported(f"GTT orders are not supported for broker '{broker.name}' yet")
    return broker


async def send(broker: Broker, order: Order, leg: Leg, request: PlaceRequest) -> Placement:
    """Send a claimed leg, once; whatever happens is an answer."""
    try:
        if order.api_type is not ApiType.PLACEGTTORDER:
            return await broker.place(request)
        return Accepted(as_broker_order(await _place_gtt(broker, order, leg)))
    except BrokerRefused as no:
        return Refused(str(no))
    except BrokerUnavailable as away:
        return NotSent(str(away))
    except OutcomeUnknown as doubt:
        return Unknown(str(doubt))
    except Exception as bug:
        log.exception("broker failed unexpectedly: order %s leg %s", order.id, leg.number)
        return Unknown(f"Unexpected answer ({type(bug).__name__})")


async def _place_gtt(broker: Broker, order: Order, leg: Leg) -> BrokerGtt:
    gtt = gtt_of(order)
    if gtt is None:
        raise BrokerRefused(UNREADABLE)
    try:
        gtts = require_gtts(broker)
    except Unsupported as why:
        raise BrokerRefused(str(why)) from None
    return await gtts.place_gtt(leg.client_order_id, gtt, order.strategy)


async def list_open(broker: Broker, *, with_gtts: bool) -> Mapping[BrokerOrderId, BrokerOrder]:
    """What the broker holds that is not final, triggers included on request. Raises BrokerUnavailable."""
    found = [*await broker.list_open()]
    if with_gtts and isinstance(broker, GttBroker):
        found += [as_broker_order(gtt) for gtt in await broker.list_gtts()]
    return {order.broker_order_id: order for order in found}


async def look_up(
    broker: Broker, order: Order, leg: Leg, known: Iterable[BrokerOrderId] = ()
) -> Sequence[BrokerOrder]:
    """The leg's order at the broker, by its id or by ours; several when it may be one of these.

    `known` cannot be it. Raises BrokerUnavailable: what cannot be read is never "none".
    """
    if order.api_type is ApiType.PLACEGTTORDER:
        found = await _look_up_gtt(broker, leg)
        return () if found is None else (found,)
    if leg.broker_order_id is None:
        sent_at = leg.sent_at or order.created_at
        return await broker.find(Sought(leg.client_order_id, leg.terms, sent_at, frozenset(known)))
    try:
        return (await broker.get(leg.broker_order_id),)
    except NotFound:
        return ()


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
