"""/modify: another price, quantity or trigger for what waits at the broker, by buttons or by typing."""

import html
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from telegram import Message, Update
from telegram.ext import filters

from bot.callbacks.codec import Refused
from bot.handlers.actions.action_context import ActionContext, Asked, Page, carried_out, toast
from bot.handlers.actions.waiting_list import CHANGE, WaitingList
from bot.handlers.context import ButtonPress
from bot.pages.questions import TYPED, change_question, terms_in_words
from bot.text import actions as texts
from bot.text.escaping import shown
from bot.text.language.retelling import retold
from core.client.changes import NAMES, parse_number, parse_numbers
from core.errors import NotFound
from core.ids import ChatId, UserId
from core.services.trading.client_calls import Outcome
from core.services.trading.waiting_orders import Found

NOTE_MARK = "~"


class Changes:
    """Asks what to change, again after each number, and carries out what was last shown."""

    def __init__(self, context: ActionContext, waiting: WaitingList) -> None:
        self._context = context
        self._waiting = waiting
        self._changes = context.services.client_actions.changes

    async def modify(self, update: Update, context: Any) -> None:
        """`/modify ID [price=… quantity=… trigger=…]`; without an ID, what waits as buttons."""
        await self._context.answer(update, self._one)

    async def choose(self, tap: ButtonPress, found: Found) -> None:
        """An order of the list was chosen: what can be changed of it, as a message of its own."""
        question = await self._changes.ask_change(tap.presser.user_id, found, {})
        await tap.answer()
        await tap.say(*change_question(question))

    async def set(self, tap: ButtonPress, token: str, name: str, how: str) -> None:
        """A number goes up or down by so many ticks or lots, or is to be typed."""
        number = NAMES[int(name)]
        if how == TYPED:
            await self._ask_number(tap, token, number)
            return
        try:
            question = await self._changes.step(tap.presser.user_id, token, number, int(how))
        except NotFound as gone:
            await tap.answer(retold(str(gone)), alert=True)
            return
        await tap.answer()
        await tap.edit(*change_question(question))

    async def typed(self, update: Update, context: Any) -> None:
        """A number that was typed as a reply to our question."""
        message = update.message
        if message is None or message.from_user is None:
            return
        asked = Asked(message, UserId(message.from_user.id), ())
        async with self._context.telling(asked):
            try:
                token, numbers = self._read(message)
            except Refused:
                await self._context.reply(asked, texts.NOT_BOUND)
                return
            question = await self._changes.ask_again(asked.user_id, token, numbers)
            await self._context.reply(asked, *change_question(question))

    async def confirm(self, tap: ButtonPress, token: str) -> None:
        """Yes: change it, and say what came of it."""
        outcome = await carried_out(tap, self._changes.confirm_change(tap.presser.user_id, token))
        if outcome is None:
            return
        await toast(tap)
        await tap.edit(_in_words(outcome))

    def _read(self, message: Message) -> tuple[str, Mapping[str, Decimal]]:
        """The question that a reply is about, and its number. Raises Refused, Invalid."""
        asked = message.reply_to_message
        text = (asked.text or "") if asked is not None else ""
        note = self._context.handler_context.codec.read_note(text, ChatId(message.chat.id))
        return note[:-1], {NAMES[int(note[-1])]: parse_number(message.text or "")}

    async def _one(self, asked: Asked) -> Page:
        if not asked.words:
            return await self._waiting.page(asked.user_id, CHANGE)
        numbers = parse_numbers(" ".join(asked.words[1:]))
        found = await self._context.services.client_actions.cancels.find(asked.user_id, asked.words[0])
        return change_question(await self._changes.ask_change(asked.user_id, found, numbers))

    async def _ask_number(self, tap: ButtonPress, token: str, name: str) -> None:
        await tap.answer(texts.ANSWER_BELOW)
        chat_id = tap.presser.chat_id
        note = self._context.handler_context.codec.note(f"{token}{NAMES.index(name)}", chat_id)
        example = "50" if name == "quantity" else "112.50"
        text = texts.ASK_NUMBER.format(name=texts.NAMES[name].lower(), example=example, reference=html.escape(note))
        await tap.ask(text, texts.NUMBER_HINT)


class AnswersNumber(filters.MessageFilter):
    """Replies to our question for a number."""

    def filter(self, message: Message) -> bool:
        """Whether the message that is replied to ends in a note of ours."""
        asked = message.reply_to_message
        return asked is not None and NOTE_MARK in (asked.text or "").rpartition("Ref ")[2]


def _in_words(outcome: Outcome) -> str:
    what = shown(outcome.target.broker_order_id, 32)
    if outcome.answer is not None:
        return texts.CHANGED.format(what=f"{terms_in_words(outcome.answer.terms)}, {what}")
    if outcome.is_unknown:
        return texts.UNCONFIRMED.format(what=what)
    return texts.NOT_CHANGED.format(why=shown(retold(outcome.problem), 200))
