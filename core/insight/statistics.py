"""Figures of an account's orders over some days: pure arithmetic."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.orders.order import Action
from core.orders.states import QueueStatus


@dataclass(frozen=True, slots=True)
class AskedLeg:
    """One leg as it was asked for; `entry` is its limit or the price when the signal came, None if unknown."""

    exchange: str
    symbol: str
    action: Action
    quantity: Decimal
    entry: Decimal | None


@dataclass(frozen=True, slots=True)
class AskedOrder:
    """What the figures need of one order; `decided_after` only where a person decided about a strategy's."""

    strategy: str
    status: QueueStatus
    created_at: datetime
    legs: tuple[AskedLeg, ...]
    decided_after: timedelta | None = None
    is_clients: bool = False
    """Whether a client gave it, and no strategy."""


@dataclass(frozen=True, slots=True)
class StrategyFigures:
    """How one strategy's orders were decided by people."""

    strategy: str
    orders: int
    approved: int
    rejected: int
    median: timedelta | None
    """Half of the decisions took no longer; None when nobody decided."""

    @property
    def decided(self) -> int:
        """How many orders a person decided."""
        return self.approved + self.rejected

    @property
    def approval_rate(self) -> Decimal | None:
        """The share of the decided orders that was approved, from 0 to 1; None when nobody decided."""
        return Decimal(self.approved) / self.decided if self.decided else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """What there was, by status, by side, and by strategy with the most orders first; then what clients gave."""

    by_status: Mapping[QueueStatus, int]
    buys: int
    sells: int
    mixed: int
    strategies: Sequence[StrategyFigures]
    by_clients: int

    @property
    def orders(self) -> int:
        """How many orders there were."""
        return sum(self.by_status.values())


def summarise(orders: Sequence[AskedOrder]) -> Statistics:
    """The figures of these orders."""
    sides = Counter(frozenset(leg.action for leg in order.legs) for order in orders)
    of_strategy: defaultdict[str, list[AskedOrder]] = defaultdict(list)
    for order in orders:
        if not order.is_clients:
            of_strategy[order.strategy].append(order)
    buys, sells = sides[frozenset({Action.BUY})], sides[frozenset({Action.SELL})]
    figures = [_of_strategy(name, theirs) for name, theirs in of_strategy.items()]
    return Statistics(
        by_status=Counter(order.status for order in orders),
        buys=buys,
        sells=sells,
        mixed=len(orders) - buys - sells,
        strategies=sorted(figures, key=lambda one: (-one.orders, one.strategy)),
        by_clients=sum(order.is_clients for order in orders),
    )


def median(lengths: Sequence[timedelta]) -> timedelta | None:
    """The middle of these lengths, halfway between two where their number is even; None of none."""
    if not lengths:
        return None
    ordered, middle = sorted(lengths), len(lengths) // 2
    return ordered[middle] if len(lengths) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _of_strategy(name: str, orders: Sequence[AskedOrder]) -> StrategyFigures:
    by_people = [order for order in orders if order.decided_after is not None]
    rejected = sum(order.status is QueueStatus.REJECTED for order in by_people)
    lengths = [order.decided_after for order in by_people if order.decided_after is not None]
    return StrategyFigures(name, len(orders), len(by_people) - rejected, rejected, median(lengths))
