"""A telegram.ext.Application that asks the gate about every update."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import Application

from bot.access.gate import Gate
from bot.text.language.translation import speaking
from bot.transport.presses import Presses
from core.accounts import Language
from core.errors import CountersignError
from core.ids import UserId
from core.services.access.languages import Languages
from core.services.background_tasks import BackgroundTasks
from core.urgency import urgent


class GatedApplication(Application[Any, Any, Any, Any, Any, Any]):
    """Handles only updates that the gate admits; when the gate cannot decide, the update is refused."""

    def __init__(
        self, gate: Gate, languages: Languages, identified: Callable[[int], Awaitable[None]], **kwargs: Any
    ) -> None:
        """`identified` is called with the bot's number before any update is handled."""
        super().__init__(**kwargs)
        self._gate = gate
        self._languages = languages
        self._identified = identified
        self.presses = Presses()
        self.background = BackgroundTasks()
        self.connected = asyncio.Event()
        """Set once Telegram has said who the bot is; before that nothing can be sent."""

    async def initialize(self) -> None:
        """Ask Telegram who the bot is. Raises TelegramError, Unready."""
        await super().initialize()
        await self._identified(self.bot.id)
        self.connected.set()

    async def shutdown(self) -> None:
        """Close everything, also when Telegram never answered."""
        await self.background.close()
        await super().shutdown()
        await self.bot.shutdown()

    async def process_update(self, update: object) -> None:
        """Handle one update, if the gate admits it, in the language of whoever it came from."""
        if not isinstance(update, Update):
            return
        person = update.effective_user
        language = Language.ENGLISH
        if person is not None:
            language = await self._languages.of(UserId(person.id), person.language_code)
        with speaking(language):
            await self._process_in_turn(update)

    async def _process_in_turn(self, update: Update) -> None:
        if update.callback_query is None:
            await self._process_admitted(update)
            return
        with self.presses.handling(update.callback_query.from_user.id):
            await self._process_admitted(update)

    async def _process_admitted(self, update: Update) -> None:
        try:
            is_admitted = await self._gate.admits(update)
        except (CountersignError, TelegramError) as fault:
            await self.process_error(update, fault)
            return
        if is_admitted:
            # A client's own commands try a broker that is left alone because it did not answer.
            with urgent():
                await super().process_update(update)
