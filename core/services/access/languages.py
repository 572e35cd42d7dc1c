"""Which language each person reads: what they chose, or what their Telegram is set to."""

from contextlib import suppress

from core.accounts import Language
from core.errors import Unready
from core.ids import UserId
from core.ports import Database


class Languages:
    """Remembers what is stored; only this service changes it. A person of whom nothing is known reads English."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stored: dict[UserId, Language | None] = {}

    async def of(self, user_id: UserId, code: str | None = None) -> Language:
        """What this person reads; until that is stored, `code` counts, the language of their Telegram."""
        with suppress(Unready):
            return await self._find(user_id) or Language.of(code)
        return Language.of(code)

    async def meet(self, user_id: UserId, code: str | None) -> None:
        """Keep the language of a linked person's Telegram, so that what comes unasked is written in it too."""
        with suppress(Unready):
            if Language.of(code) is not Language.ENGLISH and await self._find(user_id) is None:
                await self.choose(user_id, Language.of(code))

    async def choose(self, user_id: UserId, language: Language) -> None:
        """Write to this person in this language from now on. Raises Unready."""
        async with self._database.begin() as tx:
            await tx.notices.set_language(user_id, language)
            await tx.commit()
        self._stored[user_id] = language

    async def _find(self, user_id: UserId) -> Language | None:
        if user_id not in self._stored:
            async with self._database.read() as tx:
                self._stored[user_id] = await tx.notices.find_language(user_id)
        return self._stored[user_id]
