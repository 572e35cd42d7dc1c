"""The stores of cards and digests: what each chat shows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol

from core.accounts import TradingMode
from core.ids import AccountId, CardId, ChatId, DigestId, MessageId, OrderId, UserId
from core.orders.decisions import Presser
from core.orders.order import Order
from core.orders.states import BrokerStatus


class Urgency(IntEnum):
    """Why a card is due: what somebody waits for first, a fresh price last."""

    DECIDED = 0
    """It still offers what has been decided."""
    NEW = 1
    CHANGED = 2
    REFRESH = 3
    UNASKED = 4
    """The first card of an order that nobody was asked about."""


@dataclass(frozen=True, slots=True)
class Card:
    """An order's message in one chat. `message_id` is None until it was sent."""

    id: CardId
    order_id: OrderId
    chat_id: ChatId
    user_id: UserId
    message_id: MessageId | None
    shown_version: int | None
    shown_text: str | None
    """A short hash of what the chat shows."""
    shown_at: datetime | None
    bot_id: int | None = None
    """Whose message it is: a number in a chat means something to one bot only."""


class CardReads(Protocol):
    """Reading what each chat shows."""

    async def has_work(self) -> bool:
        """Whether some order's cards are due to be planned."""
        ...

    async def chats_due(self) -> Sequence[tuple[ChatId, Urgency]]:
        """Chats with a card that is due, once for each urgency, the most urgent first."""
        ...

    async def next_due(
        self, chat_id: ChatId, urgencies: Collection[Urgency], aside: Collection[CardId]
    ) -> tuple[Card, Order, bool] | None:
        """The most urgent due card of a chat, apart from those set aside, and whether there are more."""
        ...

    async def list_stale(self, older_than: datetime, limit: int) -> Sequence[CardId]:
        """Newest shown cards of pending orders whose prices and times were last refreshed before then."""
        ...

    async def is_recorded(self, order_id: OrderId, chat_id: ChatId, message_id: MessageId) -> bool:
        """Whether this message is a recorded card of this order."""
        ...

    async def find_order_of(self, chat_id: ChatId, message_id: MessageId) -> OrderId | None:
        """The order whose recorded card this message is."""
        ...

    async def count_readers(self, order_id: OrderId) -> int:
        """How many of those who may decide on this order have it before them."""
        ...

    async def count_unseen(self, before: datetime, limit: int) -> int:
        """How many waiting orders that came before then nobody who may decide has seen, counted up to `limit`."""
        ...


class Cards(CardReads, Protocol):
    """What each chat shows of each order."""

    async def mark_due(self, card_ids: Sequence[CardId]) -> None:
        """Have these cards compared again, least urgent."""
        ...

    async def record_shown(self, card: Card, version: int) -> None:
        """Record what the chat shows now; due again if the order has moved past `version` meanwhile."""
        ...

    async def record_gone(self, card_id: CardId) -> None:
        """The chat or the message is gone: not due again until its reader comes back."""
        ...

    async def show_again(self, user_id: UserId) -> None:
        """Have everything that still matters of what was gone for this person shown again."""
        ...

    async def show_afresh(self, account_id: AccountId, user_id: UserId) -> None:
        """Have a new message sent to this person for every order of the account that waits."""
        ...

    async def take_over(self, bot_id: int) -> None:
        """From now on this bot shows the cards: what another one sent and still matters is sent anew."""
        ...

    async def adopt(self, order_id: OrderId, presser: Presser, bot_id: int | None) -> None:
        """A message of ours with a valid signature that was not recorded (we died while sending it)."""
        ...


class DigestKind(StrEnum):
    """What a digest stands for."""

    WAITING = "waiting"
    """Orders that wait for a decision."""
    AUTO = "auto"
    """Orders that were sent without asking."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A message that stands for many orders. `message_id` is None until it was sent."""

    id: DigestId
    chat_id: ChatId
    user_id: UserId
    kind: DigestKind
    is_open: bool
    page: int
    revision: int
    message_id: MessageId | None
    shown_text: str | None
    """A short hash of what the chat shows."""
    pinned_id: MessageId | None = None
    """The message of it that is pinned in its chat."""


@dataclass(frozen=True, slots=True)
class DigestCounts:
    """How many orders a digest stands for: by account and mode, strategy, first symbol, and status at the broker."""

    total: int
    oldest: datetime | None
    """When the first of them expires."""
    books: Mapping[tuple[AccountId, TradingMode], int]
    strategies: Mapping[str, int]
    symbols: Mapping[str, int]
    outcomes: Mapping[BrokerStatus | None, int]


class DigestReads(Protocol):
    """Reading digests."""

    async def chats_due(self) -> Sequence[ChatId]:
        """Chats with a digest that may be out of date."""
        ...

    async def next_due(self, chat_id: ChatId) -> Digest | None:
        """A digest of this chat that may be out of date, the one of what waits first."""
        ...

    async def find_open(self, chat_id: ChatId, kind: DigestKind, since: datetime | None = None) -> Digest | None:
        """The digest into which this chat's orders are put, if there is one that began after `since`."""
        ...

    async def count(self, digest: Digest, account_ids: Sequence[AccountId]) -> DigestCounts:
        """What it stands for, as far as the orders are of these accounts; one of what waits counts only that."""
        ...

    async def list_waiting(
        self, digest: Digest, account_ids: Sequence[AccountId], skip: int, limit: int
    ) -> Sequence[Order]:
        """What waits in it of these accounts, the one that expires soonest first."""
        ...

    async def numbers(self, digest: Digest, account_ids: Sequence[AccountId], limit: int) -> Sequence[OrderId]:
        """The numbers of what waits in it of these accounts, the one that expires soonest first."""
        ...

    async def count_undecided(self, digest: Digest) -> int:
        """How many orders wait in its chat, on cards or in it."""
        ...

    async def count_unseen(self, chat_id: ChatId, kind: DigestKind, since: datetime) -> int:
        """How many orders' newest cards in this chat were sent after `since`; of what waits, those that still do."""
        ...

    async def is_any_stale(self, before: datetime) -> bool:
        """Whether an open digest of what waits was shown last before then."""
        ...


class Digests(DigestReads, Protocol):
    """Keeping digests."""

    async def begin(self, chat_id: ChatId, user_id: UserId, kind: DigestKind, at: datetime) -> DigestId:
        """Close the open digest of this kind, and begin a new one."""
        ...

    async def absorb(self, digest: DigestId, chat_id: ChatId, kind: DigestKind) -> int:
        """Put every order that is due to get its first card into the digest instead; how many."""
        ...

    async def release(self, digest: DigestId) -> None:
        """Have what waits in it shown on cards, and close it."""
        ...

    async def close(self, digest: DigestId) -> None:
        """Put nothing more into it."""
        ...

    async def turn(self, digest: DigestId, message_id: MessageId, page: int) -> None:
        """Have another page of it shown, in this message."""
        ...

    async def mark_due(self, digest: DigestId) -> None:
        """Have it compared with what its chat shows."""
        ...

    async def mark_stale(self, before: datetime) -> None:
        """Mark the open digests of what waits due that were shown last before then."""
        ...

    async def record_shown(
        self, digest: Digest, message_id: MessageId, shown: tuple[str, int | None], at: datetime
    ) -> None:
        """Record the text and the bot of what the chat shows; due again if something happened since it was read."""
        ...

    async def record_pinned(self, digest: DigestId, message_id: MessageId | None) -> None:
        """Record which message of it is pinned, if one is."""
        ...

    async def give_up(self, digest: DigestId) -> None:
        """Its reader cannot be reached: what it stood for is shown again when they come back."""
        ...

    async def take_over(self, bot_id: int) -> None:
        """From now on this bot shows digests: what another one sent is sent anew."""
        ...
