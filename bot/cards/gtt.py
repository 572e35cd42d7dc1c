"""The lines of a card about a good-till-triggered order: its triggers, the order each would place, and its end."""

from datetime import datetime
from decimal import Decimal

from bot.text import amounts
from bot.text import messages as texts
from bot.text.escaping import shown
from core.clock import IST
from core.money import rupees
from core.orders.gtt import Gtt, Side, TriggerType
from core.orders.order import PriceType

_SYMBOL_LIMIT = 64


def gtt_lines(gtt: Gtt) -> list[str]:
    """The triggers, the order that each would place, and when the trigger ends."""
    return [
        texts.ACTIONS[gtt.action],
        f"Quantity: <b>{amounts.quantity(gtt.quantity)}</b>",
        f"Symbol: {shown(gtt.symbol, _SYMBOL_LIMIT)}",
        f"Exchange: {shown(gtt.exchange, 16)}",
        f"Order type: <b>GTT {gtt.trigger_type}, {gtt.pricetype}</b>",
        *_side_lines(gtt),
        f"Product: <b>{gtt.product}</b>",
        f"Order value: {_value(gtt)}",
        _end_line(gtt.expires_at),
        texts.GTT_ONLY_ONE if gtt.trigger_type is TriggerType.OCO else texts.GTT_WAITS,
    ]


def gtt_distances(gtt: Gtt, last: Decimal) -> list[str]:
    """How far the last price is from each trigger."""
    names = ("stop-loss", "target") if gtt.trigger_type is TriggerType.OCO else ("trigger",)
    pairs = zip(names, gtt.sides, strict=True)
    return [f"↳ {amounts.distance(last, side.trigger, name)}" for name, side in pairs]


def _side_lines(gtt: Gtt) -> list[str]:
    if gtt.trigger_type is TriggerType.SINGLE:
        return _one_side(gtt, gtt.sides[0], "Trigger price", "Price")
    stop, target = gtt.sides
    return [
        *_one_side(gtt, stop, "Stop-loss trigger", "Stop-loss price"),
        *_one_side(gtt, target, "Target trigger", "Target price"),
    ]


def _one_side(gtt: Gtt, side: Side, trigger: str, price: str) -> list[str]:
    return [f"{trigger}: <b>{amounts.price(side.trigger)}</b>", f"{price}: <b>{_price(gtt, side)}</b>"]


def _price(gtt: Gtt, side: Side) -> str:
    return amounts.price(side.limit) if gtt.pricetype is PriceType.LIMIT else texts.AT_MARKET


def _value(gtt: Gtt) -> str:
    """The value of the order it would place; of an OCO the larger one, since only one side is ever placed."""
    if gtt.pricetype is PriceType.LIMIT:
        worth = f"<b>{rupees(gtt.quantity * max(side.limit for side in gtt.sides))}</b>"
    else:
        worth = f"about <b>{rupees(gtt.quantity * max(side.trigger for side in gtt.sides))}</b>"
    return f"at most {worth}" if gtt.trigger_type is TriggerType.OCO else worth


def _end_line(ends: datetime | None) -> str:
    if ends is None:
        return texts.GTT_NO_END
    return f"Valid until: <b>{ends.astimezone(IST):%d %b %Y %H:%M} IST</b>"
