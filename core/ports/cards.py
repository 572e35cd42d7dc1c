"""The store of cards: what each chat shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Protocol

from core.ids import AccountId, CardId, ChatId, MessageId, OrderId, UserId
from core.orders.decisions import Presser
from core.orders.order import Order


class Urgency(IntEnum):
    """Why a card is due: what somebody waits for first, a fresh price last."""

    DECIDED = 0
    """It still offers what has been decided."""
    NEW = 1
    CHANGED = 2
    REFRESH = 3


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
