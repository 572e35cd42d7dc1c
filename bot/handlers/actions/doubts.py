"""The buttons under a card whose order may or may not be at the broker."""

import re
from collections.abc import Awaitable, Callable, Mapping

from bot.cards.terms import number
from bot.handlers.context import ButtonPress, HandlerContext
from bot.pages.doubt_question import YES, send_again_question
from bot.text import doubt_texts as texts
from bot.text import messages
from bot.text.escaping import one_line
from core.services.approval.doubtful_legs import Doubt

_ARGUMENT = re.compile(r"(there|again|drop|pick([0-9]))-([0-9]{1,6})")


class DoubtButtons:
    """Each press is bound to the version of the card it was made under."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._doubts = handler_context.services.doubtful_legs
        self._ways: Mapping[str, Callable[[ButtonPress, Doubt], Awaitable[None]]] = {
            "there": self._there,
            "again": self._ask,
            "drop": self._drop,
        }

    async def press(self, tap: ButtonPress) -> None:
        """Carry out one press. Raises Fault, Unready."""
        if tap.press.argument.startswith(YES):
            await self._send_again(tap)
            return
        found = _ARGUMENT.fullmatch(tap.press.argument)
        if found is None:
            await tap.answer(messages.BAD_BUTTON, alert=True)
            return
        doubt = Doubt(tap.press.order_id, tap.press.version, int(found[3]))
        if found[2] is not None:
            await self._adopt(tap, doubt, int(found[2]))
        else:
            await self._ways[found[1]](tap, doubt)

    async def _there(self, tap: ButtonPress, doubt: Doubt) -> None:
        is_found = await self._doubts.look_again(doubt, tap.presser.user_id)
        await tap.answer(texts.FOUND if is_found else texts.CHOOSE, alert=not is_found)

    async def _adopt(self, tap: ButtonPress, doubt: Doubt, place: int) -> None:
        found = await self._doubts.adopt(doubt, tap.presser.user_id, place)
        await tap.answer(texts.ADOPTED.format(id=one_line(found.broker_order_id, 40)))

    async def _drop(self, tap: ButtonPress, doubt: Doubt) -> None:
        await self._doubts.drop(doubt, tap.presser.user_id)
        await tap.answer(texts.DROPPED, alert=True)

    async def _ask(self, tap: ButtonPress, doubt: Doubt) -> None:
        asked = await self._doubts.ask_send_again(doubt, tap.presser.user_id)
        await tap.answer()
        await tap.say(*send_again_question(asked))

    async def _send_again(self, tap: ButtonPress) -> None:
        order = await self._doubts.send_again(tap.press.argument.removeprefix(YES), tap.presser.user_id)
        text = texts.SENT_AGAIN.format(number=number(order))
        await tap.answer(text)
        await tap.edit(text)
