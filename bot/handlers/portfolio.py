"""/holdings, /funds, /orderbook, /tradebook: what the broker holds, account by account."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from telegram import Message, Update

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.handlers.context import ButtonPress, HandlerContext
from bot.pages import portfolio as book_pages
from bot.pages.mode_labels import mark_of
from bot.text import actions, list_texts
from bot.text import messages as texts
from bot.text.escaping import one_line, shown
from bot.text.language.retelling import retold
from core.accounts import Account
from core.clock import render_ist_time
from core.errors import CountersignError
from core.ids import UserId
from core.services.facade import Services

PATIENCE = 10.0
"""Seconds that all brokers together may take."""
MOST_ACCOUNTS = 5
"""Of so many accounts pictures are sent."""
ROOM = 3800
"""How much of a message's 4,096 UTF-16 units the accounts share."""


Read = Callable[[Services, Account], Awaitable[book_pages.Entries]]
"""How one kind of book is read."""


async def _holdings(services: Services, account: Account) -> book_pages.Entries:
    return book_pages.holdings(await services.books.holdings(account))


async def _funds(services: Services, account: Account) -> book_pages.Entries:
    return book_pages.funds(await services.books.funds(account))


async def _orders(services: Services, account: Account) -> book_pages.Entries:
    book = await services.books.orders(account)
    return book_pages.orders(book, await services.origins.foreign_orders(account, book))


async def _trades(services: Services, account: Account) -> book_pages.Entries:
    return book_pages.trades(await services.books.trades(account))


BOOKS: Mapping[str, Read] = {
    "holdings": _holdings,
    "funds": _funds,
    "orderbook": _orders,
    "tradebook": _trades,
}


class BookPages:
    """Shows books and refreshes them in place."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._handler_context = handler_context

    async def show(self, update: Update, context: Any) -> None:
        """Send the book that the command names."""
        message = update.message
        if message is not None and message.from_user is not None:
            await self._handler_context.reply(
                message, *await self._page(UserId(message.from_user.id), _name(message))
            )

    async def refresh(self, tap: ButtonPress) -> None:
        """Show the page that was pressed, with present figures."""
        name, _, number = tap.press.argument.partition("-")
        if name not in BOOKS:
            await tap.answer(texts.LIST_GONE.format(command=tap.press.argument), alert=True)
            return
        await tap.answer()
        await tap.edit(*await self._page(tap.presser.user_id, name, int(number or 0)))

    async def _page(self, user_id: UserId, name: str, number: int = 0) -> tuple[str, Rows]:
        read = BOOKS[name]
        links = await self._handler_context.services.client_view.accounts_of(user_id)
        sections = await asyncio.gather(*(self._section(read, account) for account, _ in links))
        pages = book_pages.in_pages(sections, ROOM)
        number = min(number, len(pages) - 1)
        foot = f"<i>{texts.UPDATED.format(time=render_ist_time(self._handler_context.services.clock.now()))}</i>"
        if len(pages) > 1:
            foot = f"{actions.PAGE_OF.format(page=number + 1, pages=len(pages))} · {foot}"
        return "\n\n".join([list_texts.BOOK_TITLES[name], "\n".join(pages[number]), foot]), [
            _turns(name, number, len(pages))
        ]

    async def _section(self, read: Read, account: Account) -> tuple[str, book_pages.Entries]:
        try:
            async with asyncio.timeout(PATIENCE):
                entries = await read(self._handler_context.services, account)
        except CountersignError as why:
            entries = [[texts.BOOK_NOT_READ.format(why=shown(one_line(retold(str(why)), 200), 200))]]
        except TimeoutError:
            entries = [[texts.BOOK_NOT_READ.format(why=list_texts.BROKER_TOO_SLOW)]]
        return f"{shown(account.name)}  {mark_of(account)}", entries


def _turns(name: str, number: int, pages: int) -> list[Button]:
    def to(label: str, page: int) -> Button:
        return Button(label, Press(Act.BOOK, argument=f"{name}-{page}"))

    before = [to(actions.PREVIOUS_PAGE, number - 1)] if number else []
    after = [to(actions.NEXT_PAGE, number + 1)] if number + 1 < pages else []
    return [*before, to(texts.REFRESH, number), *after]


def _name(message: Message) -> str:
    return (message.text or "").split()[0].removeprefix("/").partition("@")[0].lower()
