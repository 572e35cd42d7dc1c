"""The right of way of who presses a button: before the cards of others, as far as they can stop."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

RECENT = 60.0
"""Seconds for which the cards in the chat of a press are more urgent than others."""
GIVE_WAY = 0.1
"""Seconds that each step of showing a card waits at most, so that cards go on while people press without a pause."""
_REMEMBERED = 10_000


class Presses:
    """Which presses are being handled, and who pressed lately."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._handled = 0
        self._clear = asyncio.Event()
        self._clear.set()
        self._latest: OrderedDict[int, float] = OrderedDict()

    @contextmanager
    def handling(self, chat_id: int) -> Iterator[None]:
        """A press in this chat is being handled for the length of a `with` block."""
        self._latest[chat_id] = self._seconds()
        self._latest.move_to_end(chat_id)
        while len(self._latest) > _REMEMBERED:
            self._latest.popitem(last=False)
        self._handled += 1
        self._clear.clear()
        try:
            yield
        finally:
            self._handled -= 1
            if not self._handled:
                self._clear.set()

    def is_recent(self, chat_id: int) -> bool:
        """Whether somebody pressed something in this chat just now."""
        return self._seconds() - self._latest.get(chat_id, -RECENT) < RECENT

    async def let_pass(self) -> None:
        """Wait until no press is being handled, but not for long."""
        if self._clear.is_set():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(GIVE_WAY):
                await self._clear.wait()
