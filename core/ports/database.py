"""Transactions, the way in for orders, and waking loops."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from core.ids import OrderId
from core.orders.order import NewOrder
from core.ports.accounts import AccountReads, Accounts
from core.ports.alert_addresses import AlertAddresses, AlertAddressReads
from core.ports.cards import CardReads, Cards
from core.ports.counts import Figures
from core.ports.daily_values import DayReads, Days
from core.ports.hooks import HookReads, Hooks
from core.ports.orders import OrderReads, Orders
from core.ports.records import AuditTrail, Confirmations, Heartbeats, Idempotency, IdempotencyReads, StoredAnswer


class ReadTransaction(Protocol):
    """One consistent look at the database. It cannot write."""

    @property
    def orders(self) -> OrderReads:
        """Orders and their legs."""
        ...

    @property
    def accounts(self) -> AccountReads:
        """Accounts, keys, people."""
        ...

    @property
    def cards(self) -> CardReads:
        """What chats show."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """The chains."""
        ...

    @property
    def idempotency(self) -> IdempotencyReads:
        """Kept answers."""
        ...

    @property
    def heartbeats(self) -> Heartbeats:
        """When we were last alive."""
        ...

    @property
    def alert_addresses(self) -> AlertAddressReads:
        """Keys that are part of an address."""
        ...

    @property
    def hooks(self) -> HookReads:
        """Where events are sent, and what was."""
        ...

    @property
    def figures(self) -> Figures:
        """Counts for those who watch."""
        ...

    @property
    def days(self) -> DayReads:
        """What accounts were worth day by day."""
        ...


class Transaction(Protocol):
    """One change of the database, kept only if `commit` was the last call."""

    @property
    def orders(self) -> Orders:
        """Orders and their legs."""
        ...

    @property
    def accounts(self) -> Accounts:
        """Accounts, keys, people."""
        ...

    @property
    def cards(self) -> Cards:
        """What chats show."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """The chains."""
        ...

    @property
    def confirmations(self) -> Confirmations:
        """Open questions."""
        ...

    @property
    def idempotency(self) -> Idempotency:
        """Kept answers."""
        ...

    @property
    def heartbeats(self) -> Heartbeats:
        """When we were last alive."""
        ...

    @property
    def alert_addresses(self) -> AlertAddresses:
        """Keys that are part of an address."""
        ...

    @property
    def hooks(self) -> Hooks:
        """Where events are sent, and what was."""
        ...

    @property
    def days(self) -> Days:
        """What accounts were worth day by day."""
        ...

    async def commit(self) -> None:
        """Make it durable."""
        ...


class Database(Protocol):
    """Where transactions come from. Raises Unready when it cannot be used."""

    def begin(self) -> AbstractAsyncContextManager[Transaction]:
        """A writing transaction; rolled back unless committed."""
        ...

    def read(self) -> AbstractAsyncContextManager[ReadTransaction]:
        """A reading one."""
        ...

    async def plan_cards(self, limit: int) -> int:
        """Turn orders whose cards are due into due cards, one for each approver's chat; how many orders."""
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


@dataclass(frozen=True, slots=True)
class Replayed:
    """The same key came before: this is what is stored."""

    stored: StoredAnswer


class OrderLog(Protocol):
    """The way in: many concurrent requests share one commit."""

    async def write(self, order: NewOrder, idempotent: IdempotentKey | None) -> Accepted | Replayed:
        """Write order, legs and audit event; returns after they are on disk.

        Raises CallerChanged when the key, the account or its modes are not what the order was made for
        any more, and Unready when it could not be written; then nothing of it is stored.
        """
        ...


class Wake(Protocol):
    """Tells a loop that there may be work; losing a call costs time, never work."""

    def set(self) -> None:
        """There may be work."""
        ...


class Checkpoint(Protocol):
    """Called at each step of an order's way; tests make the process die here."""

    def __call__(self, step: str) -> None:
        """This step was reached."""
        ...
