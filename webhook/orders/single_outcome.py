"""The answer to an order that needed no approval; never an error while the order may reach the broker."""

from collections.abc import Mapping
from typing import NotRequired

from typing_extensions import TypedDict

from core.accounts import TradingMode
from core.errors import BrokerRefused
from core.orders.order import Leg, Order
from core.orders.states import BrokerStatus, QueueStatus
from core.services.intake.tick_rounding import explain_ticks
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
    """The broker's number of an order that it accepted."""

    orderid: str
    note: NotRequired[str]


class TriggerLeft(TypedDict):
    """The broker's number of a trigger that it holds."""

    trigger_id: str


class NotConfirmed(TypedDict):
    """The broker has not confirmed the order: it may or may not exist there."""

    message: str
    pending_order_id: DoubtfulOrder


class Closed(TypedDict):
    """How many positions were closed, as a sentence."""

    message: str
    pending_order_id: NotRequired[int]


class SandboxClosed(Closed):
    """How many positions were closed; the sandbox gives the numbers too."""

    closed_positions: NotRequired[int]
    failed_closures: NotRequired[int]


def mode_of_order(order: Order) -> dict[str, object]:
    """The field `mode` for a sandbox order; nothing for a live one."""
    return {"mode": TradingMode.SANDBOX.wire} if order.trading_mode is TradingMode.SANDBOX else {}


def is_dead(order: Order, leg: Leg) -> bool:
    """Whether it is certain that the broker does not have this leg, and will not get it."""
    if leg.broker_status is BrokerStatus.REJECTED:
        return True
    never_sent = leg.broker_order_id is None
    if leg.broker_status is BrokerStatus.CANCELLED:
        return never_sent
    return leg.broker_status is BrokerStatus.READY and order.status is not QueueStatus.APPROVED


def why_dead(leg: Leg) -> str:
    """Why the broker does not have the leg: its own words, or ours when it was never sent."""
    return leg.message or (REFUSED if leg.broker_status is BrokerStatus.REJECTED else LAPSED)


def placed(order: Order, named: str = "orderid", details: Mapping[str, object] | None = None) -> Reply:
    """The outcome of an order of one leg; `named` is what its number is called, `details` go with a living one."""
    leg, mode, note = order.legs[0], mode_of_order(order), explain_ticks(order.facts)
    noted = {"note": note} if note else {}
    known = {named: leg.broker_order_id} if leg.broker_order_id is not None else {}
    if is_dead(order, leg):
        return reply({"status": "error", "message": why_dead(leg), **known, **mode}, 400, keep=True)
    if known and leg.broker_status in AT_THE_BROKER | {BrokerStatus.CANCELLED}:
        return reply({"status": "success", **known, **(details or {}), **mode, **noted}, keep=True)
    return unconfirmed(order, details)


def unconfirmed(order: Order, details: Mapping[str, object] | None = None) -> Reply:
    """Answer that the broker has not confirmed the order yet."""
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
