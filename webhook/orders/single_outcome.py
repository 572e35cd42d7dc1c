"""How the outcome of an order that needed no approval is told; never as an error while it may be alive."""

from collections.abc import Mapping
from typing import NotRequired

from typing_extensions import TypedDict

from core.accounts import TradingMode
from core.errors import BrokerRefused
from core.orders.order import Leg, Order
from core.orders.states import BrokerStatus, QueueStatus
from webhook.fields.answer_types import DoubtfulOrder
from webhook.request.replies import Reply, reply

AT_THE_BROKER = frozenset({BrokerStatus.OPEN, BrokerStatus.TRIGGER_PENDING, BrokerStatus.COMPLETE})
NOT_CONFIRMED = (
    "The order is recorded, but the broker has not confirmed it yet. "
    "Ask /api/v1/pendingorder what became of it; do not send it again."
)
LAPSED = "The order could not be sent to the broker in time, and will not be sent."
REFUSED = "The broker rejected the order."


class Placed(TypedDict):
    orderid: str


class TriggerLeft(TypedDict):
    trigger_id: str


class NotConfirmed(TypedDict):
    """Nobody knows yet whether the broker has it."""

    message: str
    pending_order_id: DoubtfulOrder


class Closed(TypedDict):
    message: str
    pending_order_id: NotRequired[int]


class SandboxClosed(Closed):
    closed_positions: NotRequired[int]
    failed_closures: NotRequired[int]


def mode_of_order(order: Order) -> dict[str, object]:
    """What every answer about a sandbox order carries on top."""
    return {"mode": TradingMode.SANDBOX.wire} if order.trading_mode is TradingMode.SANDBOX else {}


def is_dead(order: Order, leg: Leg) -> bool:
    """Whether this leg certainly is not, and will not be, at the broker."""
    if leg.broker_status is BrokerStatus.REJECTED:
        return True
    never_sent = leg.broker_order_id is None
    if leg.broker_status is BrokerStatus.CANCELLED:
        return never_sent
    return leg.broker_status is BrokerStatus.READY and order.status is not QueueStatus.APPROVED


def why_dead(leg: Leg) -> str:
    """The broker's own words, or ours when it never heard of the leg."""
    return leg.message or (REFUSED if leg.broker_status is BrokerStatus.REJECTED else LAPSED)


def placed(order: Order, named: str = "orderid", details: Mapping[str, object] | None = None) -> Reply:
    """The outcome of an order of one leg; `named` is what its number is called, `details` go with a living one."""
    leg, mode = order.legs[0], mode_of_order(order)
    known = {named: leg.broker_order_id} if leg.broker_order_id is not None else {}
    if is_dead(order, leg):
        return reply({"status": "error", "message": why_dead(leg), **known, **mode}, 400, keep=True)
    if known and leg.broker_status in AT_THE_BROKER | {BrokerStatus.CANCELLED}:
        return reply({"status": "success", **known, **(details or {}), **mode}, keep=True)
    return unconfirmed(order, details)


def unconfirmed(order: Order, details: Mapping[str, object] | None = None) -> Reply:
    """Answer that nobody knows yet whether the broker has it."""
    body: NotConfirmed = {"message": NOT_CONFIRMED, "pending_order_id": order.id}
    return reply({"status": "success", **body, **(details or {}), **mode_of_order(order)}, keep=True)


def closed(order: Order) -> Closed | SandboxClosed:
    """The outcome of squaring off, one leg for each position. Raises BrokerRefused when none could be closed."""
    done = sum(leg.broker_status in AT_THE_BROKER for leg in order.legs)
    dead = [leg for leg in order.legs if is_dead(order, leg)]
    doubtful = len(order.legs) - done - len(dead)
    if len(dead) == len(order.legs):
        raise BrokerRefused(why_dead(dead[0]))
    body: SandboxClosed = {"message": _closing_text(order, done, len(dead), doubtful)}
    if doubtful:
        body["pending_order_id"] = order.id
    if order.trading_mode is TradingMode.SANDBOX:
        body["closed_positions"] = done
        body["failed_closures"] = len(dead)
    return body


def _closing_text(order: Order, done: int, dead: int, doubtful: int) -> str:
    if done == len(order.legs) and order.trading_mode is TradingMode.LIVE:
        return "All Open Positions Squared Off"
    text = f"Closed {done} positions"
    if dead:
        text += f" (Failed to close {dead} positions)"
    if doubtful:
        text += f". {doubtful} not confirmed by the broker yet: ask /api/v1/pendingorder, do not send it again."
    return text
