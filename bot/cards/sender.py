"""Sends or edits one card in its chat, and returns what came of it."""

import hashlib
from dataclasses import dataclass

import structlog
from telegram import InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter

from bot.callbacks.buttons import keyboard
from bot.callbacks.codec import Codec
from bot.cards.card import Rendered, View, fingerprint, render_card
from bot.text.language.translation import speaking
from bot.transport.bot_client import PollingBot
from bot.transport.presses import Presses
from bot.transport.rate_limiter import Turn, patience
from core.clock import Clock
from core.errors import CountersignError
from core.ids import CardId, MessageId
from core.orders.states import QueueStatus
from core.services.access.client_view import ClientView
from core.services.access.languages import Languages
from core.services.approval.card_queue import CardQueue, DueCard

_UNCHANGED = "not modified"
_LOST = ("message to edit not found", "message can't be edited", "message_id_invalid")
_NOBODY = ("chat not found", "peer_id_invalid", "user not found")
_UNREADABLE = "can't parse entities"
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the chat shows the card now; if not, the seconds to wait, None for the usual back-off."""

    is_done: bool
    wait: float | None = None
    refused: str = ""
    """Why Telegram itself would not take it."""


DONE = Outcome(True)
LATER = Outcome(False)


@dataclass(frozen=True, slots=True)
class Telegram:
    """The bot that sends, what signs its buttons, the presses that go before, and what each reader reads."""

    bot: PollingBot
    codec: Codec
    presses: Presses
    languages: Languages


@dataclass(frozen=True, slots=True)
class _Message:
    """A card as Telegram takes it."""

    card: Rendered
    markup: InlineKeyboardMarkup | None

    @property
    def digest(self) -> str:
        """A short hash of exactly this text with exactly these buttons."""
        markup = self.markup.to_json() if self.markup else ""
        return hashlib.sha256(f"{self.card.html}\0{markup}".encode()).hexdigest()[:16]


class CardSender:
    """Renders a due card, sends or edits it in its chat, and records what the chat shows."""

    def __init__(self, telegram: Telegram, cards: CardQueue, client_view: ClientView, clock: Clock) -> None:
        self._bot = telegram.bot
        self._codec = telegram.codec
        self._presses = telegram.presses
        self._languages = telegram.languages
        self._cards = cards
        self._client_view = client_view
        self._clock = clock
        self._doubtful: set[CardId] = set()
        """Cards that may show something else than is recorded, because an edit was tried and not recorded."""

    async def show(self, due: DueCard, turn: Turn) -> Outcome:
        """In this turn, send what the chat does not show yet; nothing when it shows it already."""
        if due.role is None and due.card.message_id is None:
            await self._cards.record_gone(due)
            return DONE
        try:
            return await self._show(due, turn)
        except RetryAfter as slow:
            return Outcome(False, patience(slow))
        except (Forbidden, ChatMigrated) as gone:
            return await self._give_up(due, str(gone))
        except BadRequest as refused:
            if is_nobody(refused):
                return await self._give_up(due, refused.message)
            _log.error("card.refused", order=due.order.id, chat=due.card.chat_id, why=refused.message)
            return Outcome(False, refused=refused.message)
        except NetworkError as away:
            _log.info("card.not_sent", order=due.order.id, chat=due.card.chat_id, why=away.message)
            return LATER
        except CountersignError as fault:
            _log.warning("card.not_recorded", order=due.order.id, chat=due.card.chat_id, why=str(fault))
            return LATER

    async def _show(self, due: DueCard, turn: Turn) -> Outcome:
        check = await self._cards.check(due)
        view = View(due.order, due.account, due.card.user_id, due.role, due.many_accounts, check)
        now = self._clock.now()
        with speaking(await self._languages.of(view.reader)):
            quotes = self._client_view.quotes(view.account, view.order.trading_mode)
            mark, card = fingerprint(view, now), render_card(view, quotes, now)
        message = _Message(card, keyboard(card.rows, self._codec, due.card.chat_id))
        message_id = due.card.message_id
        if message_id is None or due.card.id in self._doubtful or not _shows_already(due, mark, message):
            self._doubtful.add(due.card.id)
            message_id = await self._deliver(due, message, turn)
            await self._give_way(turn)
        if due.role is None:
            await self._cards.record_gone(due)
        else:
            await self._cards.record_shown(due, message_id, mark + message.digest, card.plain)
        self._doubtful.discard(due.card.id)
        return DONE

    async def _give_way(self, turn: Turn) -> None:
        if turn.entry.priority.is_background:
            await self._presses.let_pass()

    async def _deliver(self, due: DueCard, message: _Message, turn: Turn) -> MessageId:
        try:
            return await self._edit_or_send(due, message, ParseMode.HTML, turn)
        except BadRequest as refused:
            if not _says(refused, _UNREADABLE):
                raise
            _log.error("card.html_refused", order=due.order.id, why=refused.message)
            return await self._edit_or_send(due, message, None, turn)

    async def _edit_or_send(
        self, due: DueCard, message: _Message, parse_mode: ParseMode | None, turn: Turn
    ) -> MessageId:
        if due.card.message_id is None:
            return await self._send(due, message, parse_mode, turn)
        try:
            await self._bot.edit_message_text(
                message.card.html if parse_mode else message.card.plain,
                due.card.chat_id,
                due.card.message_id,
                reply_markup=message.markup,
                parse_mode=parse_mode,
                rate_limit_args=turn,
            )
        except BadRequest as refused:
            if is_lost(refused):
                return await self._send(due, message, parse_mode, turn)
            if not is_unchanged(refused):
                raise
        return due.card.message_id

    async def _send(self, due: DueCard, message: _Message, parse_mode: ParseMode | None, turn: Turn) -> MessageId:
        is_copy_of_old = due.card.message_id is not None and due.order.status is not QueueStatus.PENDING
        sent = await self._bot.send_message(
            due.card.chat_id,
            message.card.html if parse_mode else message.card.plain,
            reply_markup=message.markup,
            parse_mode=parse_mode,
            disable_notification=is_copy_of_old,
            rate_limit_args=turn,
        )
        return MessageId(sent.message_id)

    async def _give_up(self, due: DueCard, why: str) -> Outcome:
        _log.warning("card.gone", order=due.order.id, chat=due.card.chat_id, why=why)
        await self._cards.record_unreachable(due, why)
        self._doubtful.discard(due.card.id)
        return DONE


def _shows_already(due: DueCard, mark: str, message: _Message) -> bool:
    """Whether the chat shows this very message, or one that differs only in what moves by itself within a minute."""
    shown = due.card.shown_text or ""
    return shown.startswith(mark) or shown.endswith(message.digest)


def is_unchanged(fault: BadRequest) -> bool:
    """Whether an edit would have changed nothing."""
    return _says(fault, _UNCHANGED)


def is_lost(fault: BadRequest) -> bool:
    """Whether the message that was to be edited is not there any more."""
    return _says(fault, *_LOST)


def is_nobody(fault: BadRequest) -> bool:
    """Whether there is no such chat."""
    return _says(fault, *_NOBODY)


def _says(fault: BadRequest, *words: str) -> bool:
    """Whether Telegram's error text contains one of these; python-telegram-bot changes its capitals."""
    return any(word in fault.message.lower() for word in words)
