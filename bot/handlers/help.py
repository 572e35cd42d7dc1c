"""/help, and the answers to unknown commands and other messages."""

import re
from typing import Any

from telegram import Update

from bot.handlers.context import HandlerContext
from bot.text import messages as texts

_API_KEY = re.compile(r"\bcs_[A-Za-z0-9_-]{20,}")


class Help:
    """Answers /help, unknown commands and other words."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._handler_context = handler_context

    async def help(self, update: Update, context: Any) -> None:
        """Send what this bot can do."""
        if update.message is not None:
            lines = [f"/{name} – {what}" for name, what in texts.COMMANDS.items()]
            await self._handler_context.reply(update.message, "\n".join([texts.HELP, "", *lines]))

    async def unknown(self, update: Update, context: Any) -> None:
        """Answer anything else; a message with an API key is removed from the chat."""
        message = update.message
        if message is None:
            return
        text = message.text or message.caption or ""
        if _API_KEY.search(text):
            await message.delete()
            await self._handler_context.reply(message, texts.KEY_PASTED)
        else:
            reply = texts.UNKNOWN_COMMAND if text.startswith("/") else texts.UNKNOWN_TEXT
            await self._handler_context.reply(message, reply)
