"""The card keeper: compares what each chat shows with what it should show, and sends the difference."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection

import structlog

from bot.cards.sender import CardSender
from bot.transport.failures import Failures
from bot.transport.fault_barrier import contained
from core.errors import CountersignError
from core.ids import CardId, ChatId
from core.services.approval.card_queue import CardQueue, DueCard
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
_log = structlog.get_logger()


class CardKeeper:
    """Runs one worker task for each chat with due cards, so that a slow or broken chat never delays another."""

    def __init__(self, cards: CardQueue, sender: CardSender, seconds: Callable[[], float] = time.monotonic) -> None:
        self._cards = cards
        self._sender = sender
        self._seconds = seconds
        self._workers = BackgroundTasks()
        self._paused_until: dict[ChatId, float] = {}
        self._backoffs: dict[ChatId, Failures] = {}
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
            await self._workers.close(FINISH_WITHIN)

    async def work(self) -> None:
        """Plan due cards once, and start a worker for every chat that has one."""
        try:
            await self._cards.plan()
            chats = await self._cards.chats_due()
        except CountersignError as fault:
            _log.warning("cards.postponed", why=str(fault))
            return
        for chat_id in chats:
            if not self._workers.is_busy(chat_id) and self._paused_until.get(chat_id, 0.0) <= self._seconds():
                self._workers.start(self._serve(chat_id), f"cards of chat {chat_id}", chat_id)

    async def settle(self) -> None:
        """Wait until no worker is busy."""
        await self._workers.wait()

    async def _serve(self, chat_id: ChatId) -> None:
        while not self._is_stopping and await contained("cards.failed", self._show_next(chat_id)):
            pass

    async def _show_next(self, chat_id: ChatId) -> bool:
        """Show the chat's most urgent card; returns whether another may be shown right away."""
        # Paused first: whatever goes wrong from here on, this chat is not tried again in a hot loop.
        self._pause(chat_id, self._backoffs.setdefault(chat_id, Failures()).next())
        due = await self._cards.next_due(chat_id, self._set_aside())
        if due is None or await self._show(due):
            self._paused_until.pop(chat_id, None)
            self._backoffs.pop(chat_id, None)
        return due is not None and chat_id not in self._paused_until

    async def _show(self, due: DueCard) -> bool:
        """Send or edit the card; returns whether it is done for now."""
        facts = {"order": due.order.id, "chat": due.card.chat_id}
        outcome = await contained("card.failed", self._sender.show(due), **facts)
        if outcome is None:
            self._aside[due.card.id] = self._seconds() + ASIDE_SECONDS
            return True
        if outcome.refused:
            return await self._count_refusal(due, outcome.refused)
        if outcome.is_done:
            self._refusals.pop(due.card.id, None)
        if outcome.wait is not None:
            self._pause(due.card.chat_id, outcome.wait)
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

    def _pause(self, chat_id: ChatId, seconds: float) -> None:
        self._paused_until[chat_id] = self._seconds() + seconds
