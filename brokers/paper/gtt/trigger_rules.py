"""The states of a paper trigger as pure functions: which side a price reaches, and which transitions are legal."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from core.clock import IST
from core.errors import BrokerRefused, IllegalMove
from core.ids import BrokerOrderId, ClientOrderId
from core.money import plain
from core.orders.gtt import BrokerGtt, Gtt, GttStatus, describe_sides

LIVES = timedelta(days=365)
"""How long a trigger waits that was placed without an end."""

_S = GttStatus
MOVES: Mapping[GttStatus, frozenset[GttStatus]] = {
    _S.ACTIVE: frozenset({_S.ACTIVE, _S.TRIGGERING, _S.CANCELLED, _S.EXPIRED}),
    # Claimed: from here on there is one order for it, and nothing takes that back.
    _S.TRIGGERING: frozenset({_S.TRIGGERED, _S.REJECTED}),
    _S.TRIGGERED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.REJECTED: frozenset(),
}


def trigger_id(now: datetime, eight_hex: str) -> BrokerOrderId:
    """`GTT-YYMMDD-8hex`, by the day in India."""
    return BrokerOrderId(f"GTT-{now.astimezone(IST):%y%m%d}-{eight_hex}")


def order_id_of(found: BrokerGtt) -> ClientOrderId:
    """The client order id of the one order that a trigger may place."""
    return ClientOrderId(found.trigger_id.replace("-", ""))


def reached(found: BrokerGtt, ltp: Decimal) -> int | None:
    """The side that this price reaches, given the price at the time of the terms; None when it reaches none."""
    if found.status is not GttStatus.ACTIVE or not ltp:
        return None
    for index, side in enumerate(found.gtt.sides):
        is_above = side.trigger > found.last_price
        if ltp >= side.trigger if is_above else ltp <= side.trigger:
            return index
    return None


def is_over(found: BrokerGtt, now: datetime) -> bool:
    """Whether its time has run out while it waited."""
    ends = found.gtt.expires_at
    return found.status is GttStatus.ACTIVE and ends is not None and now >= ends


def claim(found: BrokerGtt, side: int, now: datetime) -> BrokerGtt:
    """The trigger with this side claimed; the other side can never fire any more. Raises IllegalMove."""
    return replace(_moved(found, GttStatus.TRIGGERING, now), fired=side)


def placed(found: BrokerGtt, now: datetime) -> BrokerGtt:
    """The trigger after its order was placed in the book, whatever its status there. Raises IllegalMove."""
    return _moved(found, GttStatus.TRIGGERED, now)


def refused(found: BrokerGtt, why: str, now: datetime) -> BrokerGtt:
    """The trigger after the book refused its order. Raises IllegalMove."""
    return replace(_moved(found, GttStatus.REJECTED, now), message=why)


def expire(found: BrokerGtt, now: datetime) -> BrokerGtt:
    """The trigger after its end has passed. Raises IllegalMove."""
    return _moved(found, GttStatus.EXPIRED, now)


def cancel(found: BrokerGtt, now: datetime) -> BrokerGtt:
    """The trigger after it was cancelled. Raises BrokerRefused when it does not wait any more."""
    _require_waiting(found, "cancel")
    return _moved(found, GttStatus.CANCELLED, now)


def change(found: BrokerGtt, gtt: Gtt, last_price: Decimal, now: datetime) -> BrokerGtt:
    """The trigger with new terms and its old end. Raises BrokerRefused when it ended, or for another instrument."""
    _require_waiting(found, "modify")
    if (gtt.exchange, gtt.symbol) != (found.gtt.exchange, found.gtt.symbol):
        raise BrokerRefused("Exchange and symbol of a GTT order cannot be modified")
    terms = replace(gtt, expires_at=found.gtt.expires_at)
    told = f"Changed: {gtt.action} {plain(gtt.quantity)} at {describe_sides(gtt)}"
    return replace(_moved(found, GttStatus.ACTIVE, now), gtt=terms, last_price=last_price, message=told)


def _moved(found: BrokerGtt, becomes: GttStatus, now: datetime) -> BrokerGtt:
    if becomes not in MOVES[found.status]:
        raise IllegalMove(f"a trigger that is {found.status} cannot become {becomes}")
    return replace(found, status=becomes, updated_at=now, revision=found.revision + 1)


def _require_waiting(found: BrokerGtt, verb: str) -> None:
    if found.status is not GttStatus.ACTIVE:
        raise BrokerRefused(f"Cannot {verb} GTT order in {found.status} status")
