"""What a card says about a good-till-triggered order: its triggers, the order each would place, and its end."""

from datetime import datetime
from decimal import Decimal

from bot.text import amounts
from bot.text import card_face as face
from bot.text import messages as texts
from bot.text.escaping import shown
from core.clock import IST
from core.money import rupees
from core.orders.gtt import Gtt, Side, TriggerType
from core.orders.order import PriceType

_SYMBOL_LIMIT = 64


def gtt_headline(gtt: Gtt) -> list[str]:
    """What would be placed when, for a card's first line."""
    what = f"GTT <b>{gtt.action} {amounts.quantity(gtt.quantity)}</b> {shown(gtt.symbol, _SYMBOL_LIMIT)}"
    if gtt.trigger_type is TriggerType.OCO:
        return [what, f"OCO {gtt.pricetype}"]
    return [what, _side(gtt, gtt.sides[0], str(gtt.pricetype))]


def gtt_lines(gtt: Gtt) -> list[str]:
    """Value, exchange and product, both sides of an OCO, and when the trigger ends."""
    facts = [gtt_value(gtt), shown(gtt.exchange, 16), str(gtt.product)]
    sides = list[str]()
    if gtt.trigger_type is TriggerType.OCO:
        stop, target = gtt.sides
        sides = [_side(gtt, stop, face.STOP_LOSS), _side(gtt, target, face.TARGET), texts.GTT_ONLY_ONE]
    return [" · ".join(facts), *sides, _end_line(gtt.expires_at)]


def gtt_distances(gtt: Gtt, last: Decimal) -> list[str]:
    """How far the last price is from each trigger."""
    names = (face.THE_STOP, face.THE_TARGET) if gtt.trigger_type is TriggerType.OCO else (face.THE_TRIGGER,)
    pairs = zip(names, gtt.sides, strict=True)
    return [f"↳ {amounts.distance(last, side.trigger, name)}" for name, side in pairs]


def _side(gtt: Gtt, side: Side, name: str) -> str:
    limit = f" {amounts.price(side.limit)}" if gtt.pricetype is PriceType.LIMIT else ""
    return f"{name}{limit}, {face.TRIGGER.format(price=amounts.price(side.trigger))}"


def gtt_value(gtt: Gtt) -> str:
    """The value of the order it would place; of an OCO the larger one, since only one side is ever placed."""
    if gtt.pricetype is PriceType.LIMIT:
        worth = f"<b>{rupees(gtt.quantity * max(side.limit for side in gtt.sides))}</b>"
    else:
        most = gtt.quantity * max(side.trigger for side in gtt.sides)
        worth = face.ABOUT.format(value=f"<b>{rupees(most)}</b>")
    return face.AT_MOST.format(value=worth) if gtt.trigger_type is TriggerType.OCO else worth


def _end_line(ends: datetime | None) -> str:
    if ends is None:
        return texts.GTT_NO_END
    local = ends.astimezone(IST)
    return face.VALID_UNTIL.format(day=amounts.day_of_year(local.date()), time=f"{local:%H:%M}")
