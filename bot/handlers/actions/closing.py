"""/close and /closeall: square off as the client, after one question."""

from typing import Any

from telegram import Update

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.cards.legs import sum_up
from bot.cards.status import leg_lines
from bot.handlers.actions.action_context import (
    ActionContext,
    Asked,
    Page,
    account_buttons,
    asked_by,
    carried_out,
    toast,
)
from bot.handlers.actions.position_list import PositionList
from bot.handlers.context import ButtonPress
from bot.pages.positions import Section, position_reference
from bot.pages.questions import close_question, in_words
from bot.text import actions as texts
from bot.text.escaping import one_line
from core.client.changes import parse_number
from core.client.closing import HowMuch, Part
from core.errors import Invalid, NotFound
from core.ids import AccountId, UserId
from core.money import plain
from core.orders.order import Order
from core.portfolio.positions import Position
from core.services.trading.client_closes import Closing

_MOST_CHOICES = 30


class Closes:
    """Asks which position, puts the question, and carries it out."""

    def __init__(self, context: ActionContext, positions: PositionList) -> None:
        self._context = context
        self._positions = positions
        self._closes = context.services.client_actions.closes

    async def close(self, update: Update, context: Any) -> None:
        """`/close SYMBOL [QUANTITY|half]`; without a symbol the list, whose buttons close."""
        asked = asked_by(update)
        if asked is not None and not asked.words:
            await self._positions.send(asked)
        else:
            await self._context.answer(update, self._one)

    async def close_all(self, update: Update, context: Any) -> None:
        """`/closeall`: every open position of one account."""
        await self._context.answer(update, lambda asked: self._all(asked.user_id))

    async def press_all(self, tap: ButtonPress) -> None:
        """*Close all…* under the list."""
        text, rows = await self._all(tap.presser.user_id)
        await tap.answer()
        await tap.say(text, rows)

    async def choose_account(self, tap: ButtonPress, account_id: str) -> None:
        """The account in which everything shall be closed was chosen."""
        question = await self.question(tap.presser.user_id, AccountId(int(account_id)))
        await tap.answer()
        await tap.edit(*question)

    async def question(self, user_id: UserId, account_id: AccountId) -> Page:
        """Whether to close everything in this account."""
        return close_question(await self._closes.ask(user_id, account_id))

    async def choose(self, tap: ButtonPress, account_id: str, wanted: str, part: str) -> None:
        """*Close* or *½* of one position: its question, as a message of its own."""
        section = await self._context.section(tap.presser.user_id, AccountId(int(account_id)))
        if section is None:
            await tap.answer(texts.NOBODY_DECIDES, alert=True)
            return
        found = [one for one in section.open if position_reference(section.account, one) == wanted]
        if not found:
            await tap.answer(texts.LIST_CHANGED, alert=True)
            return
        question = await self._closes.ask(tap.presser.user_id, section.account.id, {found[0].key: _how_much_of(part)})
        await tap.answer()
        await tap.say(*close_question(question))

    async def confirm(self, tap: ButtonPress, token: str) -> None:
        """Yes: store the order, let it leave, and say what came of it."""
        closing = await carried_out(tap, self._closes.confirm(tap.presser.user_id, token))
        if closing is None:
            return
        await toast(tap, texts.SENT.format(number=f"#{closing.order_id}"))
        order = await self._closes.outcome(closing.order_id)
        await tap.edit("\n".join(self._outcome(closing, order)))

    def _outcome(self, closing: Closing, order: Order) -> list[str]:
        now = self._context.services.clock.now()
        one = len(order.legs) == 1
        lines = [", ".join(in_words(leg) for leg in closing.legs)] if len(closing.legs) == 1 else []
        lines += leg_lines(order, order.legs[0], now) if one else [sum_up(order)]
        if closing.legs != closing.asked:
            left = ", ".join(in_words(leg) for leg in closing.legs[:5])
            lines.append(texts.CLOSED_LESS.format(what=left))
        return [*lines, "", texts.CLOSE_DONE.format(number=f"#{order.id}")]

    async def _one(self, asked: Asked) -> Page:
        symbol, *rest = asked.words
        how_much = _how_much(rest)
        sections = [one for one in await self._context.sections(asked.user_id) if one.may_trade]
        if not sections:
            raise Invalid(texts.NOBODY_DECIDES)
        matching = [(one, held) for one in sections for held in one.open if held.symbol.upper() == symbol.upper()]
        if not matching:
            text = texts.NO_SUCH_POSITION.format(symbol=one_line(symbol, 40))
            raise NotFound("\n".join([text, *_problems(sections)]))
        if len(matching) == 1:
            (section, held) = matching[0]
            return close_question(await self._closes.ask(asked.user_id, section.account.id, {held.key: how_much}))
        return texts.WHICH_POSITION, _choices(matching[:_MOST_CHOICES], how_much)

    async def _all(self, user_id: UserId) -> Page:
        """The question, or which account it is about."""
        sections = [one for one in await self._context.sections(user_id) if one.may_trade]
        if not sections:
            raise Invalid(texts.NOBODY_DECIDES)
        with_some = [one for one in sections if one.open]
        if not with_some:
            raise NotFound("\n".join(_problems(sections)) or texts.NOTHING_TO_CLOSE)
        if len(with_some) == 1:
            return close_question(await self._closes.ask(user_id, with_some[0].account.id))
        return texts.WHICH_ACCOUNT, account_buttons("x", [one.account for one in with_some])


def _problems(sections: list[Section]) -> list[str]:
    return [texts.NOT_READ.format(account=one.account.name, why=one.problem) for one in sections if one.problem]


def _choices(matching: list[tuple[Section, Position]], how_much: HowMuch) -> Rows:
    rows = []
    for section, held in matching:
        what = f"{one_line(held.symbol, 24)} {held.exchange} {held.product} · {one_line(section.account.name, 12)}"
        ref = position_reference(section.account, held)
        argument = f"c_{section.account.id}_{ref}_{_part(how_much)}"
        rows.append([Button(texts.CLOSE_ONE.format(what=what), Press(Act.CLIENT, argument=argument))])
    return rows


def _how_much(words: list[str]) -> HowMuch:
    """Raises Invalid for more than one word, and for one that is no quantity."""
    if len(words) > 1:
        raise Invalid(texts.CLOSE_USAGE)
    if not words:
        return Part.ALL
    if words[0].lower() in {"half", "½"}:
        return Part.HALF
    return Part.ALL if words[0].lower() == "all" else parse_number(words[0])


def _part(how_much: HowMuch) -> str:
    return how_much.value[0] if isinstance(how_much, Part) else f"q{plain(how_much).replace('.', '-')}"


def _how_much_of(part: str) -> HowMuch:
    return {"a": Part.ALL, "h": Part.HALF}.get(part) or parse_number(part.removeprefix("q").replace("-", "."))
