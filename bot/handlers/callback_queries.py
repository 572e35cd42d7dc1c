"""Every press: read, verified, handed to its behaviour, and always answered."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from telegram import Update

from bot.callbacks.answers import answer_query
from bot.callbacks.codec import Act, Forged, Malformed, Press, Refused
from bot.handlers.context import ButtonPress, HandlerContext, person_name
from bot.text import messages as texts
from bot.text.language.retelling import retold
from core.errors import Fault, Unready
from core.ids import ChatId, MessageId, UserId
from core.orders.decisions import Presser

Behaviour = Callable[[ButtonPress], Awaitable[None]]


class CallbackQueries:
    """Decodes what was pressed and calls the behaviour for it."""

    def __init__(self, handler_context: HandlerContext, behaviours: Mapping[Act, Behaviour]) -> None:
        self._handler_context = handler_context
        self._behaviours = behaviours

    async def handle(self, update: Update, context: Any) -> None:
        """Carry out one press and stop its spinner; faults are answered by `errors.tell_failure`."""
        query = update.callback_query
        if query is None or query.message is None:
            return
        try:
            press = self._handler_context.codec.decode(query.data or "", ChatId(query.message.chat.id))
        except (Forged, Malformed) as refused:
            await answer_query(query, texts.BAD_BUTTON, alert=True)
            await self._note(update, refused)
            return
        await self._carry_out(update, press)

    async def _carry_out(self, update: Update, press: Press) -> None:
        tap = ButtonPress(self._handler_context, update, press)
        try:
            await self._behaviours[press.act](tap)
        except (Unready, Fault) as why:
            await tap.answer(retold(str(why)), alert=True)
        if not tap.is_answered:
            await tap.answer()

    async def _note(self, update: Update, refused: Refused) -> None:
        query = update.callback_query
        assert query is not None
        assert query.message is not None
        place = ChatId(query.message.chat.id), MessageId(query.message.message_id)
        presser = Presser(UserId(query.from_user.id), person_name(query.from_user), *place)
        await self._handler_context.services.decide.note_forged(presser, refused.order_id)
