"""Work that no update waits for, such as drawing: a tap on Approve must not queue behind it."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.transport.fault_barrier import contained
from core.ids import ChatId


class Later:
    """One piece of work at a time for each chat; a failure is logged and ends only that piece."""

    def __init__(self) -> None:
        self._tasks: dict[ChatId, asyncio.Task[None]] = {}

    def begin(self, chat_id: ChatId, what: str, work: Callable[[], Awaitable[None]]) -> bool:
        """Whether it was begun: not while this chat's last piece goes on. `what` is how a failure is logged."""
        if chat_id in self._tasks:
            return False
        task = asyncio.create_task(contained(what, work(), chat=chat_id), name=f"{what} {chat_id}")
        self._tasks[chat_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(chat_id))
        return True

    async def close(self) -> None:
        """Give up what goes on."""
        tasks = [*self._tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
