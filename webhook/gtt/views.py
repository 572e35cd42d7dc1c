"""Good-till-triggered orders: placing, changing, cancelling and listing them."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import NotFound
from core.ids import BrokerOrderId
from core.money import as_json_number
from core.orders.gtt import BrokerGtt, GttStatus, TriggerType
from core.orders.order import ApiType, Order, PriceType
from core.orders.router import Operation
from webhook.fields.json_values import Json, stamp
from webhook.gtt.schemas import CancelGttOrder, GttOrderBook, ModifyGttOrder, PlaceGttOrder
from webhook.orders.single_outcome import placed
from webhook.orders.single_views import OrderEndpoint
from webhook.request.endpoint import Call
from webhook.request.replies import Reply, mode_of, reply

_KINDS = {TriggerType.SINGLE: "single", TriggerType.OCO: "two-leg"}


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


async def modify_gtt_order(call: Call[ModifyGttOrder]) -> Reply:
    """POST /api/v1/modifygttorder."""
    with _trigger_named(call.body.trigger_id) as trigger_id:
        await call.services.gtts.modify(call.caller, trigger_id, call.body.gtt())
    return reply({"status": "success", "trigger_id": trigger_id, **mode_of(call.caller.account)})


async def cancel_gtt_order(call: Call[CancelGttOrder]) -> Reply:
    """POST /api/v1/cancelgttorder."""
    with _trigger_named(call.body.trigger_id) as trigger_id:
        await call.services.gtts.cancel(call.caller, trigger_id)
    return reply({"status": "success", "trigger_id": trigger_id, **mode_of(call.caller.account)})


async def gtt_order_book(call: Call[GttOrderBook]) -> Reply:
    """POST /api/v1/gttorderbook."""
    account = call.caller.account
    found = await call.services.gtts.list(account)
    rows = [_row(one, account.is_sandbox) for one in found]
    return reply({"status": "success", "data": rows, **mode_of(account)})


def _row(found: BrokerGtt, sandbox: bool) -> Json:
    gtt, ends = found.gtt, found.gtt.expires_at
    shown = GttStatus.TRIGGERED if found.status is GttStatus.TRIGGERING else found.status
    body: Json = {
        "trigger_id": found.trigger_id,
        "trigger_type": _KINDS[gtt.trigger_type],
        "status": shown.value,
        "symbol": gtt.symbol,
        "exchange": gtt.exchange,
        "trigger_prices": [as_json_number(side.trigger) for side in gtt.sides],
        "last_price": as_json_number(found.last_price),
        "legs": _legs(found),
        "created_at": stamp(found.placed_at),
        "updated_at": stamp(found.updated_at),
        "expires_at": None if ends is None else stamp(ends),
    }
    # Nothing is set aside for an order that may never be placed: it pays its way when it is.
    more: Json = {"strategy": found.strategy, "margin_blocked": 0}
    return body | more if sandbox else body


def _legs(found: BrokerGtt) -> list[Json]:
    gtt = found.gtt
    return [
        {
            "action": gtt.action.value,
            "price": as_json_number(side.limit) if gtt.pricetype is PriceType.LIMIT else 0,
            "pricetype": gtt.pricetype.value,
            "product": gtt.product.value,
            "quantity": as_json_number(gtt.quantity),
        }
        for side in gtt.sides
    ]
