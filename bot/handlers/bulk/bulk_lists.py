"""/approveall and /rejectall: many waiting orders with one confirmation."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog
from telegram import Update

from bot.callbacks.codec import Act
from bot.cards.card import plain_text, render_card
from bot.cards.decision_toasts import GLAD, toast
from bot.handlers.actions.action_context import ActionContext, Asked, asked_by, meanwhile
from bot.handlers.bulk.digests import DigestPresses
from bot.handlers.callback_queries import Behaviour
from bot.handlers.context import ButtonPress, HandlerContext, person_name
from bot.handlers.orders import can_still_move
from bot.pages.bulk import (
    Page,
    bulk_question,
    bulk_result,
    bulk_standing,
    gone_toast,
    order_lines,
    standing_title,
    step_buttons,
)
from bot.text import bulk_texts as texts
from bot.transport.fault_barrier import contained
from core.client.bulk import Verb
from core.errors import CountersignError, NotFound
from core.ids import ChatId, MessageId, OrderId
from core.insight.news import JUST_TAPPED
from core.orders.decisions import Presser
from core.orders.order import Order
from core.orders.states import QueueStatus
from core.services.approval.bulk_decisions import BulkList, BulkOutcome
from core.services.background_tasks import BackgroundTasks

FOLLOWED_AFTER = JUST_TAPPED.total_seconds() + 1
_REMEMBERED = 1000
_log = structlog.get_logger()
_Way = Callable[..., Awaitable[None]]


class BulkLists:
    """Puts the question about a list, and carries it out; the letter before the first `_` of a button says what."""

    def __init__(self, handler_context: HandlerContext, background: BackgroundTasks) -> None:
        self._background = background
        self._handler_context = handler_context
        self._context = ActionContext(handler_context)
        self._services = handler_context.services
        self._bulk = handler_context.services.bulk_decisions
        self._digests = DigestPresses(handler_context, self.ask_about)
        self._finished: deque[str] = deque(maxlen=_REMEMBERED)
        """Questions that were carried out to their end, so that their message says what came of it."""
        self._ways: Mapping[str, _Way] = {
            "y": self._confirm,
            "p": self._turn,
            "r": self._refresh,
            "b": self._begin,
            "o": self._step,
            "s": self._skip,
            "e": self._stop,
            "k": self._leave,
        }

    @property
    def commands(self) -> Mapping[str, Callable[[Update, Any], Coroutine[Any, Any, None]]]:
        """Each command with what answers it."""
        return {"approveall": self.approve_all, "rejectall": self.reject_all}

    @property
    def behaviours(self) -> Mapping[Act, Behaviour]:
        """Each kind of button with what carries it out."""
        return {Act.BULK: self.press, Act.DIGEST: self._digests.press}

    async def approve_all(self, update: Update, context: Any) -> None:
        """`/approveall [strategy|symbol]`: everything that waits, or all of one kind."""
        await self._command(update, Verb.APPROVE)

    async def reject_all(self, update: Update, context: Any) -> None:
        """`/rejectall [strategy|symbol]`: everything that waits, or all of one kind."""
        await self._command(update, Verb.REJECT)

    async def ask_about(self, tap: ButtonPress, verb: Verb, numbers: Sequence[OrderId]) -> None:
        """Put the question about these orders, as a message of its own. Raises NotFound, Unready."""
        asked = await self._bulk.ask_about(tap.presser.user_id, verb, numbers)
        await tap.answer()
        sent = await tap.say(*self._question(asked))
        await self._record_list(asked, replace(tap.presser, message_id=MessageId(sent.message_id)))

    async def press(self, tap: ButtonPress) -> None:
        """Carry out one press; a question that is over says so."""
        way, *arguments = tap.press.argument.split("_")
        try:
            await self._ways[way](tap, *arguments)
        except NotFound:
            await self._tell_gone(tap, *arguments[:1])

    async def _command(self, update: Update, verb: Verb) -> None:
        asked = asked_by(update)
        if asked is not None:
            async with self._context.telling(asked):
                await self._ask(asked, verb)

    async def _ask(self, asked: Asked, verb: Verb) -> None:
        found = await self._bulk.ask(asked.user_id, verb, " ".join(asked.words))
        sent = await self._context.reply(asked, *self._question(found))
        sender = asked.message.from_user
        assert sender is not None
        place = ChatId(sent.chat.id), MessageId(sent.message_id)
        await self._record_list(found, Presser(asked.user_id, person_name(sender), *place))

    async def _confirm(self, tap: ButtonPress, token: str) -> None:
        outcome = await meanwhile(tap, self._bulk.confirm(tap.presser, token))
        self._finished.append(token)
        if not tap.is_answered:
            await tap.answer()
        await self._show(tap, outcome)
        if any(can_still_move(order) for order in outcome.after.orders):
            self._background.start(contained("list.not_followed", self._follow(tap, outcome)), f"list {token}")

    async def _show(self, tap: ButtonPress, outcome: BulkOutcome) -> None:
        await tap.edit(*bulk_result(outcome, tap.presser.user_id, self._services.clock.now()))

    async def _follow(self, tap: ButtonPress, outcome: BulkOutcome) -> None:
        """Say once more how the orders stand: what came of them since the tap is told by no notice."""
        await asyncio.sleep(FOLLOWED_AFTER)
        after = await self._bulk.look(tap.presser.user_id, outcome.after.token)
        await self._show(tap, replace(outcome, after=after))

    async def _turn(self, tap: ButtonPress, token: str, page: str) -> None:
        asked = await self._bulk.look(tap.presser.user_id, token, is_open=True)
        await tap.answer()
        await tap.edit(*self._question(asked, int(page)))

    async def _refresh(self, tap: ButtonPress, token: str) -> None:
        after = await self._bulk.look(tap.presser.user_id, token)
        await tap.answer()
        await tap.edit(*bulk_standing(after, standing_title(after), self._services.clock.now()))

    async def _begin(self, tap: ButtonPress, token: str) -> None:
        await self._show_step(tap, await self._bulk.look(tap.presser.user_id, token, is_open=True))

    async def _step(self, tap: ButtonPress, token: str) -> None:
        verdict, following = await meanwhile(tap, self._bulk.step(tap.presser, token))
        if not tap.is_answered and verdict is not None:
            said = toast(verdict, tap.presser.user_id, self._services.clock.now())
            await tap.answer(said, alert=verdict.answer not in GLAD)
        await self._show_step(tap, following)

    async def _skip(self, tap: ButtonPress, token: str) -> None:
        _, following = await self._bulk.step(tap.presser, token, is_skipped=True)
        await self._show_step(tap, following)

    async def _stop(self, tap: ButtonPress, token: str) -> None:
        after = await self._bulk.stop(tap.presser.user_id, token)
        await tap.answer()
        await tap.edit(*bulk_standing(after, texts.STOPPED, self._services.clock.now()))

    async def _leave(self, tap: ButtonPress) -> None:
        await tap.answer(texts.LEFT)
        await tap.edit(texts.LEFT)

    async def _show_step(self, tap: ButtonPress, asked: BulkList) -> None:
        """The card of the first order that is as it was listed; when there is none left, how all of them stand."""
        while (order := _first_unchanged(asked)) is None and asked.plan.listed:
            _, asked = await self._bulk.step(tap.presser, asked.token, is_skipped=True)
        now = self._services.clock.now()
        if order is None:
            await tap.edit(*bulk_standing(asked, standing_title(asked), now))
            return
        view = await self._handler_context.view(tap.presser.user_id, asked.accounts[order.account_id], order)
        card = render_card(view, self._services.client_view.quotes(view.account, order.trading_mode), now)
        await tap.edit(card.html, step_buttons(asked))
        await self._record(tap.presser, [(order, card.plain)])

    async def _tell_gone(self, tap: ButtonPress, token: str = "") -> None:
        """The question is over; a message that a crash left without its end is given one."""
        try:
            after = await self._bulk.look(tap.presser.user_id, token)
        except NotFound:
            await tap.answer(texts.GONE, alert=True)
            return
        now = self._services.clock.now()
        await tap.answer(gone_toast(after, now), alert=True)
        if token not in self._finished:
            await tap.edit(*bulk_standing(after, standing_title(after), now))

    def _question(self, asked: BulkList, page: int = 0) -> Page:
        return bulk_question(asked, self._bulk.rules, self._services.clock.now(), page)

    async def _record_list(self, asked: BulkList, presser: Presser) -> None:
        lines = order_lines(asked.orders, self._services.clock.now())
        await self._record(presser, list(zip(asked.orders, map(plain_text, lines), strict=True)))

    async def _record(self, presser: Presser, lines: Sequence[tuple[Order, str]]) -> None:
        try:
            await self._bulk.record_shown(presser, lines)
        except CountersignError as fault:
            _log.warning("list.not_recorded", chat=presser.chat_id, why=str(fault))


def _first_unchanged(asked: BulkList) -> Order | None:
    if not asked.plan.listed:
        return None
    first = asked.plan.listed[0]
    found = [order for order in asked.orders if order.id == first.order_id and order.version == first.version]
    return found[0] if found and found[0].status is QueueStatus.PENDING else None
