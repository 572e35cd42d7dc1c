"""Trusts what was read of an order before, as long as the order has not moved since."""

from core.ids import OrderId
from core.orders.order import Order
from core.ports import Standing, Transaction


async def unless_moved(tx: Transaction, known: Order | None, order_id: OrderId, standing: Standing) -> Order:
    """The order as it stands in this transaction: `known`, unless it has another version by now.

    Whatever changes an order or one of its legs changes its version, too. Raises NotFound.
    """
    if known is not None and (known.id, known.version) == (order_id, standing.version):
        return known
    return await tx.orders.get(order_id)
