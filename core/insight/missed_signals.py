"""What orders that were rejected or expired would have made by now: pure arithmetic, and what cannot be known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.insight.statistics import AskedLeg, AskedOrder
from core.money import ZERO
from core.orders.states import QueueStatus

LastPrice = Callable[[str, str], Decimal | None]
MISSED = frozenset({QueueStatus.REJECTED, QueueStatus.EXPIRED})


class Unknown(StrEnum):
    """Why nobody can say what an order would have made."""

    NO_ENTRY = "no entry"
    NO_PRICE = "no price"


@dataclass(frozen=True, slots=True)
class MissedSignals:
    """How many signals were missed, what the known ones would have made, and how many are unknown, and why."""

    count: int
    known: int
    profit: Decimal
    gains: int
    losses: int
    no_entry: int
    no_price: int


def missed_signals(orders: Sequence[AskedOrder], last: LastPrice) -> MissedSignals:
    """The ledger of those of these orders that were missed, at the last prices."""
    signals = [order for order in orders if order.status in MISSED and not order.is_clients]
    results = [would_have_made(order, last) for order in signals]
    known = [one for one in results if isinstance(one, Decimal)]
    return MissedSignals(
        count=len(results),
        known=len(known),
        profit=sum(known, ZERO),
        gains=sum(one > 0 for one in known),
        losses=sum(one < 0 for one in known),
        no_entry=results.count(Unknown.NO_ENTRY),
        no_price=results.count(Unknown.NO_PRICE),
    )


def would_have_made(order: AskedOrder, last: LastPrice) -> Decimal | Unknown:
    """The profit of the whole order by now, without charges; why it is unknown, when that of any leg is."""
    results = [_of_leg(leg, last(leg.exchange, leg.symbol)) for leg in order.legs]
    for why in Unknown:
        if why in results:
            return why
    return sum((one for one in results if isinstance(one, Decimal)), ZERO)


def _of_leg(leg: AskedLeg, last: Decimal | None) -> Decimal | Unknown:
    if leg.entry is None:
        return Unknown.NO_ENTRY
    return Unknown.NO_PRICE if last is None else leg.action.signed(leg.quantity) * (last - leg.entry)
