"""Cancels, modifies and closes orders and positions that the broker already holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, NotRequired, TypeVar

from typing_extensions import TypedDict

from core.accounts import Account
from core.errors import NotFound
from core.ids import BrokerOrderId
from webhook.fields.answer_types import Sandbox
from webhook.orders.single_outcome import Closed, SandboxClosed, closed
from webhook.orders.single_schemas import CancelOrder, ModifyOrder, leg_terms
from webhook.request.base_schemas import StrategyBody
from webhook.request.endpoint import Call, telling_mode

T = TypeVar("T")


class Done(TypedDict):
    """The broker order that was cancelled or modified."""

    orderid: str
    message: NotRequired[Sandbox[str]]


class NotCancelled(TypedDict):
    """An order that could not be cancelled, and why."""

    orderid: str
    message: str


class CancelledAll(TypedDict, Generic[T]):
    """The orders that were cancelled, and those that were not: live accounts get only their numbers."""

    canceled_orders: list[str]
    failed_cancellations: list[T]
    message: str


@contextmanager
def order_named(orderid: str) -> Iterator[BrokerOrderId]:
    """Raises a NotFound of the block again, with OpenAlgo's text for this order."""
    try:
        yield BrokerOrderId(orderid)
    except NotFound:
        raise NotFound(f"Order {orderid} not found") from None


@telling_mode
async def cancel_order(call: Call[CancelOrder]) -> Done:
    """POST /api/v1/cancelorder."""
    with order_named(call.body.orderid) as orderid:
        await call.services.trading.cancel(call.caller, orderid)
    return _done(call.caller.account, orderid, "Order cancelled successfully")


@telling_mode
async def modify_order(call: Call[ModifyOrder]) -> Done:
    """POST /api/v1/modifyorder."""
    with order_named(call.body.orderid) as orderid:
        after = await call.services.trading.modify(call.caller, orderid, leg_terms(call.body))
    return _done(call.caller.account, after.broker_order_id, "Order modified successfully")


def _done(account: Account, orderid: BrokerOrderId, message: str) -> Done:
    return {"orderid": orderid, "message": message} if account.is_sandbox else {"orderid": orderid}


@telling_mode
async def cancel_all_orders(call: Call[StrategyBody]) -> CancelledAll[str] | CancelledAll[NotCancelled]:
    """POST /api/v1/cancelallorder: every open order of the account that came from here, whatever the strategy."""
    result = await call.services.trading.cancel_all(call.caller)
    cancelled: list[str] = [*result.cancelled]
    message = f"Canceled {len(cancelled)} orders. Failed to cancel {len(result.failed)} orders."
    if not call.caller.account.is_sandbox:
        numbers: list[str] = [orderid for orderid, _ in result.failed]
        return {"canceled_orders": cancelled, "failed_cancellations": numbers, "message": message}
    if not cancelled and not result.failed:
        message = "No open orders to cancel"
    failed: list[NotCancelled] = [{"orderid": orderid, "message": why} for orderid, why in result.failed]
    return {"canceled_orders": cancelled, "failed_cancellations": failed, "message": message}


@telling_mode
async def close_position(call: Call[StrategyBody]) -> Closed | SandboxClosed:
    """POST /api/v1/closeposition: every open position of the account, whatever the strategy."""
    account, body = call.caller.account, call.body
    order = await call.services.trading.close_all(call.caller, body.strategy, body.order_data())
    if order is not None:
        return closed(order)
    return {"message": "No open positions to close" if account.is_sandbox else "All Open Positions Squared Off"}
