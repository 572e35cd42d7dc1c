"""Looks at a position once more before a client's order for it is sent: it only ever makes a position smaller."""

from dataclasses import replace
from decimal import Decimal

from core.errors import Unready
from core.money import ZERO
from core.orders.order import ApiType, Leg, Order
from core.orders.slicing import reduces
from core.orders.states import FINAL_LEG_STATES, BrokerStatus, LegEvent
from core.ports import Broker, Database

ON_ITS_WAY = (
    "Another order for {symbol} is on its way to the broker, so the position is not certain. "
    "Nothing was sent; try again in a moment."
)
SMALLER = "Not sent: the position has become smaller, or was closed already"


async def held_before(database: Database, broker: Broker, order: Order, leg: Leg) -> Decimal | None:
    """What is held where a client's leg would trade; None for a strategy's leg, which is sent as approved.

    Raises Unready while another order may change that, and BrokerUnavailable.
    """
    if order.api_type is not ApiType.CLIENT:
        return None
    # Asked before the position is read: an order that is over by now is in it.
    async with database.read() as tx:
        moving = await tx.orders.is_moving(order.account_id, order.trading_mode, leg.terms, order.id)
    if moving:
        raise Unready(ON_ITS_WAY.format(symbol=leg.terms.symbol))
    positions = await broker.list_positions()
    return next((one.quantity for one in positions if one.key == leg.terms.position_key), ZERO)


def next_step(order: Order, leg: Leg, held: Decimal | None) -> LegEvent | None:
    """What happens to a ready leg: it is sent, it lapses because it would close more than is held, or None: it waits.

    It waits for the order's other pieces, when those may still close what it would.
    """
    if held is None:
        return LegEvent.CLAIM
    if not reduces(leg.terms, held):
        return LegEvent.LAPSE
    pieces = [one for one in order.legs if one.terms.position_key == leg.terms.position_key and _may_fill(one)]
    rest = sum((one.terms.quantity - one.filled_quantity for one in pieces), ZERO)
    together = replace(leg.terms, quantity=leg.terms.quantity + rest)
    return LegEvent.CLAIM if reduces(together, held) else None


def _may_fill(leg: Leg) -> bool:
    return leg.broker_status is not BrokerStatus.READY and leg.broker_status not in FINAL_LEG_STATES
