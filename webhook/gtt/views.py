"""Good-till-triggered orders: placing, changing, cancelling and listing them."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import NotFound
from core.ids import BrokerOrderId
from core.orders.gtt import GttStatus
from core.orders.order import ApiType, Order
from core.orders.router import Operation
from webhook.gtt.schemas import ALL, CancelGttOrder, GttOrderBook, ModifyGttOrder, PlaceGttOrder
from webhook.gtt.trigger_json import Trigger, trigger
from webhook.orders.single_outcome import TriggerLeft, placed
from webhook.orders.single_views import OrderEndpoint
from webhook.request.endpoint import Call, telling_mode
from webhook.request.replies import Data, Reply


def _placed(order: Order, _: PlaceGttOrder) -> Reply:
    return placed(order, "trigger_id")


PLACE_GTT_ORDER = OrderEndpoint(
    ApiType.PLACEGTTORDER, Operation.PLACEGTTORDER, PlaceGttOrder, PlaceGttOrder.as_gtt, _placed
)


@contextmanager
def _trigger_named(trigger_id: str) -> Iterator[BrokerOrderId]:
    try:
        yield BrokerOrderId(trigger_id)
    except NotFound:
        raise NotFound(f"GTT order {trigger_id} not found") from None


@telling_mode
async def modify_gtt_order(call: Call[ModifyGttOrder]) -> TriggerLeft:
    """POST /api/v1/modifygttorder."""
    with _trigger_named(call.body.trigger_id) as trigger_id:
        await call.services.gtts.modify(call.caller, trigger_id, call.body.gtt())
    return {"trigger_id": trigger_id}


@telling_mode
async def cancel_gtt_order(call: Call[CancelGttOrder]) -> TriggerLeft:
    """POST /api/v1/cancelgttorder."""
    with _trigger_named(call.body.trigger_id) as trigger_id:
        await call.services.gtts.cancel(call.caller, trigger_id)
    return {"trigger_id": trigger_id}


@telling_mode
async def gtt_order_book(call: Call[GttOrderBook]) -> Data[list[Trigger]]:
    """POST /api/v1/gttorderbook."""
    account = call.caller.account
    found = await call.services.gtts.list(account)
    active = [one for one in found if one.status is GttStatus.ACTIVE]
    ended = [one for one in found if one.status is not GttStatus.ACTIVE] if call.body.status == ALL else []
    return {"data": [trigger(one, account.is_sandbox) for one in (*active, *ended)]}
