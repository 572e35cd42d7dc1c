"""/language: what the bot writes to this person in."""

from typing import Any

from telegram import Update

from bot.callbacks.buttons import Button
from bot.callbacks.codec import Act, Press
from bot.handlers.context import ButtonPress, HandlerContext
from bot.handlers.orders import words_behind
from bot.text import messages as texts
from bot.text.language.translation import speaking, spoken
from core.accounts import Language
from core.ids import UserId

LANGUAGE = "language"
_NAMES = {"en": Language.ENGLISH, "english": Language.ENGLISH, "hi": Language.HINDI, "hindi": Language.HINDI}
"""What may stand behind the command, besides a language's own name."""


class LanguageChoice:
    """Shows which language it is, and changes it; everybody chooses for themselves."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._handler_context = handler_context
        self._languages = handler_context.services.insight.languages

    async def show(self, update: Update, context: Any) -> None:
        """Send the language and what else there is, or take the one that stands behind the command."""
        message = update.message
        if message is None or message.from_user is None:
            return
        word = words_behind(message)
        if not word:
            text = texts.LANGUAGE_IS.format(name=texts.LANGUAGES[spoken()])
            await self._handler_context.reply(message, text, [language_buttons()])
        elif (language := _named(word)) is None:
            await self._handler_context.reply(message, texts.LANGUAGE_USAGE, [language_buttons()])
        else:
            await self._languages.choose(UserId(message.from_user.id), language)
            with speaking(language):
                await self._handler_context.reply(message, texts.LANGUAGE_CHOSEN)

    async def choose(self, tap: ButtonPress, word: str) -> None:
        """Take the language of a button, and say so in it. Raises Unready."""
        language = Language(word)
        await self._languages.choose(tap.presser.user_id, language)
        with speaking(language):
            await tap.answer()
            await tap.say(texts.LANGUAGE_CHOSEN)


def language_buttons() -> list[Button]:
    """A button for each language, named as those who read it name it."""
    return [
        Button(texts.LANGUAGE_BUTTON.format(name=name), Press(Act.SETTINGS, argument=f"{LANGUAGE}-{language}"))
        for language, name in texts.LANGUAGES.items()
    ]


def _named(word: str) -> Language | None:
    own = {name.casefold(): language for language, name in texts.LANGUAGES.items()}
    return _NAMES.get(word.lower()) or own.get(word.casefold())
