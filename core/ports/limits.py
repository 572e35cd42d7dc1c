"""The store of limits and of what counts towards them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from core.accounts import TradingMode
from core.ids import AccountId, OrderId, UserId
from core.limits.judging import Counts
from core.limits.limits import Limits
from core.market.instruments import Ticker
from core.orders.order import LegTerms
from core.standing.approvals import Size, StandingApproval, StandingId, Terms
from core.standing.replay import StandingRows
from core.standing.usage import UsedOrder

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


class StandingReads(Protocol):
    """Reading standing approvals and what was sent under them."""

    async def list(self, account_id: AccountId) -> Sequence[StandingApproval]:
        """Those that nobody stopped, oldest first. Raises Unready when one cannot be read."""
        ...

    async def find(self, standing_id: StandingId) -> StandingApproval | None:
        """The approval with this number, also one that was stopped. Raises Unready."""
        ...

    async def list_numbers(self, account_id: AccountId, given_by: UserId | None = None) -> Sequence[StandingId]:
        """The numbers of those that nobody stopped, of one giver or of all; also of those that cannot be read."""
        ...

    async def list_used(self, account_id: AccountId, since: datetime) -> Sequence[UsedOrder]:
        """The orders sent under any of the account's approvals since then, as they stand now. Raises Unready."""
        ...

    async def list_unsent(self, standing_id: StandingId) -> Sequence[OrderId]:
        """The orders sent under it that are still approved and of which no leg has left."""
        ...

    async def list_seen(
        self, account_id: AccountId, trading_mode: TradingMode, most: int
    ) -> Sequence[tuple[str, Ticker]]:
        """Which strategies sent orders for which instruments, among so many of the newest orders; newest first."""
        ...

    async def list_rows(self, account_id: AccountId) -> StandingRows:
        """Every approval of the account, and every use, as they are stored."""
        ...


class StandingApprovals(StandingReads, Protocol):
    """Reading and changing standing approvals; none is ever widened or deleted."""

    async def add(self, terms: Terms, given_by: str, given_by_id: UserId, at: datetime) -> StandingId:
        """Add an approval; returns its number."""
        ...

    async def stop(self, standing_id: StandingId, by: str, at: datetime) -> bool:
        """Stop it; False when it was stopped already."""
        ...

    async def record_use(self, order_id: OrderId, standing_id: StandingId, size: Size, at: datetime) -> None:
        """Record that an order is sent under an approval, and how large it is."""
        ...
