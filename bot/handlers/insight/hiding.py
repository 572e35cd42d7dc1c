"""/hide: a person leaves finished orders out of their own lists."""

from typing import Any

from telegram import Update

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.handlers.context import ButtonPress, HandlerContext
from bot.handlers.orders import words_behind
from bot.text import list_texts
from bot.text.escaping import one_line, shown
from core.accounts import Account
from core.ids import AccountId, UserId

_MOST_ACCOUNTS = 20
_SHOW = "show"


class Hiding:
    """Hides finished orders, and lists them again."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._handler_context = handler_context
        self._lists = handler_context.services.insight.lists

    async def hide(self, update: Update, context: Any) -> None:
        """Hide at once where there is one account to choose from; else ask which."""
        message = update.message
        if message is None or message.from_user is None:
            return
        user_id, name = UserId(message.from_user.id), words_behind(message)
        accounts = await self._lists.accounts_of(user_id)
        chosen = [account for account in accounts if not name or account.name.casefold() == name.casefold()]
        if not chosen:
            await self._handler_context.reply(message, list_texts.NO_SUCH_ACCOUNT)
        elif len(chosen) == 1:
            one = chosen[0] if len(accounts) > 1 else None
            await self._handler_context.reply(message, *await self._hide(user_id, one))
        else:
            await self._handler_context.reply(message, list_texts.HIDE_WHERE, _choices(chosen))

    async def carry_out(self, tap: ButtonPress) -> None:
        """Hide finished orders of the account that the button names, or of all; or list everything again."""
        if tap.press.argument == _SHOW:
            await self._show_again(tap)
            return
        await tap.answer()
        accounts = await self._lists.accounts_of(tap.presser.user_id)
        one = next((account for account in accounts if str(account.id) == tap.press.argument), None)
        if one is None and tap.press.argument:
            await tap.edit(list_texts.NO_SUCH_ACCOUNT)
        else:
            await tap.edit(*await self._hide(tap.presser.user_id, one))

    async def _show_again(self, tap: ButtonPress) -> None:
        await self._lists.show_hidden(tap.presser.user_id)
        await tap.answer(list_texts.SHOWN_AGAIN)
        await tap.edit(list_texts.SHOWN_AGAIN)

    async def _hide(self, user_id: UserId, account: Account | None) -> tuple[str, Rows]:
        hid = await self._lists.hide(user_id, account.id if account else None)
        where = list_texts.OF_ACCOUNT.format(account=shown(account.name)) if account else ""
        if not hid:
            return list_texts.NOTHING_TO_HIDE.format(where=where), ()
        return list_texts.HID.format(where=where), [[Button(list_texts.SHOW_AGAIN, Press(Act.HIDE, argument=_SHOW))]]


def _choices(accounts: list[Account]) -> Rows:
    named = [[Button(one_line(one.name, 40), _press(one.id))] for one in accounts[:_MOST_ACCOUNTS]]
    return [*named, [Button(list_texts.EVERY_ACCOUNT, _press(None))]]


def _press(account_id: AccountId | None) -> Press:
    return Press(Act.HIDE, argument="" if account_id is None else str(account_id))
