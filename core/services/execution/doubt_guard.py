"""Takes care that an order of ours can be told from others at brokers that keep no id of ours."""

from core.errors import Unready
from core.ids import BrokerOrderId
from core.market.broker_capabilities import Duplicates
from core.orders.order import Leg, Order
from core.ports import Broker, Database

TWIN = (
    "An order with the same terms was sent and is not confirmed yet. "
    "This one waits, because the broker could not tell them apart."
)


async def known_before(database: Database, broker: Broker, order: Order, leg: Leg) -> frozenset[BrokerOrderId] | None:
    """What the book holds before this leg is sent, where only terms and time tell orders apart; else None.

    Raises Unready while an order with the same terms is unknown, and BrokerUnavailable.
    """
    if broker.capabilities.duplicates is not Duplicates.NONE:
        return None
    async with database.read() as tx:
        if await tx.doubts.has_twin(order.account_id, order.trading_mode, leg.terms):
            raise Unready(TWIN)
    return frozenset(one.broker_order_id for one in await broker.list_orders())
