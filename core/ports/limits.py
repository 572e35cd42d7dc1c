"""The store of limits and of what counts towards them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from core.accounts import TradingMode
from core.ids import AccountId, OrderId
from core.limits.judging import Counts
from core.limits.limits import Limits
from core.orders.order import LegTerms

WHOLE_ACCOUNT = ""
"""Stands where a strategy is named, for limits of all strategies together."""


class LimitReads(Protocol):
    """Reading limits and what counts towards them."""

    async def list(self, account_id: AccountId) -> Mapping[str, Limits]:
        """The account's limits by strategy, the whole account's first. Raises Unready when they cannot be read."""
        ...

    async def count_approved(
        self, account_id: AccountId, trading_mode: TradingMode, strategy: str, start: datetime
    ) -> Counts:
        """The orders of one strategy, or of all, that came and were approved since `start`."""
        ...

    async def list_unsent(self, account_id: AccountId, trading_mode: TradingMode) -> Sequence[LegTerms]:
        """The approved legs that their broker does not have for certain."""
        ...


class LimitStore(LimitReads, Protocol):
    """Reading and changing limits."""

    async def keep(self, account_id: AccountId, strategy: str, limits: Limits, at: datetime) -> None:
        """Set the limits of a strategy, or of the whole account; empty ones are removed."""
        ...

    async def record_value(self, order_id: OrderId, value: Decimal | None) -> None:
        """Record what an order is worth, as judged last."""
        ...

    async def record_stop(self, order_id: OrderId, why: str) -> None:
        """Record why a tap on Approve sent nothing; the order's cards are to say so."""
        ...

    async def show_held_again(self, account_id: AccountId) -> None:
        """Have the cards compared again of every order of the account that waits or is at work."""
        ...
