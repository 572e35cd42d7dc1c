"""The buttons under a digest: its pages, and the questions about all that it stands for."""

from collections.abc import Awaitable, Callable, Sequence

from bot.handlers.context import ButtonPress, HandlerContext
from bot.text import bulk_texts as texts
from core.client.bulk import Verb
from core.ids import OrderId
from core.services.approval.bulk_decisions import MOST_AT_ONCE

_TURN = "t"
_Ask = Callable[[ButtonPress, Verb, Sequence[OrderId]], Awaitable[None]]


class DigestPresses:
    """A press counts for the digest that the chat has now; the message of one that is over says so."""

    def __init__(self, handler_context: HandlerContext, ask_about: _Ask) -> None:
        """`ask_about` puts the question about some orders."""
        self._digests = handler_context.services.digests
        self._ask_about = ask_about

    async def press(self, tap: ButtonPress) -> None:
        """`t_3` turns to the fourth page, `approve` and `reject` ask about everything that waits in it."""
        what, _, page = tap.press.argument.partition("_")
        if what == _TURN:
            is_known = await self._digests.turn(tap.presser, int(page))
        else:
            is_known = await self._ask(tap, Verb(what))
        if not is_known:
            await tap.answer(texts.OVER, alert=True)
            await tap.edit(texts.LIST_OVER)

    async def _ask(self, tap: ButtonPress, verb: Verb) -> bool:
        numbers = await self._digests.numbers(tap.presser, MOST_AT_ONCE)
        if numbers is None:
            return False
        await self._ask_about(tap, verb, numbers)
        return True
