"""The queue of cards that must be sent or edited."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from core.accounts import Account, Role
from core.audit import SYSTEM, Event, Kind
from core.ids import CardId, ChatId, MessageId, OrderId, UserId
from core.orders.decisions import Presser
from core.orders.order import ApiType, Order
from core.orders.states import QueueStatus
from core.ports import Card, Checkpoint, Database, DigestKind, ReadTransaction, Urgency
from core.review.check import Check
from core.services.approval.checks import Checks
from core.services.trusted_clock import TrustedClock

BATCH = 500
STALE = timedelta(seconds=60)
REFRESHED_AT_ONCE = 10
MOST_UNSEEN = 3
"""How many first cards one chat gets; what comes with them goes into a digest."""
UNSEEN_FOR = timedelta(seconds=30)
"""How long after it was sent a card counts as unseen: what comes later gets a card, and so a sound, of its own."""


@dataclass(frozen=True, slots=True)
class DueCard:
    """A card that its chat may show out of date, or not at all."""

    card: Card
    order: Order
    account: Account
    role: Role | None
    """The reader's role; None when they are not linked any more."""
    many_accounts: bool
    """Whether the reader must be told which account this is."""
    has_followers: bool
    """Whether more cards of the chat were due at the same time."""
    crowds: DigestKind | None = None
    """The digest in which it belongs, when its chat has had too many first cards just now."""


class CardQueue:
    """The card keeper's queue, kept in the database."""

    def __init__(self, database: Database, clock: TrustedClock, checkpoint: Checkpoint, checks: Checks) -> None:
        self._checks = checks
        self._database = database
        self._clock = clock
        self._checkpoint = checkpoint
        self.bot_id: int | None = None
        self.wake = asyncio.Event()

    async def plan(self) -> int:
        """Turn every order that moved into due cards; returns how many orders. Raises Unready."""
        planned = count = await self._plan_some()
        # Orders that arrive meanwhile are planned next time: under load this would never end.
        while count == BATCH:
            count = await self._plan_some()
            planned += count
        return planned

    async def chats_due(self) -> Sequence[tuple[ChatId, Urgency]]:
        """Chats that have a card to show, once for each urgency, the most urgent first."""
        async with self._database.read() as tx:
            return await tx.cards.chats_due()

    async def take_over(self, bot_id: int) -> None:
        """This bot shows the cards from now on; message numbers of another one mean nothing to it. Raises Unready."""
        async with self._database.begin(lengthy=True) as tx:
            await tx.cards.take_over(bot_id)
            await tx.digests.take_over(bot_id)
            await tx.commit()
        self.bot_id = bot_id
        self.wake.set()

    async def next_due(
        self, chat_id: ChatId, urgencies: Collection[Urgency] = tuple(Urgency), aside: Collection[CardId] = ()
    ) -> DueCard | None:
        """The most urgent card of this chat, apart from those set aside."""
        async with self._database.read() as tx:
            found = await tx.cards.next_due(chat_id, urgencies, aside)
            if found is None:
                return None
            card, order, has_followers = found
            links = await tx.accounts.list_links_of(card.user_id)
            role = next((link.role for link in links if link.account_id == order.account_id), None)
            account = await tx.accounts.get(order.account_id)
            crowds = await self._find_crowd(tx, card, order)
        if crowds is not None:
            return DueCard(card, order, account, role, len(links) > 1, has_followers, crowds)
        self._checkpoint("posting" if card.message_id is None else "editing")
        return DueCard(card, order, account, role, len(links) > 1, has_followers)

    async def check(self, due: DueCard) -> Check | None:
        """What the reader should know about the order, if it waits."""
        return await self._checks.look(due.account, due.order)

    async def record_shown(self, due: DueCard, message_id: MessageId, text_hash: str, terms_text: str) -> None:
        """Record what the chat shows now, and audit the exact terms when they were not shown there before."""
        self._checkpoint("posted" if due.card.message_id is None else "edited")
        now, order = self._clock.now(), due.order
        shown = replace(
            due.card,
            message_id=message_id,
            shown_version=order.version,
            shown_text=text_hash,
            shown_at=now,
            bot_id=self.bot_id,
        )
        async with self._database.begin() as tx:
            if _shows_new_terms(due):
                facts = {"chat": shown.chat_id, "message": message_id, "version": order.version, "terms": terms_text}
                await tx.audit.append(Event(order.account_id, Kind.ORDER_SHOWN, SYSTEM, now, order.id, facts))
            await tx.cards.record_shown(shown, order.version)
            await tx.commit()

    async def record_gone(self, due: DueCard) -> None:
        """Record that the message is gone, or that its reader may not see it any more."""
        async with self._database.begin() as tx:
            await tx.cards.record_gone(due.card.id)
            await tx.commit()

    async def record_unreachable(self, due: DueCard, why: str) -> None:
        """Telegram refuses to show this person anything, until they write to the bot again."""
        async with self._database.begin() as tx:
            await tx.cards.record_gone(due.card.id)
            await tx.accounts.record_unreachable(due.card.user_id, self._clock.now(), why)
            await tx.commit()

    async def record_reached(self, user_id: UserId) -> None:
        """This person writes to the bot again: what waits is shown to them. Raises Unready."""
        async with self._database.begin() as tx:
            await tx.accounts.record_reached(user_id)
            await tx.cards.show_again(user_id)
            await tx.commit()
        self.wake.set()

    async def adopt(self, order_id: OrderId, presser: Presser) -> None:
        """Record a message as a card that was sent, but not recorded because of a crash."""
        async with self._database.begin() as tx:
            await tx.cards.adopt(order_id, presser, self.bot_id)
            await tx.commit()
        self.wake.set()

    async def is_recorded(self, order_id: OrderId, chat_id: ChatId, message_id: MessageId) -> bool:
        """Whether this message is known as a card of this order."""
        async with self._database.read() as tx:
            return await tx.cards.is_recorded(order_id, chat_id, message_id)

    async def refresh_stale(self) -> None:
        """Mark digests and a few of the newest waiting cards as due, for a fresh price and time left."""
        before = self._clock.now() - STALE
        async with self._database.read() as look:
            stale = await look.cards.list_stale(before, REFRESHED_AT_ONCE)
            is_old = await look.digests.is_any_stale(before)
        if not stale and not is_old:
            return
        async with self._database.begin() as tx:
            await tx.cards.mark_due(stale)
            await tx.digests.mark_stale(before)
            await tx.commit()

    async def _find_crowd(self, tx: ReadTransaction, card: Card, order: Order) -> DigestKind | None:
        kind = _kind_of(order)
        if card.message_id is not None or kind is None:
            return None
        unseen = await tx.digests.count_unseen(card.chat_id, kind, self._clock.now() - UNSEEN_FOR)
        return kind if unseen >= MOST_UNSEEN else None

    async def _plan_some(self) -> int:
        async with self._database.read() as look:
            if not await look.cards.has_work():
                return 0
        return await self._database.plan_cards(BATCH)


def _shows_new_terms(due: DueCard) -> bool:
    """Whether the card's terms are not audited yet; the trail has the terms of every version shown for decision."""
    is_first = due.card.message_id is None
    return is_first or (due.order.status is QueueStatus.PENDING and due.card.shown_version != due.order.version)


def _kind_of(order: Order) -> DigestKind | None:
    """In which digest an order may stand; None for what a person gave, who waits for its card."""
    if order.api_type is ApiType.CLIENT:
        return None
    return DigestKind.AUTO if order.needed_no_approval else DigestKind.WAITING
