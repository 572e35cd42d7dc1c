"""/start: linking a person by their one-time code, and greeting those who are linked."""

from typing import Any

from telegram import Message, Update

from bot.handlers.context import HandlerContext, person_name
from bot.pages.mode_labels import modes_of
from bot.text import messages as texts
from bot.text import people_texts
from bot.text.escaping import shown
from core.errors import NotFound
from core.ids import ChatId, UserId


class Linking:
    """Answers /start."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._handler_context = handler_context

    async def start(self, update: Update, context: Any) -> None:
        """With a code: link; without: greet the linked, and tell nobody else anything."""
        message = update.message
        if message is None or message.from_user is None:
            return
        code = (message.text or "").partition(" ")[2].strip()
        if code:
            await self._redeem(message, code)
        else:
            await self._greet(message)

    async def _redeem(self, message: Message, code: str) -> None:
        person = message.from_user
        assert person is not None
        user_id, chat_id = UserId(person.id), ChatId(message.chat.id)
        try:
            account, link = await self._handler_context.services.linking.redeem(
                code, user_id, chat_id, person_name(person)
            )
        except NotFound:
            await self._handler_context.reply(message, texts.CODE_NOT_VALID)
            return
        await self._handler_context.services.insight.languages.meet(user_id, person.language_code)
        text = texts.LINKED.format(
            account=shown(account.name),
            role=people_texts.ROLE_NAMES[link.role.value],
            what=texts.ROLE_MEANS[link.role.value],
            modes=modes_of(account, link.role),
        )
        await self._handler_context.reply(message, text)

    async def _greet(self, message: Message) -> None:
        person = message.from_user
        assert person is not None
        links = await self._handler_context.services.client_view.accounts_of(UserId(person.id))
        if not links:
            await self._handler_context.reply(message, texts.STRANGER)
            return
        names = ", ".join(shown(account.name) for account, _ in links)
        await self._handler_context.reply(message, texts.WELCOME_BACK.format(accounts=names))
