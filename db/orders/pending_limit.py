"""Limits how many orders of a strategy wait for the client, counted in the transaction that adds them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, literal_column, select

from core.errors import TooMany
from core.ids import AccountId
from core.orders.order import NewOrder
from db.connections.prepared_statements import Prepared
from db.tables.orders import orders

RETRY_AFTER = 30.0
"""Seconds. When the client will decide is not known; asking more often is of no use."""
_Whose = tuple[AccountId, str]


@dataclass(slots=True)
class PendingLimit:
    """How many more orders each strategy may have waiting; without a cap there is always room."""

    cap: int
    _left: dict[_Whose, int] = field(default_factory=dict)

    def look(self, connection: Connection, orders_: Iterable[NewOrder]) -> None:
        """Count the strategies' waiting orders, at most up to the cap, in an index of waiting orders only."""
        if self.cap:
            for whose in {_whose(order) for order in orders_ if _must_wait(order)}:
                self._left[whose] = self.cap - _waiting(connection, whose, self.cap)

    def take(self, order: NewOrder) -> TooMany | None:
        """Count this order as waiting; returns why it may not wait, None when it may."""
        if not self.cap or not _must_wait(order):
            return None
        if self._left[_whose(order)] <= 0:
            return TooMany(
                f"{_waiting_already(self.cap)} for the client already. Nothing was stored; "
                "withdraw some, or send this again when they are decided.",
                RETRY_AFTER,
            )
        self._left[_whose(order)] -= 1
        return None


def _waiting_already(count: int) -> str:
    return f"{count} orders of this strategy wait" if count > 1 else "An order of this strategy waits"


def _must_wait(order: NewOrder) -> bool:
    return order.execute_by is None


def _whose(order: NewOrder) -> _Whose:
    return order.account_id, order.strategy


def _waiting(connection: Connection, whose: _Whose, cap: int) -> int:
    account_id, strategy = whose
    return len(_WAITING.rows(connection, account=account_id, strategy=strategy, most=cap))


# Built once: every batch asks for each of its strategies.
_WAITING = Prepared(
    select(orders.c.id)
    .where(orders.c.account_id == bindparam("account"), orders.c.status == literal_column("'pending'"))
    .where(orders.c.strategy == bindparam("strategy"))
    .limit(bindparam("most"))
)
