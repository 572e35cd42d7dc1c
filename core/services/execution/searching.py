"""How a leg is looked for whose broker gave no clear answer: when, and what each look means."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.market.broker_capabilities import Capabilities
from core.orders.broker_order import BrokerOrder
from core.orders.order import Leg
from core.orders.states import LegEvent

_FIRST_LOOKS = tuple(timedelta(seconds=after) for after in (1, 3, 7, 15, 30, 60, 120))
_LATER_LOOKS = timedelta(seconds=60)
LOOK_SOON = tuple(after.total_seconds() for after in _FIRST_LOOKS[:2])
"""Seconds after a doubtful answer at which waiting for the next regular look would be too late."""


def is_look_due(sent_at: datetime, last_look: datetime | None, now: datetime) -> bool:
    """Whether it is time to look again: often at first, then every minute."""
    if last_look is None:
        return True
    if last_look >= sent_at + _FIRST_LOOKS[-1]:
        return now - last_look >= _LATER_LOOKS
    return any(last_look < sent_at + after <= now for after in _FIRST_LOOKS)


def after_look(
    leg: Leg, sent_at: datetime, found: Sequence[BrokerOrder], capabilities: Capabilities, looked_at: datetime
) -> LegEvent | None:
    """What follows from a look that did not find exactly one order; None when it changes nothing.

    Two or more may be it: a person decides. None at all proves something only where the broker refuses
    duplicates, and only after the time in which an order may still arrive; elsewhere a person decides then.
    """
    if found:
        is_news = leg.asked_at is None or {one.broker_order_id for one in found} != set(leg.candidates)
        return LegEvent.ASKED if is_news else None
    if looked_at < sent_at + capabilities.appears_within:
        return None
    if capabilities.proves_absence:
        return LegEvent.PROVED_ABSENT
    return LegEvent.ASKED if leg.asked_at is None else None
