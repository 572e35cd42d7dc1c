"""/help, and the answers to unknown commands and other messages."""

import re
from collections.abc import Awaitable, Callable, Set
from typing import Any

from telegram import Message, Update

from bot.handlers.context import HandlerContext
from bot.text import messages as texts
from core.accounts import Role
from core.ids import UserId

PlainReason = Callable[[Message], Awaitable[str | None]]
_API_KEY = re.compile(r"\bcs_[A-Za-z0-9_-]{20,}|(?<![0-9A-Za-z])[0-9A-Fa-f]{64}(?![0-9A-Za-z])")
"""Ours, and OpenAlgo's, which `key import` keeps valid."""


class Help:
    """Answers /help, unknown commands and other words."""

    def __init__(self, handler_context: HandlerContext, plain_reason: PlainReason) -> None:
        self._handler_context = handler_context
        self._plain_reason = plain_reason

    async def help(self, update: Update, context: Any) -> None:
        """Send what this bot can do for this person."""
        message = update.message
        if message is None or message.from_user is None:
            return
        links = await self._handler_context.services.client_view.accounts_of(UserId(message.from_user.id))
        missing = _beyond({link.role for _, link in links})
        lines = [f"/{name} – {what}" for name, what in texts.COMMANDS.items() if name not in missing]
        await self._handler_context.reply(message, "\n".join([texts.HELP, "", *lines]))

    async def unknown(self, update: Update, context: Any) -> None:
        """Answer anything else; a message with an API key is removed from the chat."""
        message = update.message
        if message is None:
            return
        text = message.text or message.caption or ""
        if _API_KEY.search(text):
            await message.delete()
            await self._handler_context.reply(message, texts.KEY_PASTED)
        elif text.startswith("/"):
            await self._handler_context.reply(message, texts.UNKNOWN_COMMAND)
        else:
            taken = await self._plain_reason(message) if message.text else None
            await self._handler_context.reply(message, taken or texts.UNKNOWN_TEXT)


def _beyond(roles: Set[Role]) -> Set[str]:
    """The commands that these roles have nothing from."""
    deciders = frozenset[str]() if any(role.decides for role in roles) else texts.FOR_DECIDERS
    return deciders | (frozenset() if Role.OWNER in roles else texts.FOR_OWNERS)
