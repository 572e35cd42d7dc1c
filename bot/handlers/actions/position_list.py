"""/positions: what is held, what it brought, and buttons to close it."""

from collections.abc import Sequence
from typing import Any

from telegram import Update

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.handlers.actions.action_context import ActionContext, Asked, asked_by
from bot.handlers.context import ButtonPress
from bot.pages.portfolio import fitting
from bot.pages.positions import Section, pages_of, position_buttons, section_lines
from bot.text import actions as texts
from bot.text import card_face, messages
from bot.text.escaping import shown
from bot.text.language.retelling import retold
from core.clock import render_ist_time
from core.ids import UserId
from core.portfolio.positions import Position

ROOM = 3800
"""UTF-16 units that the accounts of a page share."""


class PositionList:
    """Sends the list, and turns its pages in place."""

    def __init__(self, context: ActionContext) -> None:
        self._context = context

    async def show(self, update: Update, context: Any) -> None:
        """Send the first page."""
        asked = asked_by(update)
        if asked is not None:
            await self.send(asked)

    async def send(self, asked: Asked) -> None:
        """Send the first page to who asked."""
        await self._context.reply(asked, *await self.page(asked.user_id))

    async def turn(self, tap: ButtonPress, page: str = "0") -> None:
        """Show this page, or the same one again, with present figures."""
        await tap.answer()
        await tap.edit(*await self.page(tap.presser.user_id, int(page)))

    async def page(self, user_id: UserId, number: int = 0) -> tuple[str, Rows]:
        """One page of it."""
        sections = await self._context.sections(user_id)
        pages = pages_of(sections)
        number = min(number, len(pages) - 1)
        page = pages[number]
        room = ROOM // max(1, len(page))
        blocks = ["\n".join(fitting(section_lines(section, held), room)) for section, held in page]
        many = len(sections) > 1
        rows = [row for section, held in page for row in position_buttons(section, held, many)]
        if any(section.may_trade and len(section.open) > 1 for section in sections):
            rows.append([Button(texts.CLOSE_EVERYTHING, Press(Act.CLIENT, argument="x"))])
        time = render_ist_time(self._context.services.clock.now())
        foot = f"<i>{messages.UPDATED.format(time=time)}</i>"
        if len(pages) > 1:
            foot = f"{texts.PAGE_OF.format(page=number + 1, pages=len(pages))} · {foot}"
        around = "\n".join(self._around(page))
        return "\n\n".join(filter(None, [texts.POSITIONS_TITLE, *blocks, around, foot])), [
            *rows,
            _turns(number, len(pages)),
        ]

    def _around(self, page: Sequence[tuple[Section, Sequence[Position]]]) -> list[str]:
        """Which exchange of these positions is closed, and whether their prices are made up."""
        around, now = self._context.services.checks.surroundings, self._context.services.clock.now()
        closed = around.closed((one.exchange for _, held in page for one in held), now)
        lines = [card_face.WARNING.format(text=shown(retold(why), 120)) for why in closed]
        if around.made_by and any(held and one.account.is_on_paper(one.account.trading_mode) for one, held in page):
            lines.append(card_face.WARNING.format(text=texts.PRICES_MADE_UP.format(by=shown(retold(around.made_by)))))
        return lines


def _turns(number: int, count: int) -> list[Button]:
    def to(label: str, page: int) -> Button:
        return Button(label, Press(Act.CLIENT, argument=f"p_{page}"))

    before = [to(texts.PREVIOUS_PAGE, number - 1)] if number else []
    after = [to(texts.NEXT_PAGE, number + 1)] if number + 1 < count else []
    return [*before, to(messages.REFRESH, number), *after]
