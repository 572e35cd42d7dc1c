"""/audit: the life of an order, proved, and as a file."""

from typing import Any

from telegram import Update

from bot.callbacks.buttons import Button
from bot.callbacks.codec import Act, Press
from bot.handlers.context import ButtonPress, HandlerContext
from bot.handlers.orders import PAGE, number_in, words_behind
from bot.pages.order_life import as_file, caption, life_buttons, render_life
from bot.pages.order_list import order_buttons
from bot.text import life_texts
from bot.text import messages as texts
from core.audit import Actor
from core.errors import NotFound
from core.ids import OrderId, UserId


class OrderLifePages:
    """Shows what happened to an order, checks it against the seal, and hands it out."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._handler_context = handler_context
        self._lives = handler_context.services.insight.lives

    async def show(self, update: Update, context: Any) -> None:
        """The life of the order whose number is given; without one, the newest to choose from."""
        message = update.message
        if message is None or message.from_user is None:
            return
        user_id, wanted = UserId(message.from_user.id), words_behind(message)
        reply = self._handler_context.reply
        if not wanted:
            page = await self._handler_context.services.client_view.list_orders(user_id, limit=PAGE)
            rows = [[_instead(button) for button in row] for row in order_buttons(page.orders)]
            await reply(message, life_texts.CHOOSE if page.orders else texts.NO_ORDERS, rows)
            return
        number = number_in(wanted)
        if number is None:
            await reply(message, life_texts.USAGE)
            return
        try:
            life = await self._lives.read(user_id, OrderId(number))
        except NotFound:
            await reply(message, texts.NO_SUCH_ORDER)
            return
        now = self._handler_context.services.clock.now()
        await reply(message, render_life(life, now), life_buttons(life))

    async def turn(self, tap: ButtonPress) -> None:
        """Show the life as it is now in place of this message, or send it as a file."""
        await tap.answer()
        try:
            life = await self._lives.read(tap.presser.user_id, tap.press.order_id)
        except NotFound:
            await tap.edit(texts.NO_SUCH_ORDER)
            return
        form = tap.press.argument
        if form not in life_texts.EXPORT:
            await tap.edit(render_life(life, self._handler_context.services.clock.now()), life_buttons(life))
            return
        person = tap.presser
        await self._lives.note_export(life, Actor("telegram", person.name, person.user_id), form)
        name = f"order-{life.order.id}-audit.{form}"
        await tap.bot.send_document(person.chat_id, as_file(life, form), caption=caption(life), filename=name)


def _instead(button: Button) -> Button:
    """The same button, asking for the order's life instead of its card."""
    return Button(button.label, Press(Act.AUDIT, button.press.order_id))
