"""The store of orders, and the log of new ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from core.accounts import TradingMode
from core.ids import AccountId, BrokerOrderId, ClientOrderId, LegId, OrderId, UserId
from core.limits.judging import OrderFacts
from core.orders.order import ApiType, ClientOrder, DraftLeg, LegTerms, NewOrder, Order
from core.orders.states import BrokerStatus, QueueStatus
from core.ports.records import StoredAnswer
from core.review.warnings import Earlier


@dataclass(frozen=True, slots=True)
class LegOutcome:
    """What is to be recorded of a leg: the status it had, the one it gets, and what the broker said."""

    leg_id: LegId
    was: BrokerStatus
    becomes: BrokerStatus
    at: datetime
    attempt: int
    """The try that it is about, counted from 0 before the first: a later one has another outcome."""
    broker_order_id: BrokerOrderId | None = None
    filled_quantity: Decimal | None = None
    average_price: Decimal | None = None
    message: str | None = None
    asked_at: datetime | None = None
    """Every outcome sets it, and takes it back when it has none; `candidates` likewise."""
    candidates: tuple[BrokerOrderId, ...] = ()
    known_before: frozenset[BrokerOrderId] | None = None
    client_order_id: ClientOrderId | None = None
    """A new one, under which the leg is sent again."""


@dataclass(frozen=True, slots=True)
class WatchedLeg:
    """What is recorded of a leg that a broker has, without its terms."""

    order_id: OrderId
    account_id: AccountId
    trading_mode: TradingMode
    api_type: ApiType
    created_at: datetime
    sent_at: datetime | None
    broker_status: BrokerStatus
    broker_order_id: BrokerOrderId | None
    filled_quantity: Decimal
    average_price: Decimal
    message: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What is stored when an order is decided."""

    becomes: QueueStatus
    at: datetime
    by: str
    by_id: UserId | None = None
    reason: str | None = None
    execute_by: datetime | None = None
    checked: str | None = None
    """What the client was shown that Countersign had found out."""


@dataclass(frozen=True, slots=True)
class Revision:
    """New legs of a pending order, what they were worked out from, and what changed in words."""

    legs: tuple[DraftLeg, ...]
    facts: Mapping[str, str]
    notice: str | None
    asked: str | None = None
    """What the strategy had asked for, when a person has changed the terms."""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of orders, newest first; `next_before` continues it."""

    orders: tuple[Order, ...]
    next_before: OrderId | None


class OrderReads(Protocol):
    """Reading orders."""

    async def find(self, order_id: OrderId) -> Order | None:
        """The order with this id, or None."""
        ...

    async def get(self, order_id: OrderId) -> Order:
        """The order with this id. Raises NotFound."""
        ...

    async def list_by_number(self, numbers: Sequence[int]) -> Sequence[Order]:
        """The orders with these numbers, in this sequence; each of them must be there."""
        ...

    async def list_newest(
        self,
        account_ids: Sequence[AccountId],
        status: QueueStatus | None = None,
        before: OrderId | None = None,
        limit: int = 20,
    ) -> OrderPage:
        """Orders of these accounts, newest first."""
        ...

    async def count_by_status(self, account_id: AccountId) -> Mapping[QueueStatus, int]:
        """How many orders have each status; statuses without orders may be missing."""
        ...

    async def find_by_broker_order_id(self, account_id: AccountId, broker_order_id: BrokerOrderId) -> Order | None:
        """The order with a leg of this broker order id, or None."""
        ...

    async def list_earlier(self, order: Order, terms: LegTerms) -> Sequence[Earlier]:
        """The newest approved orders of the same strategy, book and instrument, among the account's last ones."""
        ...

    async def is_moving(
        self, account_id: AccountId, trading_mode: TradingMode, terms: LegTerms, apart_from: OrderId | None = None
    ) -> bool:
        """Whether an approved leg for the position of `terms` may change it without being asked again.

        That is one that is ready, being sent or unknown, or open at the market; what rests at a price is not. Legs of
        the order `apart_from` do not count.
        """
        ...

    async def has_unfinished(self, account_id: AccountId, trading_mode: TradingMode) -> bool:
        """Whether an order of this book waits for its client, or is not final at its broker."""
        ...

    async def list_expired(self, now: datetime, limit: int) -> Sequence[Order]:
        """Pending orders past `expires_at` and approved ones past `execute_by` with an unsent leg."""
        ...

    async def list_with_leg_status(
        self, statuses: Sequence[BrokerStatus], limit: int, after: OrderId | None = None
    ) -> Sequence[Order]:
        """Approved orders that have a leg in one of `statuses`, oldest first; `after` continues behind it."""
        ...

    async def list_legs_with_status(
        self, statuses: Sequence[BrokerStatus], limit: int, after: OrderId | None = None
    ) -> Sequence[WatchedLeg]:
        """The legs in one of `statuses` of so many approved orders that have one, by the order's number."""
        ...


class Orders(OrderReads, Protocol):
    """Reading and changing orders; every change is a compare-and-swap that returns whether it was made."""

    async def add(self, order: ClientOrder) -> OrderId:
        """Write a client's order with its legs and audit events; returns its number."""
        ...

    async def decide(self, order_id: OrderId, was: QueueStatus, version: int, decision: Decision) -> bool:
        """Move the order out of `was`, if it is still there and at `version`."""
        ...

    async def revise(self, order_id: OrderId, version: int, revision: Revision) -> bool:
        """Give a pending order that is still at `version` new legs; its old buttons become void."""
        ...

    async def give_reason(self, order_id: OrderId, reason: str) -> bool:
        """Set a rejected order's reason, if it has none."""
        ...

    async def record_legs(self, order_id: OrderId, outcomes: Sequence[LegOutcome]) -> bool:
        """Move each leg out of its `was`; False and nothing changed when one of them is not there."""
        ...

    async def extend_execution(self, order_id: OrderId, until: datetime) -> bool:
        """Give an approved order until then to be sent."""
        ...

    async def note_outage(self, outage: str) -> int:
        """Mark every pending order that has a card, so that its cards say so; how many."""
        ...

    async def recover_sending(self) -> Sequence[Order]:
        """Every order with a leg in `sending`, as it stands; the caller moves them to unknown."""
        ...


@dataclass(frozen=True, slots=True)
class IdempotentKey:
    """The caller's Idempotency-Key and what its body hashes to."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The order is on disk under this number."""

    order_id: OrderId
    approves_ahead: bool = False
    """Whether the account's owner has approved orders in advance, perhaps this one."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """The Idempotency-Key was used before: this is what is stored under it."""

    stored: StoredAnswer


class OrderLog(Protocol):
    """Writes new orders; many concurrent requests share one commit."""

    async def write(
        self, order: NewOrder, idempotent: IdempotentKey | None, facts: OrderFacts | None = None
    ) -> Accepted | Replayed:
        """Write order, legs and audit event; returns after they are on disk. `facts` are what limits are judged by.

        Raises OverLimit for an order that was written as denied, and Paused; CallerChanged when the key, the
        account, its modes or limits are not what the order was made for any more, and Unready when it could not
        be written; then nothing of it is stored.
        """
        ...


class Checkpoint(Protocol):
    """Called at each step of processing an order; tests kill the process there."""

    def __call__(self, step: str) -> None:
        """Report that this step was reached."""
        ...
