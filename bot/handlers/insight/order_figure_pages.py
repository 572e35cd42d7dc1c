"""/stats: figures of the last days."""

from typing import Any

from telegram import Update

from bot.callbacks.buttons import Rows
from bot.handlers.context import ButtonPress, HandlerContext
from bot.handlers.orders import number_in, words_behind
from bot.pages.order_figures import figure_buttons, render_figures
from bot.text import figure_texts
from core.ids import UserId
from core.services.insight.order_figures import MOST_DAYS

USUAL_DAYS = 30


class OrderFigurePages:
    """Shows figures, and other lengths of time in place."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._handler_context = handler_context

    async def show(self, update: Update, context: Any) -> None:
        """Send the figures of so many days."""
        message = update.message
        if message is None or message.from_user is None:
            return
        wanted = words_behind(message)
        days = number_in(wanted) if wanted else USUAL_DAYS
        if days is None or not 1 <= days <= MOST_DAYS:
            await self._handler_context.reply(message, figure_texts.USAGE)
        else:
            await self._handler_context.reply(message, *await self._page(UserId(message.from_user.id), days))

    async def turn(self, tap: ButtonPress) -> None:
        """Show another length of time, or present figures, in place."""
        await tap.answer()
        await tap.edit(*await self._page(tap.presser.user_id, int(tap.press.argument or USUAL_DAYS)))

    async def _page(self, user_id: UserId, days: int) -> tuple[str, Rows]:
        services = self._handler_context.services
        figures = await services.insight.figures.read(user_id, days)
        return render_figures(days, figures, services.clock.now()), figure_buttons(days)
