"""A trigger as OpenAlgo's JSON object: a pure function."""

from typing import Annotated, Literal, NotRequired

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from core.money import as_json_number
from core.orders.gtt import BrokerGtt, GttStatus, TriggerType
from core.orders.order import Action, PriceType, Product
from webhook.fields.answer_types import IndianTime, Number, Sandbox
from webhook.fields.json_schema import words
from webhook.fields.json_values import stamp

ShownStatus = Annotated[
    GttStatus, WithJsonSchema(words(status.value for status in GttStatus if status is not GttStatus.TRIGGERING))
]


class TriggerLeg(TypedDict):
    """The order that one side of a trigger places; `price` is rupees, 0 for a market order."""

    action: Action
    price: Number
    pricetype: PriceType
    product: Product
    quantity: Number


class Trigger(TypedDict):
    """A trigger with a leg for each trigger price, in rupees; `margin_blocked` is always 0."""

    trigger_id: str
    trigger_type: Literal["single", "two-leg"]
    status: ShownStatus
    symbol: str
    exchange: str
    trigger_prices: list[Number]
    last_price: Number
    legs: list[TriggerLeg]
    created_at: IndianTime
    updated_at: IndianTime
    expires_at: IndianTime | None
    strategy: NotRequired[Sandbox[str]]
    margin_blocked: NotRequired[Sandbox[Number]]


def trigger(found: BrokerGtt, sandbox: bool) -> Trigger:
    """The trigger as OpenAlgo's JSON; one whose order is being placed is shown as triggered."""
    gtt = found.gtt
    body: Trigger = {
        "trigger_id": found.trigger_id,
        "trigger_type": "two-leg" if gtt.trigger_type is TriggerType.OCO else "single",
        "status": GttStatus.TRIGGERED if found.status is GttStatus.TRIGGERING else found.status,
        "symbol": gtt.symbol,
        "exchange": gtt.exchange,
        "trigger_prices": [as_json_number(side.trigger) for side in gtt.sides],
        "last_price": as_json_number(found.last_price),
        "legs": _legs(found),
        "created_at": stamp(found.placed_at),
        "updated_at": stamp(found.updated_at),
        "expires_at": None if gtt.expires_at is None else stamp(gtt.expires_at),
    }
    # Nothing is set aside for an order that may never be placed: it pays its way when it is.
    return {**body, "strategy": found.strategy, "margin_blocked": 0} if sandbox else body


def _legs(found: BrokerGtt) -> list[TriggerLeg]:
    gtt = found.gtt
    return [
        {
            "action": gtt.action,
            "price": as_json_number(side.limit) if gtt.pricetype is PriceType.LIMIT else 0,
            "pricetype": gtt.pricetype,
            "product": gtt.product,
            "quantity": as_json_number(gtt.quantity),
        }
        for side in gtt.sides
    ]
