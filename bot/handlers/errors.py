"""Telling a person that something failed, with a reference that is in the log."""

import contextlib
import secrets
from typing import Any

import structlog
from telegram import Update
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.callbacks.answers import answer_query
from bot.text import messages as texts
from bot.text.language.retelling import retold
from core.errors import CountersignError

_log = structlog.get_logger()


async def tell_failure(update: object, context: Any) -> None:
    """Log the failure of an update and tell its sender; an unreachable Telegram is only logged."""
    reference = secrets.token_hex(4)
    fault = context.error
    _log.error("update.failed", reference=reference, exc_info=fault)
    if not isinstance(update, Update) or type(fault) in {NetworkError, TimedOut}:
        return
    with contextlib.suppress(TelegramError):
        if update.callback_query is not None:
            text = texts.TAP_FAILED.format(reference=reference)
            await answer_query(update.callback_query, text, alert=True)
        elif update.message is not None:
            known = f"{retold(str(fault))}\n" if isinstance(fault, CountersignError) else ""
            await update.message.reply_text(known + texts.FAILED.format(reference=reference))
