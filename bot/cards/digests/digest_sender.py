"""Sends or edits one digest in its chat, and returns what came of it."""

import hashlib

import structlog
from telegram import InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter

from bot.callbacks.buttons import keyboard
from bot.cards.card import Rendered
from bot.cards.digests.badge import Badge
from bot.cards.digests.digest import render_digest
from bot.cards.sender import DONE, LATER, Outcome, Telegram, is_lost, is_nobody, is_unchanged
from bot.text.language.translation import speaking
from bot.transport.rate_limiter import Turn, patience
from core.clock import Clock
from core.errors import CountersignError
from core.ids import ChatId, MessageId
from core.ports import Digest
from core.services.approval.digests import DigestBook

_log = structlog.get_logger()


class DigestSender:
    """Renders a due digest, sends or edits it in its chat, and records what the chat shows."""

    def __init__(self, telegram: Telegram, digests: DigestBook, clock: Clock) -> None:
        self._bot = telegram.bot
        self._codec = telegram.codec
        self._languages = telegram.languages
        self._digests = digests
        self._clock = clock
        self._badge = Badge(telegram, digests)

    async def show_next(self, chat_id: ChatId, turn: Turn) -> Outcome:
        """In this turn, show what the next due digest of this chat should say. Raises Unready."""
        view = await self._digests.next_due(chat_id)
        if view is None:
            return DONE
        digest = view.digest
        with speaking(await self._languages.of(digest.user_id)):
            message = render_digest(view, self._clock.now())
        try:
            await self._badge.settle(view, await self._show(digest, message, turn), turn)
        except RetryAfter as slow:
            return Outcome(False, patience(slow))
        except (Forbidden, ChatMigrated) as gone:
            await self._digests.record_unreachable(digest, gone.message)
        except BadRequest as refused:
            if not is_nobody(refused):
                _log.error("digest.refused", chat=chat_id, why=refused.message)
                return LATER
            await self._digests.record_unreachable(digest, refused.message)
        except NetworkError as away:
            _log.info("digest.not_sent", chat=chat_id, why=away.message)
            return LATER
        except CountersignError as fault:
            _log.warning("digest.not_recorded", chat=chat_id, why=str(fault))
            return LATER
        return DONE

    async def _show(self, digest: Digest, message: Rendered, turn: Turn) -> MessageId:
        markup = keyboard(message.rows, self._codec, digest.chat_id)
        whole = f"{message.html}\0{markup.to_json() if markup else ''}"
        mark = hashlib.sha256(whole.encode()).hexdigest()[:16]
        message_id = digest.message_id
        if message_id is None or mark != digest.shown_text:
            message_id = await self._edit_or_send(digest, message, turn)
        await self._digests.record_shown(digest, message_id, mark)
        return message_id

    async def _edit_or_send(self, digest: Digest, message: Rendered, turn: Turn) -> MessageId:
        markup = keyboard(message.rows, self._codec, digest.chat_id)
        if digest.message_id is not None and await self._edit(digest, message, markup, turn):
            return digest.message_id
        sent = await self._bot.send_message(
            digest.chat_id, message.html, parse_mode=ParseMode.HTML, reply_markup=markup, rate_limit_args=turn
        )
        return MessageId(sent.message_id)

    async def _edit(self, digest: Digest, message: Rendered, markup: InlineKeyboardMarkup | None, turn: Turn) -> bool:
        """Change the message; whether it is still there."""
        try:
            await self._bot.edit_message_text(
                message.html,
                digest.chat_id,
                digest.message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=markup,
                rate_limit_args=turn,
            )
        except BadRequest as refused:
            # A list that is over is not worth a message of its own.
            if is_lost(refused) and digest.is_open:
                return False
            if not is_unchanged(refused) and not is_lost(refused):
                raise
        return True
