"""What the client's commands share: whose accounts, what is in them, and telling what went wrong."""

import asyncio
import html
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from telegram import Message, Update

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.handlers.context import ButtonPress, HandlerContext
from bot.pages.positions import Section
from bot.text import actions as texts
from bot.text.escaping import one_line
from bot.text.language.retelling import retold
from core.accounts import Account
from core.errors import BrokerError, CountersignError, Fault, NotFound, Unready
from core.ids import AccountId, UserId
from core.services.trading.client_context import in_time

T = TypeVar("T")
Page = tuple[str, Rows]
"""A message and its buttons."""
WORKING_AFTER = 0.8
"""Seconds after which a press is answered that the work goes on."""
TOLD = (Fault, Unready, BrokerError)
"""Errors whose text a person can use."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command that somebody sent: the words after it, and who."""

    message: Message
    user_id: UserId
    words: Sequence[str]


class ActionContext:
    """Reads for one person; what they may do is judged by the use cases again."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self.handler_context = handler_context
        self.services = handler_context.services

    async def accounts(self, user_id: UserId) -> list[Account]:
        """The accounts on which this person may trade."""
        links = await self.services.client_view.accounts_of(user_id)
        return [account for account, link in links if link.role.decides and account.enabled]

    async def sections(self, user_id: UserId) -> list[Section]:
        """The positions of each of the person's accounts."""
        links = await self.services.client_view.accounts_of(user_id)
        reading = (self._section(account, link.role.decides and account.enabled) for account, link in links)
        return list(await asyncio.gather(*reading))

    async def section(self, user_id: UserId, account_id: AccountId) -> Section | None:
        """The positions of one account on which this person may trade; None for any other."""
        found = [account for account in await self.accounts(user_id) if account.id == account_id]
        return await self._section(found[0], True) if found else None

    async def reply(self, asked: Asked, text: str, rows: Rows = ()) -> Message:
        """Answer a command."""
        return await self.handler_context.reply(asked.message, text, rows)

    async def answer(self, update: Update, find: Callable[[Asked], Awaitable[Page]]) -> None:
        """Answer a command with what `find` makes of it, or with the reason why it cannot be carried out."""
        asked = asked_by(update)
        if asked is not None:
            async with self.telling(asked):
                await self.reply(asked, *await find(asked))

    @asynccontextmanager
    async def telling(self, asked: Asked) -> AsyncIterator[None]:
        """Answer with the reason when the block cannot be carried out."""
        try:
            yield
        except TOLD as why:
            await self.reply(asked, html.escape(retold(str(why)), quote=False))

    async def _section(self, account: Account, may_trade: bool) -> Section:
        try:
            positions = await in_time(self.services.books.positions(account))
            foreign = await self.services.origins.foreign_positions(account, positions)
        except CountersignError as why:
            return Section(account, may_trade=may_trade, problem=retold(str(why)))
        return Section(account, tuple(positions), may_trade, foreign=foreign)


def asked_by(update: Update) -> Asked | None:
    """The command in this update."""
    message = update.message
    if message is None or message.from_user is None:
        return None
    return Asked(message, UserId(message.from_user.id), (message.text or "").split()[1:])


def account_buttons(verb: str, accounts: Sequence[Account]) -> Rows:
    """One button for each account."""
    press = [Press(Act.CLIENT, argument=f"a_{verb}_{account.id}") for account in accounts]
    return [[Button(one_line(account.name, 40), one)] for account, one in zip(accounts, press, strict=True)]


async def carried_out(tap: ButtonPress, work: Coroutine[Any, Any, T]) -> T | None:
    """The result of what a press confirmed; None when it was not carried out, and the person was told why."""
    try:
        return await meanwhile(tap, work)
    except NotFound:
        await tap.answer(texts.GONE, alert=True)
    except TOLD as why:
        await toast(tap, retold(str(why)), alert=True)
        await tap.edit(texts.NOT_DONE.format(why=html.escape(retold(str(why)), quote=False)))
    return None


async def meanwhile(tap: ButtonPress, work: Coroutine[Any, Any, T]) -> T:
    """The result of the work; a press is answered within a second that it goes on. Raises what the work raises."""
    doing = asyncio.ensure_future(work)
    await asyncio.wait({doing}, timeout=WORKING_AFTER)
    if not doing.done():
        await tap.answer(texts.WORKING)
    return await doing


async def toast(tap: ButtonPress, text: str = "", alert: bool = False) -> None:
    """Answer a press that has no answer yet; the message says the rest."""
    if not tap.is_answered:
        await tap.answer(text, alert)
