"""/pending, /orders and /order: looking at orders, and opening one as a card."""

import re
from dataclasses import replace
from typing import Any

from telegram import Bot, Message, Update

from bot.callbacks.buttons import Rows, keyboard
from bot.cards.card import render_card
from bot.handlers.context import ButtonPress, HandlerContext, person_name
from bot.pages.order_list import ListPlace, list_buttons, order_buttons, place_of, render_list
from bot.text import list_texts
from bot.text import messages as texts
from core.errors import NotFound
from core.ids import ChatId, MessageId, OrderId, UserId
from core.insight.order_filter import OrderFilter
from core.orders.decisions import Presser
from core.orders.order import Order
from core.orders.states import FINAL_LEG_STATES, QueueStatus

PAGE = 10
NO_MESSAGE = MessageId(0)


class OrderLists:
    """Lists orders and opens them."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._handler_context = handler_context
        self._client_view = handler_context.services.client_view

    async def pending(self, update: Update, context: Any) -> None:
        """List the orders that wait for this person."""
        await self._reply(update, OrderFilter.PENDING)

    async def orders(self, update: Update, context: Any) -> None:
        """List the newest orders, or those that the word behind the command names."""
        message = update.message
        word = words_behind(message).lower() if message else ""
        if word in [*OrderFilter]:
            await self._reply(update, OrderFilter(word))
        elif message is not None:
            if word:
                await self._handler_context.reply(message, list_texts.USAGE)
            else:
                await self._reply(update, OrderFilter.NEWEST)

    async def turn(self, tap: ButtonPress) -> None:
        """Show another page, another list or the present state in place of this message."""
        await tap.answer()
        await tap.edit(*await self._page(tap.presser.user_id, place_of(tap.press)))

    async def order(self, update: Update, context: Any) -> None:
        """One order by its number; without a number, the newest to choose from."""
        message = update.message
        if message is None or message.from_user is None:
            return
        wanted = words_behind(message)
        user_id = UserId(message.from_user.id)
        if not wanted:
            page = await self._client_view.list_orders(user_id, limit=PAGE)
            text = texts.CHOOSE_ORDER if page.orders else texts.NO_ORDERS
            await self._handler_context.reply(message, text, order_buttons(page.orders))
            return
        number = number_in(wanted)
        if number is None:
            await self._handler_context.reply(message, texts.ORDER_USAGE)
            return
        presser = Presser(user_id, person_name(message.from_user), ChatId(message.chat.id), NO_MESSAGE)
        try:
            await self._send_card(message.get_bot(), presser, OrderId(number))
        except NotFound:
            await self._handler_context.reply(message, texts.NO_SUCH_ORDER)

    async def open(self, tap: ButtonPress) -> None:
        """Send the order's card anew, below everything else."""
        await tap.answer()
        await self._send_card(tap.bot, tap.presser, tap.press.order_id)

    async def _reply(self, update: Update, which: OrderFilter) -> None:
        message = update.message
        if message is not None and message.from_user is not None:
            page = await self._page(UserId(message.from_user.id), ListPlace(which))
            await self._handler_context.reply(message, *page)

    async def _page(self, user_id: UserId, place: ListPlace) -> tuple[str, Rows]:
        services = self._handler_context.services
        listed = await services.insight.lists.page(user_id, place.shown, place.cursor, PAGE)
        text = render_list(place, listed, self._client_view.quotes, services.clock.now())
        return text, list_buttons(place, listed.page)

    async def _send_card(self, bot: Bot, presser: Presser, order_id: OrderId) -> None:
        """Send the order's card. Raises NotFound for an order that is not this person's."""
        account, order = await self._client_view.get_order(presser.user_id, order_id)
        view = await self._handler_context.view(presser.user_id, account, order)
        quotes = self._client_view.quotes(account, order.trading_mode)
        card = render_card(view, quotes, self._handler_context.services.clock.now())
        markup = keyboard(card.rows, self._handler_context.codec, presser.chat_id)
        sent = await bot.send_message(presser.chat_id, card.html, reply_markup=markup)
        if card.rows or can_still_move(order):
            copy = replace(presser, message_id=MessageId(sent.message_id))
            await self._handler_context.services.cards.adopt(order_id, copy)


def words_behind(message: Message) -> str:
    """What a person wrote behind the command."""
    return (message.text or "").partition(" ")[2].strip()


def can_still_move(order: Order) -> bool:
    """Whether a card of this order can still change."""
    if order.status is not QueueStatus.APPROVED:
        return order.status is QueueStatus.PENDING
    return any(leg.broker_status not in FINAL_LEG_STATES for leg in order.legs)


def number_in(text: str) -> int | None:
    """The order number in `42` or `#42`, if that is what the text is."""
    match = re.fullmatch(r"#?([0-9]{1,18})", text.strip())
    return int(match[1]) if match else None
