"""What every handler needs: the services, the button codec, and a way to send and edit text."""

import html
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from telegram import Bot, ForceReply, InputMediaPhoto, Message, Update, User
from telegram.error import BadRequest

from bot.callbacks.answers import answer_query
from bot.callbacks.buttons import Rows, keyboard
from bot.callbacks.codec import Codec, Press
from bot.cards.card import View
from bot.text.escaping import visible
from core.accounts import Account
from core.ids import ChatId, MessageId, OrderId, UserId
from core.orders.decisions import Presser
from core.orders.order import Order
from core.services.facade import Services

_NAME_LIMIT = 64
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Awaited:
    """A question of ours that is to be answered by typing; `order_id` when it asks why that order was rejected."""

    at: datetime
    order_id: OrderId | None = None


@dataclass(frozen=True, slots=True)
class HandlerContext:
    """The services and the signature that handlers share."""

    services: Services
    codec: Codec
    awaited: dict[ChatId, Awaited] = field(default_factory=dict)
    """The last question in each chat."""

    async def reply(self, message: Message, text: str, rows: Rows = ()) -> Message:
        """Send a message to the chat of this one."""
        markup = keyboard(rows, self.codec, ChatId(message.chat.id))
        return await message.reply_text(text, reply_markup=markup)

    async def view(self, user_id: UserId, account: Account, order: Order) -> View:
        """What the order's card shows to this person."""
        links = await self.services.client_view.accounts_of(user_id)
        role = next((link.role for _, link in links if link.account_id == account.id), None)
        check = await self.services.checks.look(account, order)
        return View(order, account, user_id, role, len(links) > 1, check)


class ButtonPress:
    """One press of a valid button in its presser's own chat."""

    def __init__(self, handler_context: HandlerContext, update: Update, press: Press) -> None:
        query = update.callback_query
        assert query is not None
        assert query.message is not None
        self._handler_context = handler_context
        self._query = query
        self._message = query.message
        self.press = press
        self.is_answered = False
        chat_id, message_id = ChatId(self._message.chat.id), MessageId(self._message.message_id)
        self.presser = Presser(UserId(query.from_user.id), person_name(query.from_user), chat_id, message_id)

    async def answer(self, text: str = "", alert: bool = False) -> None:
        """Answer the press with plain text; what comes after the first answer becomes a message."""
        if not self.is_answered:
            self.is_answered = True
            await answer_query(self._query, text, alert)
        elif text:
            await self.say(html.escape(text, quote=False))

    async def say(self, text: str, rows: Rows = ()) -> Message:
        """Send a message to the person who pressed."""
        markup = keyboard(rows, self._handler_context.codec, self.presser.chat_id)
        return await self.bot.send_message(self.presser.chat_id, text, reply_markup=markup)

    async def ask(self, text: str, hint: str, why_rejected: OrderId | None = None) -> None:
        """Ask the person who pressed for words that they type."""
        asked = Awaited(self._handler_context.services.clock.now(), why_rejected)
        self._handler_context.awaited[self.presser.chat_id] = asked
        markup = ForceReply(input_field_placeholder=hint)
        await self.bot.send_message(self.presser.chat_id, text, reply_markup=markup)

    async def edit(self, text: str, rows: Rows = ()) -> None:
        """Change the pressed message, or send a new one when it cannot be changed any more."""
        markup = keyboard(rows, self._handler_context.codec, self.presser.chat_id)
        chat_id, message_id = self.presser.chat_id, self.presser.message_id
        try:
            await self.bot.edit_message_text(text, chat_id, message_id, reply_markup=markup)
        except BadRequest as fault:
            if not _is_unchanged(fault):
                await self.say(text, rows)

    async def edit_photo(self, picture: bytes, caption: str, rows: Rows = ()) -> bool:
        """Change the pressed picture and its caption; returns whether they are shown now."""
        markup = keyboard(rows, self._handler_context.codec, self.presser.chat_id)
        chat_id, message_id = self.presser.chat_id, self.presser.message_id
        media = InputMediaPhoto(picture, caption=caption, filename="pnl.png")
        try:
            await self.bot.edit_message_media(media, chat_id, message_id, reply_markup=markup)
        except BadRequest as fault:
            return _is_unchanged(fault)
        return True

    @property
    def bot(self) -> Bot:
        """The bot that was pressed."""
        return self._query.get_bot()


def _is_unchanged(fault: BadRequest) -> bool:
    """Whether an edit was refused because it would change nothing; any other reason is logged."""
    if "not modified" in fault.message.lower():
        return True
    _log.info("message.not_edited", why=fault.message)
    return False


def person_name(person: User) -> str:
    """A person's name on one line."""
    return visible(person.full_name, _NAME_LIMIT)
