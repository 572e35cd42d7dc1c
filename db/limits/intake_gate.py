"""What an account's pause and limits say about new orders, judged in the transaction that adds them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, select

from core.accounts import Pause
from core.errors import CallerChanged, CountersignError, OverLimit, Paused, Unready
from core.ids import AccountId
from core.limits.bound_text import parse_limits
from core.limits.judging import Counts, OrderFacts, judge
from core.limits.limits import Limits
from core.limits.wording import in_words
from core.orders.decisions import CLIENTS_OWN
from core.orders.order import NewOrder
from core.ports import WHOLE_ACCOUNT
from db.connections.prepared_statements import Prepared
from db.limits.day_counts import count_taken
from db.tables.limits import limits
from db.tables.orders import accounts
from db.tables.standing import standing_approvals

_APPROVES_AHEAD = exists().where(
    standing_approvals.c.account_id == accounts.c.id, standing_approvals.c.stopped_at.is_(None)
)
_STANDING = Prepared(
    select(
        accounts.c.paused_at,
        accounts.c.paused_by,
        limits.c.strategy,
        limits.c.bounds,
        _APPROVES_AHEAD.label("approves_ahead"),
    )
    .select_from(accounts)
    .join(limits, limits.c.account_id == accounts.c.id, isouter=True)
    .where(accounts.c.id == bindparam("account_id"))
)
_Whose = tuple[AccountId, str, str]


@dataclass(frozen=True, slots=True)
class _Standing:
    """What stands for one account; its limits stay text until an order of theirs comes."""

    pause: Pause | None
    bounds: Mapping[str, str]
    approves_ahead: bool
    """Whether there are standing approvals."""


@dataclass(slots=True)
class IntakeGate:
    """Judges the orders of one batch, each with those before it already counted."""

    connection: Connection
    _standing: dict[AccountId, _Standing] = field(default_factory=dict)
    _counts: dict[_Whose, Counts] = field(default_factory=dict)

    def look(self, orders: Iterable[NewOrder]) -> None:
        """Read what stands for the accounts of these orders."""
        for account_id in {order.account_id for order in orders}:
            self._standing[account_id] = _read(_STANDING.rows(self.connection, account_id=account_id))

    def judge(self, order: NewOrder, facts: OrderFacts | None) -> CountersignError | None:
        """Why the order may not be taken, None when it may.

        CallerChanged when there are limits that nobody knew of when the facts were collected.
        """
        if order.api_type == CLIENTS_OWN:
            return None
        standing = self._standing[order.account_id]
        if standing.pause is not None:
            return Paused(f"{standing.pause} Nothing was queued.")
        try:
            bounds = self._bounds_for(order)
        except Unready as unreadable:
            return unreadable
        if not bounds:
            return None
        if facts is None or not facts.is_complete:
            return CallerChanged()
        breaches = {whose: judge(one, facts, self._count(order, whose)) for whose, one in bounds.items()}
        return OverLimit(in_words(breaches)) if any(breaches.values()) else None

    def approves_ahead(self, order: NewOrder) -> bool:
        """Whether a standing approval may let the order through."""
        return self._standing[order.account_id].approves_ahead

    def note(self, order: NewOrder, facts: OrderFacts | None) -> None:
        """Count an order that was taken, for those that follow it in the batch."""
        for whose in (WHOLE_ACCOUNT, order.strategy):
            key = order.account_id, order.trading_mode.value, whose
            if key in self._counts:
                self._counts[key] = self._counts[key].with_one(facts.value if facts is not None else None)

    def _bounds_for(self, order: NewOrder) -> Mapping[str, Limits]:
        bounds = self._standing[order.account_id].bounds
        wanted = dict.fromkeys((WHOLE_ACCOUNT, order.strategy))
        return {whose: parse_limits(bounds[whose]) for whose in wanted if whose in bounds}

    def _count(self, order: NewOrder, whose: str) -> Counts:
        key = order.account_id, order.trading_mode.value, whose
        if key not in self._counts:
            book = self.connection, order.account_id, order.trading_mode
            self._counts[key] = count_taken(*book, whose, order.created_at)
        return self._counts[key]


def _read(found: Iterable[tuple[Any, ...]]) -> _Standing:
    pause, bounds, approves_ahead = None, {}, False
    for paused_at, paused_by, strategy, text, has_standing in found:
        approves_ahead = bool(has_standing)
        if paused_at is not None:
            at = datetime.fromisoformat(paused_at) if isinstance(paused_at, str) else paused_at
            pause = Pause(paused_by or "", at)
        if strategy is not None:
            bounds[strategy] = text
    return _Standing(pause, bounds, approves_ahead)
