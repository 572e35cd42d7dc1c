"""What a strategy does to orders and positions that its broker already holds."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.accounts import Account
from core.errors import NotFound
from core.ids import BrokerOrderId
from webhook.orders.single_outcome import closed
from webhook.orders.single_schemas import CancelOrder, ModifyOrder, leg_terms
from webhook.request.base_schemas import StrategyBody
from webhook.request.endpoint import Call
from webhook.request.replies import Reply, mode_of, reply


@contextmanager
def order_named(orderid: str) -> Iterator[BrokerOrderId]:
    """Words the absence of this order as OpenAlgo does."""
    try:
        yield BrokerOrderId(orderid)
    except NotFound:
        raise NotFound(f"Order {orderid} not found") from None


async def cancel_order(call: Call[CancelOrder]) -> Reply:
    """POST /api/v1/cancelorder."""
    with order_named(call.body.orderid) as orderid:
        await call.services.trading.cancel(call.caller, orderid)
    return _done(call.caller.account, orderid, "Order cancelled successfully")


async def modify_order(call: Call[ModifyOrder]) -> Reply:
    """POST /api/v1/modifyorder."""
    with order_named(call.body.orderid) as orderid:
        after = await call.services.trading.modify(call.caller, orderid, leg_terms(call.body))
    return _done(call.caller.account, after.broker_order_id, "Order modified successfully")


def _done(account: Account, orderid: BrokerOrderId, message: str) -> Reply:
    told = {"message": message} if account.is_sandbox else {}
    return reply({"status": "success", "orderid": orderid, **told, **mode_of(account)})


async def cancel_all_orders(call: Call[StrategyBody]) -> Reply:
    """POST /api/v1/cancelallorder: every open order of the account, whatever the strategy."""
    account = call.caller.account
    result = await call.services.trading.cancel_all(call.caller)
    failed: list[object] = [
        {"orderid": orderid, "message": why} if account.is_sandbox else orderid for orderid, why in result.failed
    ]
    message = f"Canceled {len(result.cancelled)} orders. Failed to cancel {len(failed)} orders."
    if account.is_sandbox and not result.cancelled and not failed:
        message = "No open orders to cancel"
    return reply(
        {
            "status": "success",
            "canceled_orders": list(result.cancelled),
            "failed_cancellations": failed,
            "message": message,
            **mode_of(account),
        }
    )


async def close_position(call: Call[StrategyBody]) -> Reply:
    """POST /api/v1/closeposition: every open position of the account, whatever the strategy."""
    account, body = call.caller.account, call.body
    order = await call.services.trading.close_all(call.caller, body.strategy, body.order_data())
    if order is not None:
        return closed(order)
    message = "No open positions to close" if account.is_sandbox else "All Open Positions Squared Off"
    return reply({"status": "success", "message": message, **mode_of(account)})
