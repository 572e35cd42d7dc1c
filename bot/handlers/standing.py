"""/standing: orders approved in advance; the owner gives after one question, everybody who decides stops."""

from collections.abc import Sequence
from html import escape
from typing import Any

from telegram import Update

from bot.callbacks.buttons import Rows
from bot.handlers.context import ButtonPress, HandlerContext
from bot.handlers.orders import words_behind
from bot.pages import standing as pages
from bot.text import messages
from bot.text import standing as texts
from bot.text.escaping import shown
from bot.text.language.retelling import retold
from core.accounts import Account, Role
from core.errors import Fault, NotFound, TooLate, Unready
from core.ids import AccountId, UserId
from core.services.limits.standing_choices import AskedChoice
from core.standing.approvals import StandingId

Page = tuple[str, Rows]
_WHY_LIMIT = 300


class StandingPages:
    """Shows standing approvals to everybody linked, and gives and stops them for those who may."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._handler_context = handler_context
        self._services = handler_context.services
        self._book = handler_context.services.standing_book
        self._choices = handler_context.services.standing_choices

    async def show(self, update: Update, context: Any) -> None:
        """Send what is in force, or do what stands behind the command: `add …`, `stop 3`."""
        message = update.message
        if message is None or message.from_user is None:
            return
        user_id = UserId(message.from_user.id)
        verb, _, rest = words_behind(message).partition(" ")
        if verb.lower() == "add" and not rest.strip():
            page = await self._begin(user_id)
        elif verb.lower() == "add":
            page = await self._ask(user_id, rest)
        elif verb.lower() == "stop":
            page = await self._stop(user_id, rest.strip().removeprefix("#")), ()
        elif verb:
            page = _not_done(texts.NOT_UNDERSTOOD)
        else:
            page = await self._overview(user_id, 0)
        await self._handler_context.reply(message, *page)

    async def press(self, tap: ButtonPress) -> None:
        """`o-0` a page, `s-3-0` stop 3 on it, `c-3` stop 3 under a card, `n-1` begin one for account 1,
        `w-TOKEN-2` choose, `y-TOKEN` give, `k` do not."""
        verb, _, rest = tap.press.argument.partition("-")
        user_id = tap.presser.user_id
        if verb == "y":
            await self._give(tap, rest)
        elif verb == "n":
            await tap.answer()
            await tap.say(*await self._start(user_id, AccountId(int(rest))))
        elif verb == "w":
            await self._choose(tap, *rest.split("-"))
        elif verb == "c":
            await tap.answer(await self._stop_toast(user_id, rest), alert=True)
        elif verb == "k":
            await tap.answer(messages.KEPT)
            await tap.edit(messages.KEPT)
        else:
            number, _, page = rest.partition("-") if verb == "s" else ("", "", rest)
            if number:
                await tap.answer(await self._stop_toast(user_id, number), alert=True)
            await tap.edit(*await self._overview(user_id, int(page or 0)))

    async def _give(self, tap: ButtonPress, token: str) -> None:
        try:
            approval = await self._book.confirm(token, tap.presser.user_id)
        except NotFound:
            await tap.answer(messages.QUESTION_GONE, alert=True)
            return
        except (Fault, Unready) as why:
            await tap.answer(retold(str(why)), alert=True)
            await tap.edit(shown(retold(str(why)), _WHY_LIMIT))
            return
        await tap.answer()
        await tap.edit(pages.given(approval))

    async def _begin(self, user_id: UserId) -> Page:
        """The first choice, or the list where there are several accounts to choose from."""
        owned = await self._owned(user_id)
        if not owned:
            return texts.ONLY_OWNER, ()
        return await self._start(user_id, owned[0].id) if len(owned) == 1 else await self._overview(user_id, 0)

    async def _start(self, user_id: UserId, account_id: AccountId) -> Page:
        try:
            return pages.choice(await self._choices.start(account_id, user_id))
        except (Fault, Unready) as why:
            return _not_done(retold(str(why)))

    async def _choose(self, tap: ButtonPress, token: str, code: str) -> None:
        try:
            asked = await self._choices.choose(token, tap.presser.user_id, code)
        except NotFound:
            await tap.answer(messages.QUESTION_GONE, alert=True)
            return
        except (Fault, Unready) as why:
            await tap.answer(retold(str(why)), alert=True)
            return
        await tap.answer()
        await tap.edit(*(pages.choice(asked) if isinstance(asked, AskedChoice) else pages.question(asked)))

    async def _owned(self, user_id: UserId) -> Sequence[Account]:
        links = await self._services.client_view.accounts_of(user_id)
        return [account for account, link in links if link.role is Role.OWNER]

    async def _ask(self, user_id: UserId, text: str) -> Page:
        owned = await self._owned(user_id)
        if not owned:
            return texts.ONLY_OWNER, ()
        try:
            draft = self._book.read(text)
            chosen = [one for one in owned if draft.account in (None, one.name)]
            if len(chosen) != 1:
                return texts.WHICH_ACCOUNT, ()
            return pages.question(await self._book.ask(chosen[0].id, user_id, draft))
        except (Fault, Unready) as why:
            return _not_done(retold(str(why)))

    async def _stop(self, user_id: UserId, number: str) -> str:
        if not number.isdecimal():
            return texts.STOP_USAGE
        return escape(await self._stop_toast(user_id, number), quote=False)

    async def _stop_toast(self, user_id: UserId, number: str) -> str:
        try:
            approval = await self._book.stop(StandingId(int(number)), user_id)
        except (TooLate, NotFound) as why:
            return retold(str(why))
        return texts.STOPPED.format(number=approval.id)

    async def _overview(self, user_id: UserId, page: int) -> Page:
        held = []
        for account, link in await self._services.client_view.accounts_of(user_id):
            try:
                approvals = await self._book.list(account)
            except Unready:
                approvals = None
            held.append(pages.Held(account, link.role, approvals))
        return pages.overview(held, page, self._services.clock.now())


def _not_done(why: str) -> Page:
    return texts.USAGE.format(why=shown(why, _WHY_LIMIT), how=texts.HOW), ()
