"""Answers callback queries, within the 200 characters that Telegram allows."""

import structlog
from telegram import CallbackQuery
from telegram.error import BadRequest, TelegramError

TOAST_LENGTH = 200
_log = structlog.get_logger()


async def answer_query(query: CallbackQuery, text: str = "", alert: bool = False) -> None:
    """Show `text` to the person who pressed; a query too old to answer, or an unreachable Telegram, is ignored."""
    cut = text if len(text) <= TOAST_LENGTH else text[: TOAST_LENGTH - 1] + "…"
    try:
        await query.answer(cut or None, show_alert=alert)
    except BadRequest as late:
        _log.info("press.answered_too_late", why=late.message)
    except TelegramError as fault:
        _log.warning("press.not_answered", why=fault.message)
