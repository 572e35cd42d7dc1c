"""/cancel and /cancelall: end what waits at the broker, after one question."""

from typing import Any

from telegram import Update

from bot.handlers.actions.action_context import (
    ActionContext,
    Asked,
    Page,
    account_buttons,
    carried_out,
    toast,
)
from bot.handlers.actions.waiting_list import CANCEL, WaitingList
from bot.handlers.context import ButtonPress
from bot.pages.portfolio import fitting
from bot.pages.questions import cancel_question, terms_in_words
from bot.text import actions as texts
from bot.text.escaping import shown
from bot.text.language.retelling import retold
from core.errors import Invalid
from core.ids import AccountId, UserId
from core.services.trading.client_calls import Outcome
from core.services.trading.waiting_orders import Found

ROOM = 3800


class Cancels:
    """Asks which order, puts the question, and carries it out."""

    def __init__(self, context: ActionContext, waiting: WaitingList) -> None:
        self._context = context
        self._waiting = waiting
        self._cancels = context.services.client_actions.cancels

    async def cancel(self, update: Update, context: Any) -> None:
        """`/cancel ID`; without one, what waits as buttons."""
        await self._context.answer(update, self._one)

    async def cancel_all(self, update: Update, context: Any) -> None:
        """`/cancelall`: every open order of one account."""
        await self._context.answer(update, lambda asked: self._all(asked.user_id))

    async def press_all(self, tap: ButtonPress) -> None:
        """*Cancel all…* under the list."""
        text, rows = await self._all(tap.presser.user_id)
        await tap.answer()
        await tap.say(text, rows)

    async def choose_account(self, tap: ButtonPress, account_id: str) -> None:
        """The account in which every order shall be cancelled was chosen."""
        question = await self.question(tap.presser.user_id, AccountId(int(account_id)))
        await tap.answer()
        await tap.edit(*question)

    async def question(self, user_id: UserId, account_id: AccountId) -> Page:
        """Whether to cancel every order of this account."""
        return cancel_question(await self._cancels.ask_cancel_all(user_id, account_id))

    async def choose(self, tap: ButtonPress, found: Found) -> None:
        """An order of the list was chosen: its question, as a message of its own."""
        question = await self._cancels.ask_cancel(tap.presser.user_id, found)
        await tap.answer()
        await tap.say(*cancel_question(question))

    async def confirm(self, tap: ButtonPress, token: str) -> None:
        """Yes: cancel, and say what came of it."""
        outcomes = await carried_out(tap, self._cancels.confirm_cancel(tap.presser.user_id, token))
        if outcomes is None:
            return
        await toast(tap)
        await tap.edit("\n".join(fitting([_in_words(one) for one in outcomes], ROOM)))

    async def _one(self, asked: Asked) -> Page:
        if not asked.words:
            return await self._waiting.page(asked.user_id, CANCEL)
        found = await self._cancels.find(asked.user_id, asked.words[0])
        return cancel_question(await self._cancels.ask_cancel(asked.user_id, found))

    async def _all(self, user_id: UserId) -> Page:
        """The question, or which account it is about."""
        accounts = await self._context.accounts(user_id)
        if not accounts:
            raise Invalid(texts.NOBODY_DECIDES)
        with_some = []
        for account in accounts:
            waiting = await self._cancels.list_open(user_id, account.id)
            if any(not one.target.is_gtt for one in waiting):
                with_some.append(account)
        if not with_some:
            raise Invalid(texts.NOTHING_WAITS)
        if len(with_some) == 1:
            return cancel_question(await self._cancels.ask_cancel_all(user_id, with_some[0].id))
        return texts.WHICH_ACCOUNT, account_buttons("z", with_some)


def _in_words(outcome: Outcome) -> str:
    what = shown(outcome.target.broker_order_id, 32)
    if outcome.answer is not None:
        return texts.CANCELLED.format(what=f"{terms_in_words(outcome.answer.terms)}, {what}")
    if outcome.is_unknown:
        return texts.UNCONFIRMED.format(what=what)
    return texts.NOT_CANCELLED.format(what=what, why=shown(retold(outcome.problem), 200))
