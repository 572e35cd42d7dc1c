"""Asking Telegram who the bot is, and the link that leads a person to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.settings.settings import Settings, Telegram
from core.accounts import Role
from core.audit import Actor
from core.errors import ConfigError
from core.services.access.linking import NewLink

if TYPE_CHECKING:
    from core.services.facade import Services

ANSWER_WITHIN = 10.0
"""Seconds."""


class NoAnswer(ConfigError):
    """Telegram did not say whether the token is right."""


class WrongToken(ConfigError):
    """Telegram does not know this bot token (telegram.token)."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link code, with the address that opens it in Telegram when the bot's name could be asked."""

    link: NewLink
    url: str | None


async def ask_bot_name(telegram: Telegram) -> str:
    """The bot's user name. Raises ConfigError: WrongToken, or NoAnswer when Telegram cannot be reached."""
    from telegram.error import InvalidToken, TelegramError

    from bot.transport.bot_client import build_bot

    token = telegram.token.get_secret_value()
    if not token:
        raise ConfigError("telegram.token is empty; get one from @BotFather.")
    try:
        async with asyncio.timeout(ANSWER_WITHIN), build_bot(token, telegram.base_url, lambda _: None) as bot:
            return bot.username
    except InvalidToken:
        raise WrongToken() from None
    except (TelegramError, TimeoutError) as fault:
        raise NoAnswer(f"Telegram at {telegram.base_url} did not answer: {type(fault).__name__}.") from None


async def invite(settings: Settings, services: Services, account: str, role: Role, actor: Actor) -> Invitation:
    """Make a one-time link to this account. Raises NotFound."""
    found = await services.accounts.get(account)
    link = await services.linking.create(found.id, role, actor)
    start = await find_start_link(settings.telegram)
    return Invitation(link, f"{start}{link.code}" if start else None)


async def find_start_link(telegram: Telegram) -> str:
    """The address that opens a code in Telegram, up to the code; empty when the bot's name cannot be asked."""
    try:
        return f"https://t.me/{await ask_bot_name(telegram)}?start="
    except ConfigError:
        return ""
