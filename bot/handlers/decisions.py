"""The buttons Approve and Reject, and the reason for a rejection."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import structlog
from telegram import Message, Update

from bot.callbacks.codec import Refused
from bot.cards.decision_toasts import GLAD, toast
from bot.handlers.context import ButtonPress, HandlerContext, person_name
from bot.text import messages as texts
from bot.text.language.translation import speaking
from core.accounts import Language
from core.errors import CountersignError
from core.ids import ChatId, MessageId, OrderId, UserId
from core.orders.decisions import WITHOUT_AUTHORITY, Answer, Presser, Verdict
from core.services.approval.surroundings import Opening

_log = structlog.get_logger()

WORKING_AFTER = 0.8
"""Seconds after which a press is answered that the work goes on."""
REASON_LENGTH = 300
TAKEN_FOR = timedelta(minutes=1)
"""So long after a reject the next words are its reason."""


class Decisions:
    """The buttons under a card, and the typed reason."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._handler_context = handler_context
        self._decide = handler_context.services.decide

    async def approve(self, tap: ButtonPress) -> None:
        """Approve the order."""
        press = tap.press
        await self._answer(tap, self._decide.approve(press.order_id, press.version, tap.presser))

    async def reject(self, tap: ButtonPress) -> None:
        """Reject the order."""
        press = tap.press
        await self._answer(tap, self._decide.reject(press.order_id, press.version, tap.presser))

    async def reason(self, tap: ButtonPress) -> None:
        """Store the ready-made reason that was chosen."""
        with speaking(Language.ENGLISH):
            # The record, and with it the strategy, is told in English.
            reason = dict(enumerate(texts.READY_REASONS)).get(int(tap.press.argument or -1))
        if reason is None:
            await tap.answer(texts.BAD_BUTTON, alert=True)
            return
        await self._answer(tap, self._decide.give_reason(tap.press.order_id, tap.presser, reason))

    async def no_reason(self, tap: ButtonPress) -> None:
        """Store that no reason is given."""
        with speaking(Language.ENGLISH):
            work = self._decide.give_reason(tap.press.order_id, tap.presser, texts.NO_REASON_GIVEN)
        await self._answer(tap, work)

    async def other_reason(self, tap: ButtonPress) -> None:
        """Ask for a typed reason; the answer finds its order by the signed reference in the question."""
        await tap.answer(texts.REASON_ASKED)
        order_id, chat_id = tap.press.order_id, tap.presser.chat_id
        reference = self._handler_context.codec.reference(order_id, chat_id)
        text = texts.ASK_REASON.format(number=f"#{order_id}", reference=reference)
        await tap.ask(text, texts.REASON_HINT, why_rejected=order_id)

    async def typed_reason(self, update: Update, context: Any) -> None:
        """Store a reason that was typed as a reply to our question."""
        message = update.message
        if message is None or message.from_user is None:
            return
        await self._handler_context.reply(message, await self._take_reason(message))

    async def _take_reason(self, message: Message) -> str:
        asked, sender = message.reply_to_message, message.from_user
        assert asked is not None
        assert sender is not None
        chat_id = ChatId(message.chat.id)
        try:
            order_id = self._handler_context.codec.read_reference(asked.text or "", chat_id)
        except Refused:
            return await self.plain_reason(message, MessageId(asked.message_id)) or texts.REASON_NOT_BOUND
        return await self._give(message, order_id)

    async def plain_reason(self, message: Message, reply_to: MessageId | None = None) -> str | None:
        """Take words that answer nothing, or the card, as the reason for what was just rejected; None if nothing was.

        A question that was asked since is what they were meant for.
        """
        sender, services, chat_id = message.from_user, self._handler_context.services, ChatId(message.chat.id)
        if sender is None:
            return None
        order = await services.insight.lists.unexplained(UserId(sender.id), services.clock.now() - TAKEN_FOR)
        asked = self._handler_context.awaited.get(chat_id)
        if order is None or order.decided_at is None:
            return None
        if reply_to is not None and not await services.cards.is_recorded(order.id, chat_id, reply_to):
            return None
        if asked is not None and asked.at > order.decided_at:
            return texts.ANSWER_AS_REPLY if asked.order_id is None else await self._give(message, asked.order_id)
        return f"{await self._give(message, order.id)} {texts.REASON_TAKEN}"

    async def _give(self, message: Message, order_id: OrderId) -> str:
        sender, chat_id = message.from_user, ChatId(message.chat.id)
        assert sender is not None
        reason = (message.text or "").strip()
        if len(reason) > REASON_LENGTH:
            return texts.REASON_TOO_LONG
        presser = Presser(UserId(sender.id), person_name(sender), chat_id, MessageId(message.message_id))
        verdict = await self._decide.give_reason(order_id, presser, reason)
        given = verdict.answer is Answer.REASON_GIVEN
        return (texts.REASON_NOTED if given else texts.REASON_TOO_LATE).format(number=f"#{order_id}")

    async def _answer(self, tap: ButtonPress, work: Coroutine[Any, Any, Verdict]) -> None:
        """Answer with the outcome; the decision counts even when the answer cannot be shown."""
        deciding = asyncio.ensure_future(work)
        await asyncio.wait({deciding}, timeout=WORKING_AFTER)
        if not deciding.done():
            await tap.answer(texts.WORKING)
        verdict = await deciding
        await self._decide.wait_until_sent(verdict)
        is_glad = verdict.answer in GLAD
        try:
            # First, so that a card which was just answered for is one that the keeper knows.
            await self._adopt(tap, verdict)
        finally:
            if not (tap.is_answered and is_glad):
                now, opening = self._handler_context.services.clock.now(), await self._opening(verdict)
                await tap.answer(toast(verdict, tap.presser.user_id, now, opening), alert=not is_glad)

    async def _opening(self, verdict: Verdict) -> Opening | None:
        """When the exchange of an order that was approved opens, if it is closed."""
        order, services = verdict.order, self._handler_context.services
        if order is None or verdict.answer is not Answer.APPROVED:
            return None
        try:
            account = await services.accounts.of(order.account_id)
        except CountersignError:
            return None
        return services.checks.surroundings.opening(account, order, services.clock.now())

    async def _adopt(self, tap: ButtonPress, verdict: Verdict) -> None:
        """Record the card of the press if a crash while sending left it unrecorded; then it is kept up to date."""
        if verdict.answer in WITHOUT_AUTHORITY:
            return
        cards, presser, order_id = self._handler_context.services.cards, tap.presser, tap.press.order_id
        try:
            if not await cards.is_recorded(order_id, presser.chat_id, presser.message_id):
                await cards.adopt(order_id, presser)
        except CountersignError as fault:
            _log.warning("card.not_adopted", order=order_id, why=str(fault))
