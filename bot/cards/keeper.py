"""The card keeper: compares what each chat shows with what it should show, and sends the difference."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from bot.cards.card_claims import CardClaims
from bot.cards.digests.digest_sender import DigestSender
from bot.cards.pauses import Pauses
from bot.cards.sender import CardSender
from bot.transport.fault_barrier import contained
from bot.transport.presses import Presses
from bot.transport.priorities import Priority
from bot.transport.rate_limiter import TelegramLimiter, Turn
from bot.transport.send_queue import Lane, Place
from core.errors import CountersignError
from core.ids import CardId, ChatId
from core.ports import Urgency
from core.services.approval.card_queue import CardQueue, DueCard
from core.services.approval.digests import DigestBook
from core.services.background_tasks import BackgroundTasks
from core.services.wakeups import is_set_within

POLL_SECONDS = 1.0
REST_SECONDS = 0.1
"""Seconds before each pass: simultaneous changes become one edit, and sending orders gets the database first."""
FINISH_WITHIN = 3.0
MOST_REFUSALS = 5
"""After so many of Telegram's own refusals a card is given up, until its reader writes to the bot."""
ASIDE_SECONDS = 30.0
"""How long a card is set aside that we could not render or send for a fault of ours; others go on meanwhile."""
_STARTED_AT_ONCE = 25
"""Workers that are started before the event loop gets to do other things."""
_MOVED = (Urgency.DECIDED, Urgency.CHANGED)
_URGENCIES = {
    Priority.TAPPED: _MOVED,
    Priority.NEW: (Urgency.NEW,),
    Priority.MOVED: _MOVED,
    Priority.UNASKED: (Urgency.UNASKED,),
    Priority.REFRESH: (Urgency.REFRESH,),
}
_SENT_ANEW = (Priority.NEW, Priority.UNASKED)
DIGEST_SECONDS = 2.0
"""Seconds between two edits of one chat's digests: its other cards have as much of the chat's allowance."""
_log = structlog.get_logger()

Work = tuple[ChatId, Priority]
"""The due cards of one priority in one chat."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What decides when a card may be sent."""

    limiter: TelegramLimiter
    presses: Presses


@dataclass(frozen=True, slots=True)
class Digesting:
    """What puts many orders into one message, and what sends that."""

    book: DigestBook
    sender: DigestSender


class CardKeeper:
    """Runs a worker task for each chat and priority with due cards, so that none delays another.

    A worker first waits for its turn to send, and then reads and renders its card: the limiter decides what is
    worked at, and what is sent is never older than its turn.
    """

    def __init__(
        self,
        cards: CardQueue,
        sender: CardSender,
        digests: Digesting,
        traffic: Traffic,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cards = cards
        self._sender = sender
        self._digests = digests
        self._traffic = traffic
        self._seconds = seconds
        self._workers = BackgroundTasks()
        self._pauses: Pauses[Work] = Pauses(seconds)
        self._again: set[Work] = set()
        """What was found due once more while its worker was busy."""
        self._waiting: set[asyncio.Task[Any]] = set()
        """Workers whose turn has not come."""
        self._claims = CardClaims(cards.wake.set)
        self._refusals: Counter[CardId] = Counter()
        self._aside: dict[CardId, float] = {}
        self._is_stopping = False

    async def run(self) -> None:
        """Keep cards true until cancelled; then finish what is being sent."""
        self._is_stopping = False
        try:
            while True:
                self._cards.wake.clear()
                await self.work()
                await is_set_within(self._cards.wake, POLL_SECONDS)
                await asyncio.sleep(REST_SECONDS)
        finally:
            self._is_stopping = True
            for waiting in self._waiting:
                waiting.cancel()
            await self._workers.close(FINISH_WITHIN)

    async def work(self) -> None:
        """Plan due cards once, and start a worker for everything that is due."""
        try:
            await self._cards.plan()
            due = await self._cards.chats_due()
            digests_due = await self._digests.book.chats_due()
        except CountersignError as fault:
            _log.warning("cards.postponed", why=str(fault))
            return
        works = dict.fromkeys((chat_id, self._priority(chat_id, urgency)) for chat_id, urgency in due)
        works |= dict.fromkeys((chat_id, Priority.DIGEST) for chat_id in digests_due)
        self._pauses.keep_only(works.keys())
        for number, work in enumerate(works, 1):
            self._begin(work)
            if number % _STARTED_AT_ONCE == 0:
                await asyncio.sleep(0)

    async def settle(self) -> None:
        """Wait until no worker is busy."""
        await self._workers.wait()

    def _priority(self, chat_id: ChatId, urgency: Urgency) -> Priority:
        if urgency in _MOVED:
            return Priority.TAPPED if self._traffic.presses.is_recent(chat_id) else Priority.MOVED
        return {Urgency.NEW: Priority.NEW, Urgency.UNASKED: Priority.UNASKED}.get(urgency, Priority.REFRESH)

    def _begin(self, work: Work) -> None:
        if self._workers.is_busy(work):
            self._again.add(work)
        elif not self._pauses.is_paused(work):
            self._workers.start(self._serve(work), f"cards of chat {work[0]}", work)

    async def _serve(self, work: Work) -> None:
        show_next = self._show_digest if work[1] is Priority.DIGEST else self._show_next
        while not self._is_stopping and await contained("cards.failed", show_next(work)):
            pass

    async def _show_next(self, work: Work) -> bool:
        """Show the most urgent card of this work; whether another may be shown right away."""
        chat_id, priority = work
        lane = Lane.SEND if priority in _SENT_ANEW else Lane.EDIT
        async with self._turn(Place(chat_id, lane), priority) as turn:
            # Paused first: whatever goes wrong from here on, this work is not tried again in a hot loop.
            self._pauses.fail(work)
            self._again.discard(work)
            if priority.is_background:
                await self._traffic.presses.let_pass()
            left_alone = {*self._set_aside(), *self._claims.pass_over(chat_id)}
            due = await self._cards.next_due(chat_id, _URGENCIES[priority], left_alone)
            if due is None or await self._show_or_absorb(work, due, turn):
                self._pauses.end(work)
        is_more = work in self._again or (due is not None and due.has_followers)
        return is_more and not self._pauses.is_paused(work)

    async def _show_digest(self, work: Work) -> bool:
        """Show a digest of this chat; whether another may be shown right away."""
        chat_id, priority = work
        is_watched = self._traffic.presses.is_recent(chat_id)
        async with self._turn(Place(chat_id, Lane.EDIT), Priority.TAPPED if is_watched else priority) as turn:
            self._pauses.fail(work)
            self._again.discard(work)
            outcome = await self._digests.sender.show_next(chat_id, turn)
            if outcome.is_done:
                self._pauses.end(work)
        if outcome.wait is not None or (outcome.is_done and not is_watched):
            self._pauses.pause(work, outcome.wait or DIGEST_SECONDS)
        return False

    async def _show_or_absorb(self, work: Work, due: DueCard, turn: Turn) -> bool:
        """Show the card, or put it and all that comes with it into a digest; whether that is done for now."""
        if due.crowds is None:
            return await self._show_alone(work, due, turn)
        await self._digests.book.absorb(due.card.chat_id, due.card.user_id, due.crowds)
        return True

    @asynccontextmanager
    async def _turn(self, place: Place, priority: Priority) -> AsyncIterator[Turn]:
        task = asyncio.current_task()
        assert task is not None
        self._waiting.add(task)
        try:
            async with self._traffic.limiter.turn(place, priority) as turn:
                self._waiting.discard(task)
                yield turn
        finally:
            self._waiting.discard(task)

    async def _show_alone(self, work: Work, due: DueCard, turn: Turn) -> bool:
        """Show the card, unless another worker has just begun to; whether it is done for now."""
        with self._claims.claim(due.card) as is_ours:
            return not is_ours or await self._show(work, due, turn)

    async def _show(self, work: Work, due: DueCard, turn: Turn) -> bool:
        """Send or edit the card; whether it is done for now."""
        facts = {"order": due.order.id, "chat": due.card.chat_id}
        outcome = await contained("card.failed", self._sender.show(due, turn), **facts)
        if outcome is None:
            self._aside[due.card.id] = self._seconds() + ASIDE_SECONDS
            return True
        if outcome.refused:
            return await self._count_refusal(due, outcome.refused)
        if outcome.is_done:
            self._refusals.pop(due.card.id, None)
        if outcome.wait is not None:
            self._pauses.pause(work, outcome.wait)
        return outcome.is_done

    def _set_aside(self) -> Collection[CardId]:
        """Cards that are left alone for now."""
        now = self._seconds()
        self._aside = {card_id: until for card_id, until in self._aside.items() if until > now}
        return self._aside.keys()

    async def _count_refusal(self, due: DueCard, why: str) -> bool:
        self._refusals[due.card.id] += 1
        if self._refusals[due.card.id] < MOST_REFUSALS:
            return False
        _log.error("card.given_up", order=due.order.id, chat=due.card.chat_id, why=why)
        await self._cards.record_unreachable(due, why)
        del self._refusals[due.card.id]
        return True
