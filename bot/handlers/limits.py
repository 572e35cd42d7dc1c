"""/limits: what is set, tightened with a tap or a reply, loosened once the owner confirms it."""

import re
from collections.abc import Mapping
from typing import Any

from telegram import Message, Update
from telegram.ext import filters

from bot.callbacks.buttons import Rows
from bot.handlers.context import ButtonPress, HandlerContext
from bot.pages import limits as pages
from bot.pages.limits import NAMES, AccountLimits, Scope
from bot.text import limits as texts
from bot.text import messages
from bot.text.escaping import shown
from bot.text.language.retelling import retold
from core.accounts import Account
from core.errors import Fault, NotFound, Unready
from core.ids import AccountId, UserId
from core.limits.limits import NO_LIMITS, Limits
from core.services.limits.limit_book import Asked, Wish

_REFERENCE = re.compile(r"\bRef limit-(\d{1,18}-[0-9a-f]{1,8})-(\d{1,2})$")
_CLEARED = frozenset({"none", "off", ""})
Page = tuple[str, Rows]


class _AnswersLimit(filters.MessageFilter):
    """A reply to our question for a limit's value."""

    def filter(self, message: Message) -> bool:
        asked = message.reply_to_message
        return bool(message.text and asked is not None and _REFERENCE.search(asked.text or ""))


ANSWERS_LIMIT = _AnswersLimit()


class LimitPages:
    """Shows limits to everybody linked, and changes them for those who may."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._handler_context = handler_context
        self._services = handler_context.services

    async def show(self, update: Update, context: Any) -> None:
        """Send what is set, or set what stands behind the command."""
        message = update.message
        if message is None or message.from_user is None:
            return
        user_id, words = UserId(message.from_user.id), (message.text or "").split()[1:]
        page = await self._set(user_id, words) if words else await self._overview(user_id)
        await self._handler_context.reply(message, *page)

    async def typed_value(self, update: Update, context: Any) -> None:
        """Set the value that was typed as a reply to our question."""
        message = update.message
        if message is None or message.from_user is None or message.reply_to_message is None:
            return
        found = _REFERENCE.search(message.reply_to_message.text or "")
        assert found is not None
        user_id = UserId(message.from_user.id)
        try:
            scope, limits = await self._scope(user_id, found[1])
            name = NAMES[int(found[2])]
        except (NotFound, IndexError):
            page: Page = (texts.NOT_CHOSEN, ())
        else:
            page = await self._wish(user_id, scope, limits, (name, (message.text or "").strip()))
        await self._handler_context.reply(message, *page)

    async def press(self, tap: ButtonPress) -> None:
        """One press on any of the pages: `o` overview, `c` choose, `n` one limit, `s` set, `t` type, `x` remove,
        `y` yes, `k` keep."""
        verb, _, rest = tap.press.argument.partition("-")
        user_id = tap.presser.user_id
        if verb == "y":
            await self._confirm(tap, rest)
            return
        if verb in {"o", "k"}:
            await tap.answer(messages.KEPT if verb == "k" else "")
            await tap.edit(*await self._overview(user_id))
            return
        account_id, mark, *more = rest.split("-")
        scope, limits = await self._scope(user_id, f"{account_id}-{mark}")
        if verb == "c":
            await tap.edit(*pages.choose_limit(scope, limits))
            return
        name = NAMES[int(more[0])]
        if verb == "n":
            await tap.edit(*pages.one_limit(scope, limits, name))
        elif verb == "t":
            await self._ask(tap, scope, limits, name)
        else:
            wanted = more[1] if verb == "s" else "none"
            await tap.edit(*await self._wish(user_id, scope, limits, (name, wanted)))

    async def _ask(self, tap: ButtonPress, scope: Scope, limits: Limits, name: str) -> None:
        await tap.answer(texts.ANSWER_BELOW)
        await tap.ask(pages.ask_value(scope, limits, name), texts.VALUE_HINT)

    async def _confirm(self, tap: ButtonPress, token: str) -> None:
        try:
            wish = await self._services.limit_book.confirm(token, tap.presser.user_id)
        except NotFound:
            await tap.answer(messages.QUESTION_GONE, alert=True)
            await tap.edit(*await self._overview(tap.presser.user_id))
            return
        account = await self._account(tap.presser.user_id, wish.account_id)
        limits = (await self._services.limit_book.list(wish.account_id)).get(wish.strategy, NO_LIMITS)
        await tap.edit(pages.outcome(Scope(account, wish.strategy), limits, wish.name))

    async def _set(self, user_id: UserId, words: list[str]) -> Page:
        """What `/limits value_per_order=50000 strategy=momentum` does."""
        pairs = dict(word.split("=", 1) for word in words if "=" in word)
        account_name, strategy = pairs.pop("account", None), pairs.pop("strategy", "")
        if len(pairs) != 1 or any("=" not in word for word in words):
            return texts.USAGE, ()
        mine = [account for account, _ in await self._services.client_view.accounts_of(user_id)]
        accounts = [one for one in mine if account_name in (None, one.name)]
        if len(accounts) != 1:
            return texts.NO_SUCH_ACCOUNT if not accounts else texts.WHICH_ACCOUNT, ()
        [(name, text)] = pairs.items()
        limits = (await self._services.limit_book.list(accounts[0].id)).get(strategy, NO_LIMITS)
        return await self._wish(user_id, Scope(accounts[0], strategy), limits, (name, text))

    async def _wish(self, user_id: UserId, scope: Scope, limits: Limits, wanted: tuple[str, str]) -> Page:
        """Set or clear a limit, or ask first; what is wrong about it in words."""
        name, text = wanted
        wish = Wish(scope.account.id, scope.strategy, name, None if text.lower() in _CLEARED else text)
        try:
            done = await self._services.limit_book.wish(user_id, wish)
            if isinstance(done, Asked):
                return pages.ask_to_loosen(scope, (limits, wish.applied_to(limits)), name, done.token)
        except (Fault, Unready) as why:
            return texts.UNCHANGED.format(why=shown(retold(str(why)), 300)), ()
        return pages.outcome(scope, done, name), ()

    async def _overview(self, user_id: UserId) -> Page:
        links = await self._services.client_view.accounts_of(user_id)
        return pages.overview(
            [AccountLimits(account, await self._limits(account.id), link.role.decides) for account, link in links]
        )

    async def _limits(self, account_id: AccountId) -> Mapping[str, Limits] | None:
        try:
            return await self._services.limit_book.list(account_id)
        except Unready:
            return None

    async def _scope(self, user_id: UserId, mark: str) -> tuple[Scope, Limits]:
        """Whose limits a button is about, and what they are. Raises NotFound when that is gone or not theirs."""
        account_id, strategy_mark = pages.split_mark(mark)
        account = await self._account(user_id, account_id)
        limits = await self._services.limit_book.list(account_id)
        for strategy in dict.fromkeys(("", *limits)):
            if pages.mark_of(strategy) == strategy_mark:
                return Scope(account, strategy), limits.get(strategy, NO_LIMITS)
        raise NotFound(texts.NOT_CHOSEN)

    async def _account(self, user_id: UserId, account_id: AccountId) -> Account:
        links = await self._services.client_view.accounts_of(user_id)
        for account, _ in links:
            if account.id == account_id:
                return account
        raise NotFound(texts.NOT_CHOSEN)
