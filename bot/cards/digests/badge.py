"""Pins the digest of what waits in its chat, so that the number of waiting orders is always in sight."""

import structlog
from telegram.error import BadRequest, TelegramError

from bot.cards.sender import Telegram
from bot.transport.rate_limiter import Turn
from core.ids import ChatId, MessageId
from core.ports import DigestKind
from core.services.approval.digests import DigestBook, DigestView

_log = structlog.get_logger()


class Badge:
    """Calls Telegram only when another message is to be pinned than is; what is pinned is in the database."""

    def __init__(self, telegram: Telegram, digests: DigestBook) -> None:
        self._bot = telegram.bot
        self._digests = digests

    async def settle(self, view: DigestView, message_id: MessageId, turn: Turn) -> None:
        """Pin or unpin, in this turn or its own. Raises TelegramError when it has to be tried again; Unready.

        A chat in which the bot may not pin is left as it is.
        """
        digest = view.digest
        is_waiting = digest.kind is DigestKind.WAITING and digest.is_open and view.counts.total > 0
        wanted = message_id if is_waiting else None
        if wanted == digest.pinned_id:
            return
        try:
            await self._call(digest.chat_id, wanted, digest.pinned_id, turn)
        except BadRequest as refused:
            _log.info("digest.not_pinned", chat=digest.chat_id, why=refused.message)
        except TelegramError:
            await self._digests.mark_due(digest)
            raise
        await self._digests.record_pinned(digest, wanted)

    async def _call(self, chat_id: ChatId, wanted: MessageId | None, was: MessageId | None, turn: Turn) -> None:
        if wanted is None:
            await self._bot.unpin_chat_message(chat_id, message_id=was, rate_limit_args=turn)
        else:
            await self._bot.pin_chat_message(chat_id, wanted, disable_notification=True, rate_limit_args=turn)
