"""The stores of lists of orders, of notices and of figures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.accounts import Language, TradingMode
from core.audit import Link
from core.ids import AccountId, MessageId, OrderId, UserId
from core.insight.news import Topic
from core.insight.notice_settings import NoticeSettings
from core.insight.statistics import AskedOrder
from core.orders.order import Order
from core.orders.states import QueueStatus
from core.ports.orders import OrderPage


class ListReads(Protocol):
    """Reading orders as one person lists them."""

    async def list_unhidden(
        self,
        user_id: UserId,
        account_ids: Sequence[AccountId],
        status: QueueStatus | None,
        before: OrderId | None,
        limit: int,
    ) -> OrderPage:
        """Orders of these accounts that this person has not hidden, newest first."""
        ...

    async def list_waiting(self, account_ids: Sequence[AccountId], after: OrderId | None, limit: int) -> OrderPage:
        """Pending orders of these accounts, the one that expires soonest first; `after` continues behind it."""
        ...

    async def find_unexplained(
        self, user_id: UserId, account_ids: Collection[AccountId], since: datetime
    ) -> OrderId | None:
        """What this person rejected last, after `since` and without a reason, among the newest rejected orders."""
        ...

    async def hides_any(self, user_id: UserId, account_ids: Collection[AccountId]) -> bool:
        """Whether this person has hidden orders of any of these accounts."""
        ...


class OrderLists(ListReads, Protocol):
    """Reading a person's lists and hiding orders from them."""

    async def hide_decided(self, user_id: UserId, account_id: AccountId) -> bool:
        """Leave every order that is finished out of this person's lists; whether that hid any more of them."""
        ...

    async def show_hidden(self, user_id: UserId, account_id: AccountId) -> None:
        """List everything again."""
        ...


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice to be sent: `key` makes it the only one of its kind for its reader."""

    user_id: UserId
    account_id: AccountId
    key: str
    topic: Topic
    facts: Mapping[str, str]
    at: datetime
    order_id: OrderId | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as stored, not sent yet."""

    id: int
    user_id: UserId
    account_id: AccountId
    topic: Topic
    facts: Mapping[str, str]
    at: datetime
    order_id: OrderId | None
    created_at: datetime
    attempts: int
    times: int = 1
    message_id: MessageId | None = None
    """The message that told of it before it happened again."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Something that happened again: what `counted_by` among its facts names, told of after `since`."""

    account_id: AccountId
    topic: Topic
    facts: Mapping[str, str]
    since: datetime
    due_at: datetime
    """When the message that tells of it is to say so."""


class Notices(Protocol):
    """What people are still to be told, and what they want to be told."""

    async def accounts_with_news(self) -> Sequence[tuple[AccountId, int, int]]:
        """Accounts whose trail goes on behind what was looked at: with what was looked at, and the trail's end."""
        ...

    async def events(self, account_id: AccountId, behind: int, until: int, limit: int) -> Sequence[Link]:
        """The events that can be news behind one number, up to another."""
        ...

    async def cancel_requests(self, link: Link) -> Sequence[Link]:
        """Requests to cancel this event's order, as far as they came not long before it."""
        ...

    async def move(self, account_id: AccountId, was: int, becomes: int) -> bool:
        """Remember up to where the trail was looked at; False when somebody else has moved it."""
        ...

    async def add(self, notices: Sequence[NewNotice], at: datetime) -> int:
        """Store these notices, apart from those whose key their reader has already; how many are new."""
        ...

    async def list_told(self, topics: Collection[Topic], since: datetime) -> Sequence[NewNotice]:
        """Notices of these topics that were stored for what happened since then, sent or not, oldest first."""
        ...

    async def readers_told(self, order: Order, topics: Collection[Topic]) -> frozenset[UserId]:
        """Everybody for whom a notice of one of these topics about the order was stored."""
        ...

    async def count_again(self, repeat: Repeat) -> int:
        """Count it in the notices that tell of it, and have their messages changed; how many there are."""
        ...

    async def readers_due(self, now: datetime) -> Sequence[UserId]:
        """Everybody for whom a notice is due."""
        ...

    async def list_due(self, user_id: UserId, now: datetime, limit: int) -> Sequence[Notice]:
        """What is due for this person, oldest first."""
        ...

    async def finish(
        self, ids: Sequence[int], at: datetime, answer: str, message_id: MessageId | None = None
    ) -> None:
        """These are sent as this message, or given up for the reason in `answer`."""
        ...

    async def postpone(self, ids: Sequence[int], until: datetime, why: str) -> None:
        """Try these again then."""
        ...

    async def card_of(self, user_id: UserId, order_id: OrderId) -> MessageId | None:
        """This person's newest card of the order."""
        ...

    async def settings(self, user_id: UserId) -> NoticeSettings:
        """What this person has chosen."""
        ...

    async def choose(self, user_id: UserId, settings: NoticeSettings) -> None:
        """Store what this person chooses."""
        ...

    async def find_language(self, user_id: UserId) -> Language | None:
        """What this person reads; None for somebody of whom nothing is stored."""
        ...

    async def set_language(self, user_id: UserId, language: Language) -> None:
        """Store what this person reads."""
        ...

    async def forget_before(self, moment: datetime) -> int:
        """Delete notices that were finished before this moment; how many."""
        ...


@dataclass(frozen=True, slots=True)
class LoginNeeded:
    """A session at a broker is over, and only a person can begin the next."""

    account_id: AccountId
    session: str
    """What names the session that is over: for each one people are told once a day."""
    why: str
    """The broker's words, or ours."""
    url: str = ""
    """Where a person logs in, if there is such an address."""


class LoginNews(Protocol):
    """Tells those who decide that somebody must log in."""

    async def login_needed(self, login: LoginNeeded) -> int:
        """Tell them, once a day for each session; how many are told now. Raises NotFound, Unready."""
        ...


class OrderFigures(Protocol):
    """Reading what figures are made of."""

    async def asked_since(
        self, account_id: AccountId, trading_mode: TradingMode, moment: datetime
    ) -> Sequence[AskedOrder]:
        """The account's orders of this mode since then, oldest first."""
        ...
