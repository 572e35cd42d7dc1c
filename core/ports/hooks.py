"""Where hooks and their deliveries are kept, and how a delivery is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol

from core.ids import AccountId, OrderId

DeliveryId = NewType("DeliveryId", int)


class DeliveryStatus(StrEnum):
    """The status of a delivery."""

    DUE = "due"
    DELIVERED = "delivered"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class Hook:
    """Where an account's events are sent. `position` is the last event of its chain that was looked at."""

    account_id: AccountId
    url: str
    rotation: int
    """Which secret signs; each new one counts up."""
    rotated_at: datetime
    position: int
    stopped_at: datetime | None = None
    stopped_why: str = ""


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """An event to be sent; `seq` is its place in the account's chain."""

    account_id: AccountId
    order_id: OrderId
    seq: int
    event: str
    body: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event to send, sent, or given up; `answer` says how the last attempt ended."""

    id: DeliveryId
    account_id: AccountId
    order_id: OrderId
    seq: int
    event: str
    body: str
    created_at: datetime
    status: DeliveryStatus
    attempts: int
    next_at: datetime
    answer: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """The result of an attempt, as it is stored."""

    status: DeliveryStatus
    at: datetime
    answer: str
    next_at: datetime


class HookReads(Protocol):
    """Reading hooks and deliveries."""

    async def find(self, account_id: AccountId) -> Hook | None:
        """The account's hook, a stopped one included."""
        ...

    async def list_with_work(self, now: datetime) -> Sequence[Hook]:
        """Hooks that are not stopped and have events to look at, or deliveries whose time has come."""
        ...

    async def list_due(self, account_id: AccountId, now: datetime, limit: int) -> Sequence[Delivery]:
        """Deliveries whose time has come, oldest first; of each order only the first that is not finished."""
        ...

    async def newest(self, account_id: AccountId, limit: int) -> Sequence[Delivery]:
        """Deliveries of the account, newest first."""
        ...

    async def count(self, account_id: AccountId) -> Mapping[DeliveryStatus, int]:
        """How many deliveries of the account have each status."""
        ...


class Hooks(HookReads, Protocol):
    """Reading and changing hooks and deliveries."""

    async def put(self, hook: Hook) -> None:
        """Insert or replace the account's hook."""
        ...

    async def plan(self, hook: Hook, position: int, new: Sequence[NewDelivery], at: datetime) -> bool:
        """Add deliveries and move the hook's position, unless the stored hook differs from `hook`."""
        ...

    async def record(self, delivery: Delivery, attempt: Attempt) -> bool:
        """Store an attempt, unless the stored delivery differs from `delivery`."""
        ...

    async def stop(self, account_id: AccountId, at: datetime, why: str) -> int:
        """Stop the account's hook, and give up what was due; returns how many deliveries that were."""
        ...

    async def forget_before(self, moment: datetime) -> int:
        """Delete deliveries that were finished before this moment; returns how many."""
        ...


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """A receiver's HTTP status."""

    status: int


class HookSender(Protocol):
    """Posts to receivers."""

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> HookAnswer:
        """Post once. Raises Undeliverable when there was no answer or the address is not allowed."""
        ...
