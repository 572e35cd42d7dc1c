"""/pnl: what each account has made, as a picture with figures below it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from telegram import Bot, Message, Update
from telegram.constants import ChatAction

from bot.callbacks.buttons import Rows, keyboard
from bot.chart.renderer import NotDrawn, Pictures
from bot.chart.spec import Chart
from bot.handlers.context import ButtonPress, HandlerContext
from bot.handlers.portfolio import MOST_ACCOUNTS
from bot.pages import pnl as pnl_page
from bot.pages.mode_labels import mark_of
from bot.pages.pnl import Choice
from bot.text import amounts, figure_texts
from bot.text import messages as texts
from bot.text.escaping import shown
from bot.text.language.retelling import retold
from bot.transport.fault_barrier import contained
from core.accounts import Account
from core.errors import CountersignError
from core.ids import ChatId, UserId
from core.orders.decisions import Answer
from core.portfolio.profit_and_loss import USUAL_DAYS
from core.services.background_tasks import BackgroundTasks
from core.services.portfolio.broker_books import trading_mode_of

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Page:
    """One account's message; without a chart there is nothing to draw."""

    caption: str
    rows: Rows = ()
    chart: Chart | None = None


class ProfitPages:
    """Shows profits and changes the picture in place. Drawing holds up nothing else that a person taps."""

    def __init__(self, handler_context: HandlerContext, pictures: Pictures, background: BackgroundTasks) -> None:
        self._handler_context = handler_context
        self._pictures = pictures
        self._background = background

    async def show(self, update: Update, context: Any) -> None:
        """Send a picture with figures for each of the person's accounts."""
        message = update.message
        if message is None or message.from_user is None:
            return
        links = await self._handler_context.services.client_view.accounts_of(UserId(message.from_user.id))
        accounts = [account for account, _ in links]
        if not self._begin(ChatId(message.chat.id), partial(self._send_all, message, accounts)):
            await self._handler_context.reply(message, figure_texts.STILL_DRAWING)

    async def turn(self, tap: ButtonPress) -> None:
        """Draw the picture anew, for another length of time or with present figures."""
        choice = Choice.read(tap.press.argument)
        links = await self._handler_context.services.client_view.accounts_of(tap.presser.user_id)
        account = next((account for account, _ in links if account.id == choice.account_id), None)
        if account is None:
            await tap.answer(texts.TOASTS[Answer.NOT_LINKED], alert=True)
            return
        is_begun = self._begin(tap.presser.chat_id, partial(self._replace, tap, account, choice))
        await tap.answer("" if is_begun else figure_texts.STILL_DRAWING)

    def _begin(self, chat_id: ChatId, work: Callable[[], Awaitable[None]]) -> bool:
        """Whether it was begun: a chat has one picture drawn at a time, and no tap waits for it."""
        if self._background.is_busy(chat_id):
            return False
        self._background.start(contained("profits.failed", work(), chat=chat_id), f"profits of {chat_id}", chat_id)
        return True

    async def _send_all(self, message: Message, accounts: list[Account]) -> None:
        bot, chat_id = message.get_bot(), ChatId(message.chat.id)
        for account in accounts[:MOST_ACCOUNTS]:
            await bot.send_chat_action(chat_id, ChatAction.UPLOAD_PHOTO)
            page = await self._first_page(account)
            await self._send(bot, chat_id, page, await self._draw(page))
        more = len(accounts) - MOST_ACCOUNTS
        if more > 0:
            await bot.send_message(chat_id, texts.AND_MORE.format(count=amounts.counted(more, "account")))

    async def _replace(self, tap: ButtonPress, account: Account, choice: Choice) -> None:
        page = await self._page(account, choice)
        picture = await self._draw(page)
        if picture is None:
            await tap.edit(page.caption, page.rows)
        elif not await tap.edit_photo(picture, page.caption, page.rows):
            await self._send(tap.bot, tap.presser.chat_id, page, picture)

    async def _first_page(self, account: Account) -> _Page:
        try:
            mode = trading_mode_of(account)
        except CountersignError as why:
            return _Page(f"{mark_of(account)}  {shown(account.name)}\n\n{_not_read(why)}")
        return await self._page(account, Choice(account.id, mode))

    async def _page(self, account: Account, choice: Choice) -> _Page:
        services, mode = self._handler_context.services, choice.trading_mode
        rows = pnl_page.buttons(choice)
        try:
            history = await services.daily_values.history(account, mode, max(choice.days, USUAL_DAYS))
        except CountersignError as why:
            return _Page(f"{pnl_page.head(account, mode)}\n\n{_not_read(why)}", rows)
        text = pnl_page.caption(account, mode, history, services.clock.now())
        return _Page(text, rows, pnl_page.chart_of(account, mode, history.of_last(choice.days)))

    async def _draw(self, page: _Page) -> bytes | None:
        """The picture as PNG; None when it could not be drawn, and the figures are sent without it."""
        if page.chart is None:
            return None
        try:
            return await self._pictures.draw(page.chart)
        except NotDrawn as why:
            _log.warning("picture.not_drawn", why=str(why))
            return None

    async def _send(self, bot: Bot, chat_id: ChatId, page: _Page, picture: bytes | None) -> None:
        markup = keyboard(page.rows, self._handler_context.codec, chat_id)
        if picture is None:
            await bot.send_message(chat_id, page.caption, reply_markup=markup)
        else:
            await bot.send_photo(chat_id, picture, caption=page.caption, filename="pnl.png", reply_markup=markup)


def _not_read(why: CountersignError) -> str:
    return figure_texts.NOT_READ.format(why=shown(retold(str(why)), 200))
