"""The store of one person's lists of orders."""

from collections.abc import Collection, Sequence
from typing import Protocol

from core.ids import AccountId, OrderId, UserId
from core.orders.states import QueueStatus
from core.ports.orders import OrderPage


class ListReads(Protocol):
    """Reading orders as one person lists them."""

    async def list_unhidden(
        self,
        user_id: UserId,
        account_ids: Sequence[AccountId],
        status: QueueStatus | None,
        before: OrderId | None,
        limit: int,
    ) -> OrderPage:
        """Orders of these accounts that this person has not hidden, newest first."""
        ...

    async def list_waiting(self, account_ids: Sequence[AccountId], after: OrderId | None, limit: int) -> OrderPage:
        """Pending orders of these accounts, the one that expires soonest first; `after` continues behind it."""
        ...

    async def hides_any(self, user_id: UserId, account_ids: Collection[AccountId]) -> bool:
        """Whether this person has hidden orders of any of these accounts."""
        ...


class OrderLists(ListReads, Protocol):
    """Reading a person's lists and hiding orders from them."""

    async def hide_decided(self, user_id: UserId, account_id: AccountId) -> bool:
        """Leave every order that is finished out of this person's lists; whether that hid any more of them."""
        ...

    async def show_hidden(self, user_id: UserId, account_id: AccountId) -> None:
        """List everything again."""
        ...
