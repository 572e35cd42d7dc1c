"""Digests: when more first cards come at once than a person can look at, one message stands for the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from core.accounts import Account, Approver
from core.ids import AccountId, ChatId, MessageId, OrderId, UserId
from core.orders.decisions import Presser
from core.orders.order import Order
from core.ports import Database, Digest, DigestCounts, DigestKind, ReadTransaction, Transaction
from core.services.approval.card_queue import MOST_UNSEEN, CardQueue
from core.services.trusted_clock import TrustedClock

AUTO_LASTS = timedelta(minutes=5)
"""For how long orders that were sent without asking are put into the same message."""
PAGE = 8


@dataclass(frozen=True, slots=True)
class DigestView:
    """What a digest stands for, as one person may see it."""

    digest: Digest
    counts: DigestCounts
    accounts: Mapping[AccountId, Account]
    page: Sequence[Order]
    """The orders of the page that it shows, the soonest to expire first."""
    decidable: int
    """How many of them this person may decide."""
    is_released: bool = False
    """Whether so few wait that they get cards of their own now."""


class DigestBook:
    """Puts orders into digests, and says what each of them should show."""

    def __init__(self, database: Database, clock: TrustedClock, cards: CardQueue) -> None:
        self._database = database
        self._clock = clock
        self._cards = cards

    async def chats_due(self) -> Sequence[ChatId]:
        """Chats with a digest that may be out of date. Raises Unready."""
        async with self._database.read() as tx:
            return await tx.digests.chats_due()

    async def absorb(self, chat_id: ChatId, user_id: UserId, kind: DigestKind) -> None:
        """Put every order that is to get its first card in this chat into the digest instead. Raises Unready."""
        now = self._clock.now()
        since = now - AUTO_LASTS if kind is DigestKind.AUTO else None
        async with self._database.begin() as tx:
            found = await tx.digests.find_open(chat_id, kind, since)
            digest = found.id if found else await tx.digests.begin(chat_id, user_id, kind, now)
            await tx.digests.absorb(digest, chat_id, kind)
            await tx.commit()
        self._cards.wake.set()

    async def next_due(self, chat_id: ChatId) -> DigestView | None:
        """What the next digest of this chat should show; so few that they fit on cards get cards. Raises Unready."""
        async with self._database.read() as tx:
            digest = await tx.digests.next_due(chat_id)
            if digest is None:
                return None
            view = await _look(tx, digest)
            if not await _is_over(tx, view):
                return view
        async with self._database.begin() as write:
            await write.digests.release(digest.id)
            await write.commit()
        self._cards.wake.set()
        return replace(view, digest=replace(digest, is_open=False), page=(), is_released=view.counts.total > 0)

    async def record_shown(self, digest: Digest, message_id: MessageId, shown_text: str) -> None:
        """Record what the chat shows now, as a hash. Raises Unready."""
        async with self._database.begin() as tx:
            shown = shown_text, self._cards.bot_id
            await tx.digests.record_shown(digest, message_id, shown, self._clock.now())
            await tx.commit()

    async def record_pinned(self, digest: Digest, message_id: MessageId | None) -> None:
        """Record which message of the digest is pinned, if one is. Raises Unready."""
        async with self._database.begin() as tx:
            await tx.digests.record_pinned(digest.id, message_id)
            await tx.commit()

    async def mark_due(self, digest: Digest) -> None:
        """Have it compared once more with what its chat shows. Raises Unready."""
        async with self._database.begin() as tx:
            await tx.digests.mark_due(digest.id)
            await tx.commit()

    async def record_unreachable(self, digest: Digest, why: str) -> None:
        """Telegram refuses to show this person anything, until they write to the bot again. Raises Unready."""
        async with self._database.begin() as tx:
            await tx.digests.give_up(digest.id)
            await tx.accounts.record_unreachable(digest.user_id, self._clock.now(), why)
            await tx.commit()

    async def turn(self, presser: Presser, page: int) -> bool:
        """Show another page; whether the pressed message is the digest of this chat. Raises Unready."""
        async with self._database.begin() as tx:
            digest = await _pressed(tx, presser)
            if digest is None:
                return False
            await tx.digests.turn(digest.id, presser.message_id, page)
            await tx.commit()
        self._cards.wake.set()
        return True

    async def numbers(self, presser: Presser, limit: int) -> Sequence[OrderId] | None:
        """What waits in the pressed digest and this person may decide, the soonest to expire first. Raises Unready.

        None when the message is no digest of this chat any more.
        """
        async with self._database.read() as tx:
            digest = await _pressed(tx, presser)
            if digest is None:
                return None
            links = await tx.accounts.list_accounts_of(presser.user_id)
            return await tx.digests.numbers(digest, _decided(links), limit)


async def _is_over(tx: ReadTransaction, view: DigestView) -> bool:
    """Whether what waits in it is nothing, or so little that it fits on cards."""
    digest, waiting = view.digest, view.counts.total
    if not digest.is_open or digest.kind is not DigestKind.WAITING or waiting > MOST_UNSEEN:
        return False
    return not waiting or await tx.digests.count_undecided(digest) <= MOST_UNSEEN


async def _look(tx: ReadTransaction, digest: Digest) -> DigestView:
    """What it stands for; a page that is not there any more becomes the last one."""
    links = await tx.accounts.list_accounts_of(digest.user_id)
    accounts = {account.id: account for account, _ in links}
    counts = await tx.digests.count(digest, [*accounts])
    page: Sequence[Order] = ()
    if digest.kind is DigestKind.WAITING:
        digest = replace(digest, page=max(0, min(digest.page, (counts.total - 1) // PAGE)))
        page = await tx.digests.list_waiting(digest, [*accounts], digest.page * PAGE, PAGE)
    decided = _decided(links)
    decidable = sum(count for (account_id, _), count in counts.books.items() if account_id in decided)
    return DigestView(digest, counts, accounts, page, decidable)


async def _pressed(tx: ReadTransaction | Transaction, presser: Presser) -> Digest | None:
    """The open digest of the chat, unless an older message was pressed; one just sent may not be recorded yet."""
    digest = await tx.digests.find_open(presser.chat_id, DigestKind.WAITING)
    if digest is None or (digest.message_id is not None and presser.message_id < digest.message_id):
        return None
    return digest


def _decided(links: Sequence[tuple[Account, Approver]]) -> list[AccountId]:
    return [account.id for account, link in links if link.role.decides and account.enabled]
