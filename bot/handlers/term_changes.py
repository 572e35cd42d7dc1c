"""The buttons Part…, Price… and As asked under a waiting card, and typed quantities and prices."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from telegram import Message, Update
from telegram.error import BadRequest
from telegram.ext import filters

from bot.callbacks.buttons import Button, Rows, keyboard
from bot.callbacks.codec import QUESTION, Act, Press, Refused
from bot.cards.card import card_buttons
from bot.cards.decision_toasts import GLAD, toast
from bot.cards.terms import number
from bot.handlers.context import ButtonPress, HandlerContext, person_name
from bot.text import amounts
from bot.text import card_face as texts
from core.ids import ChatId, MessageId, OrderId, UserId
from core.money import plain, rupees
from core.orders.bounds import Bounds
from core.orders.decisions import Presser, Verdict
from core.orders.order import Order
from core.review.changes import Change
from core.services.approval.revise_terms import Offer

_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,8})?", re.ASCII)
_LONGEST_ARGUMENT = 16


class _AnswersAQuestion(filters.MessageFilter):
    """Replies to our questions about quantity and price."""

    def filter(self, message: Message) -> bool:
        """Whether this message answers one."""
        asked = message.reply_to_message
        return asked is not None and QUESTION.search(asked.text or "") is not None


ANSWERS_A_QUESTION = _AnswersAQuestion()


class TermChanges:
    """Every press and answer is bound to the version of the card that it was made under."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._handler_context = handler_context
        self._revisions = handler_context.services.term_revisions

    async def press(self, tap: ButtonPress) -> None:
        """Show what may be chosen, or change the order to what was chosen."""
        argument = tap.press.argument
        change = _read_change(argument)
        if change is not None:
            press = tap.press
            await self._answer(tap, await self._revisions.change(press.order_id, press.version, tap.presser, change))
            return
        offer = await self._revisions.offer(tap.press.order_id, tap.press.version, tap.presser)
        if isinstance(offer, Verdict):
            await self._answer(tap, offer)
        elif argument in texts.HINTS:
            await self._ask(tap, offer.order, argument)
        else:
            await self._show(tap, offer)

    async def typed(self, update: Update, context: Any) -> None:
        """Change the order to what was typed as a reply to our question."""
        message = update.message
        if message is not None and message.from_user is not None:
            await self._handler_context.reply(message, await self._take(message))

    async def _show(self, tap: ButtonPress, offer: Offer) -> None:
        """Put the choices under the card, or its own buttons again; the card's next edit does that as well."""
        own = await self._own_buttons(tap, offer.order)
        # The decision stays where it is: when the card is refreshed, no Approve may slip under a thumb on a choice.
        rows = own if tap.press.argument == "back" else [*own[:1], *_choices(offer, tap.press.argument)]
        await tap.answer()
        markup = keyboard(rows, self._handler_context.codec, tap.presser.chat_id)
        try:
            await tap.bot.edit_message_reply_markup(tap.presser.chat_id, tap.presser.message_id, reply_markup=markup)
        except BadRequest as fault:
            if "not modified" not in fault.message.lower():
                raise

    async def _own_buttons(self, tap: ButtonPress, order: Order) -> Rows:
        account, fresh = await self._handler_context.services.client_view.get_order(tap.presser.user_id, order.id)
        return card_buttons(await self._handler_context.view(tap.presser.user_id, account, fresh))

    async def _ask(self, tap: ButtonPress, order: Order, about: str) -> None:
        """Ask for a typed number; the answer finds order and version by the signed reference in the question."""
        await tap.answer(texts.ASKED_BELOW)
        chat_id = tap.presser.chat_id
        reference = self._handler_context.codec.question(order.id, order.version, about, chat_id)
        template = texts.ASK_QUANTITY if about == "quantity" else texts.ASK_PRICE
        text = template.format(number=number(order), allowed=_allowed(order, about), reference=reference)
        await tap.ask(text, texts.HINTS[about])

    async def _take(self, message: Message) -> str:
        asked, sender, chat_id = message.reply_to_message, message.from_user, ChatId(message.chat.id)
        assert asked is not None
        assert sender is not None
        try:
            order_id, version, about = self._handler_context.codec.read_question(asked.text or "", chat_id)
        except Refused:
            return texts.UNBOUND
        value = _read_number(message.text or "")
        if value is None:
            return texts.NO_NUMBER
        presser = Presser(UserId(sender.id), person_name(sender), chat_id, MessageId(message.message_id))
        change = Change(quantity=value) if about == "quantity" else Change(price=value)
        return self._toast(await self._revisions.change(order_id, version, presser, change), presser)

    async def _answer(self, tap: ButtonPress, verdict: Verdict) -> None:
        await tap.answer(self._toast(verdict, tap.presser), alert=verdict.answer not in GLAD)

    def _toast(self, verdict: Verdict, presser: Presser) -> str:
        return toast(verdict, presser.user_id, self._handler_context.services.clock.now())


def _choices(offer: Offer, what: str) -> Rows:
    """A row of ready choices, one to type another, and the way back."""
    order = offer.order
    if what == "part":
        labels = [
            (texts.FRACTIONS[one].format(quantity=amounts.quantity(size)), size) for one, size in offer.quantities
        ]
        ready, other = _buttons(order, "q", labels), Button(texts.TYPE_QUANTITY, _press(order, "quantity"))
    else:
        ready = _buttons(order, "p", [(amounts.price(price), price) for price in offer.prices])
        other = Button(texts.TYPE_PRICE, _press(order, "price"))
    rows = [ready[start : start + 3] for start in range(0, len(ready), 3)]
    return [*rows, [other, Button(texts.BACK, _press(order, "back"))]]


def _buttons(order: Order, kind: str, choices: Sequence[tuple[str, Decimal]]) -> list[Button]:
    named = [(label, f"{kind}{plain(value).replace('.', '_')}") for label, value in choices]
    return [Button(label, _press(order, argument)) for label, argument in named if len(argument) <= _LONGEST_ARGUMENT]


def _press(order: Order, argument: str) -> Press:
    return Press(Act.TERMS, OrderId(order.id), order.version, argument)


def _read_change(argument: str) -> Change | None:
    """What a button asks to be changed; None for one that only shows something."""
    if argument == "asked":
        return Change(restore=True)
    value = _read_number(argument[1:].replace("_", "."))
    if value is None:
        return None
    return Change(quantity=value) if argument[0] == "q" else Change(price=value)


def _read_number(text: str) -> Decimal | None:
    tidy = text.strip().removeprefix("₹").replace(",", "").strip()
    return Decimal(tidy) if _NUMBER.fullmatch(tidy) else None


def _allowed(order: Order, about: str) -> str:
    bounds = order.bounds or Bounds()
    span = bounds.quantity if about == "quantity" else bounds.price
    if span is None:
        return ""
    write = plain if about == "quantity" else rupees
    return texts.ALLOWED.format(low=write(span.low), high=write(span.high))
