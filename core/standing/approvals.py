"""A standing approval: which orders an account's owner approves in advance, and how much of them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from core.accounts import Account, Approver, Role, TradingMode
from core.audit import Actor
from core.ids import AccountId, UserId
from core.market.instruments import Ticker
from core.money import EXACT, ZERO
from core.orders.order import STANDING, Action

StandingId = NewType("StandingId", int)
ANY: frozenset[Ticker] = frozenset()
"""Every instrument; only for exits."""


class Unit(StrEnum):
    """What a bound is measured in."""

    RUPEES = "rupees"
    SHARES = "shares"
    LOTS = "lots"


@dataclass(frozen=True, slots=True)
class Bound:
    """At most so much of a unit."""

    unit: Unit
    most: Decimal


@dataclass(frozen=True, slots=True)
class Size:
    """How large an order is, or all of a day's: in shares, in lots (a begun one counts), and in rupees."""

    shares: Decimal = ZERO
    lots: int = 0
    rupees: Decimal = ZERO

    def plus(self, other: "Size") -> "Size":
        """Both together."""
        return Size(
            EXACT.add(self.shares, other.shares), self.lots + other.lots, EXACT.add(self.rupees, other.rupees)
        )

    def measured_in(self, unit: Unit) -> Decimal:
        """As much as there is of this unit."""
        return {Unit.SHARES: self.shares, Unit.LOTS: Decimal(self.lots), Unit.RUPEES: self.rupees}[unit]


@dataclass(frozen=True, slots=True)
class Terms:
    """What is approved in advance. Without exits only, both bounds, the side and the instruments are there."""

    account_id: AccountId
    strategy: str
    trading_mode: TradingMode
    broker: str
    tickers: frozenset[Ticker]
    action: Action | None
    exits_only: bool
    per_order: Bound | None
    per_day: Bound | None
    until: date
    """The last trading day."""


@dataclass(frozen=True, slots=True)
class StandingApproval:
    """Terms that an owner has approved, until they or anybody who decides stops it."""

    id: StandingId
    terms: Terms
    given_by: str
    given_by_id: UserId
    given_at: datetime
    stopped_by: str = ""
    stopped_at: datetime | None = None

    @property
    def name(self) -> str:
        """What stands where a person's name would."""
        return f"{STANDING}{self.id}"

    @property
    def actor(self) -> Actor:
        """The approval as the trail names it."""
        return Actor("standing", self.name)


def why_void(approval: StandingApproval, account: Account, giver: Approver | None, day: date) -> str:
    """Why the approval lets nothing through on this trading day, whatever the order is; empty when it may."""
    terms = approval.terms
    if approval.stopped_at is not None:
        return "it was stopped"
    if day > terms.until:
        return "its last day is over"
    if giver is None or giver.role is not Role.OWNER or giver.linked_at > approval.given_at:
        return f"{approval.given_by} is no longer linked as the owner who gave it"
    if not account.enabled:
        return "the account is disabled"
    if account.trading_mode != terms.trading_mode:
        return f"it was given for {terms.trading_mode}"
    if account.broker != terms.broker:
        return f"it was given for the broker {terms.broker}"
    return ""
