"""Transactions and wake-ups."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from core.ports.accounts import (
    AccountReads,
    Accounts,
    AlertAddresses,
    AlertAddressReads,
    BrokerLoginReads,
    BrokerLogins,
)
from core.ports.cards import CardReads, Cards, DigestReads, Digests
from core.ports.counts import Counts
from core.ports.daily_values import DayReads, Days
from core.ports.doubts import DoubtReads, Doubts
from core.ports.hooks import HookReads, Hooks
from core.ports.insight import ListReads, Notices, OrderFigures, OrderLists
from core.ports.limits import LimitReads, LimitStore, StandingApprovals, StandingReads
from core.ports.orders import OrderReads, Orders
from core.ports.paper import ImportedLists, NewBooks
from core.ports.records import AuditTrail, Confirmations, Heartbeats, Idempotency, IdempotencyReads


class ReadTransaction(Protocol):
    """A transaction that sees one state of the database and cannot write."""

    @property
    def orders(self) -> OrderReads:
        """Orders and their legs."""
        ...

    @property
    def lists(self) -> ListReads:
        """Orders as one person lists them."""
        ...

    @property
    def notices(self) -> Notices:
        """Notices, and what people want to be told."""
        ...

    @property
    def figures(self) -> OrderFigures:
        """What figures of orders are made of."""
        ...

    @property
    def accounts(self) -> AccountReads:
        """Accounts, keys and linked people."""
        ...

    @property
    def broker_logins(self) -> BrokerLoginReads:
        """Credentials at brokers, encrypted."""
        ...

    @property
    def digests(self) -> DigestReads:
        """Digests."""
        ...

    @property
    def cards(self) -> CardReads:
        """Cards: what each chat shows."""
        ...

    @property
    def doubts(self) -> DoubtReads:
        """What is in doubt at brokers."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """The audit trail."""
        ...

    @property
    def idempotency(self) -> IdempotencyReads:
        """Answers stored under Idempotency-Keys."""
        ...

    @property
    def heartbeats(self) -> Heartbeats:
        """When the service was last alive."""
        ...

    @property
    def alert_addresses(self) -> AlertAddressReads:
        """Alert addresses."""
        ...

    @property
    def hooks(self) -> HookReads:
        """Hooks and their deliveries."""
        ...

    @property
    def counts(self) -> Counts:
        """Counts for monitoring."""
        ...

    @property
    def days(self) -> DayReads:
        """Each account's value day by day."""
        ...

    @property
    def limits(self) -> LimitReads:
        """Limits, and what counts towards them."""
        ...

    @property
    def standing(self) -> StandingReads:
        """Standing approvals, and what was sent under them."""
        ...


class Transaction(Protocol):
    """One change of the database, kept only if `commit` was the last call."""

    @property
    def orders(self) -> Orders:
        """Orders and their legs."""
        ...

    @property
    def lists(self) -> OrderLists:
        """Orders as one person lists them."""
        ...

    @property
    def notices(self) -> Notices:
        """Notices, and what people want to be told."""
        ...

    @property
    def accounts(self) -> Accounts:
        """Accounts, keys and linked people."""
        ...

    @property
    def broker_logins(self) -> BrokerLogins:
        """Credentials at brokers, encrypted."""
        ...

    @property
    def digests(self) -> Digests:
        """Digests: messages that stand for many orders."""
        ...

    @property
    def cards(self) -> Cards:
        """Cards: what each chat shows."""
        ...

    @property
    def doubts(self) -> Doubts:
        """What is in doubt at brokers."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """The audit trail."""
        ...

    @property
    def confirmations(self) -> Confirmations:
        """Questions that wait for a confirmation."""
        ...

    @property
    def idempotency(self) -> Idempotency:
        """Answers stored under Idempotency-Keys."""
        ...

    @property
    def heartbeats(self) -> Heartbeats:
        """When the service was last alive."""
        ...

    @property
    def alert_addresses(self) -> AlertAddresses:
        """Alert addresses."""
        ...

    @property
    def hooks(self) -> Hooks:
        """Hooks and their deliveries."""
        ...

    @property
    def days(self) -> Days:
        """Each account's value day by day."""
        ...

    @property
    def limits(self) -> LimitStore:
        """Limits, and what counts towards them."""
        ...

    @property
    def standing(self) -> StandingApprovals:
        """Standing approvals, and what was sent under them."""
        ...

    @property
    def new_books(self) -> NewBooks:
        """Paper books made of another program's."""
        ...

    @property
    def imported_lists(self) -> ImportedLists:
        """The list of instruments that came over from another program."""
        ...

    async def commit(self) -> None:
        """Commit: everything is on disk when it returns."""
        ...


class Database(Protocol):
    """Opens transactions. Every method raises Unready when the database cannot be used."""

    def begin(self, *, lengthy: bool = False) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction that can write; it is rolled back unless committed. `lengthy` for very many rows."""
        ...

    def read(self, *, lengthy: bool = False) -> AbstractAsyncContextManager[ReadTransaction]:
        """Open a transaction that only reads; `lengthy` for very many rows."""
        ...

    async def plan_cards(self, limit: int) -> int:
        """Turn orders whose cards are due into due cards, one for each approver's chat; returns how many orders."""
        ...


class Wake(Protocol):
    """Tells a loop that there may be work; losing a call costs time, never work."""

    def set(self) -> None:
        """Signal that there may be work."""
        ...
