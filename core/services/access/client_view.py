"""What a linked person may read: their own accounts' orders, and prices."""

from collections.abc import Callable, Sequence

from core.accounts import Account, Approver, TradingMode
from core.errors import NotFound
from core.ids import OrderId, UserId
from core.market.quotes import Quote
from core.orders.order import Order
from core.orders.states import QueueStatus
from core.ports import Brokers, Database, OrderPage


class ClientView:
    """Reads for one person; for another's account it answers as if there were none."""

    def __init__(self, database: Database, brokers: Brokers) -> None:
        self._database = database
        self._brokers = brokers

    async def accounts_of(self, user_id: UserId) -> Sequence[tuple[Account, Approver]]:
        """The accounts this person is linked to, with the link."""
        async with self._database.read() as tx:
            return await tx.accounts.list_accounts_of(user_id)

    async def list_orders(
        self, user_id: UserId, status: QueueStatus | None = None, before: OrderId | None = None, limit: int = 10
    ) -> OrderPage:
        """Orders of this person's accounts, newest first."""
        async with self._database.read() as tx:
            account_ids = [link.account_id for link in await tx.accounts.list_links_of(user_id)]
            return await tx.orders.list_newest(account_ids, status, before, limit)

    async def get_order(self, user_id: UserId, order_id: OrderId) -> tuple[Account, Order]:
        """One order of this person's. Raises NotFound."""
        async with self._database.read() as tx:
            order = await tx.orders.find(order_id)
            link = order and await tx.accounts.find_approver(order.account_id, user_id)
            if order is None or link is None:
                raise NotFound(f"There is no order {order_id}.")
            return await tx.accounts.get(order.account_id), order

    def quotes(self, account: Account, trading_mode: TradingMode) -> Callable[[str, str], Quote | None]:
        """The latest prices at which this account's orders of this mode trade, by exchange and symbol."""
        return self._brokers.feed(account, trading_mode).quote
