"""Has notices planned and sent, one worker task for each person, so that nobody waits for another's chat."""

import asyncio

import structlog

from bot.notices.sender import NoticeSender
from bot.transport.fault_barrier import contained
from core.errors import CountersignError
from core.ids import UserId
from core.services.background_tasks import BackgroundTasks
from core.services.insight.notices import NoticeBook
from core.services.wakeups import is_set_within

LOOK_ANYWAY_EVERY = 2.0
GATHER_FOR = 0.5
"""Seconds before each look: what happens at the same time is planned together, and orders go first."""
FINISH_WITHIN = 3.0
_log = structlog.get_logger()


class NoticeKeeper:
    """Runs as long as the service does. What is due is in the database: a restart goes on where it was."""

    def __init__(self, notices: NoticeBook, sender: NoticeSender) -> None:
        self._notices = notices
        self._sender = sender
        self._workers = BackgroundTasks()
        self._is_stopping = False

    async def run(self) -> None:
        """Plan and send until cancelled; then finish what is being sent."""
        self._is_stopping = False
        try:
            while True:
                await asyncio.sleep(GATHER_FOR)
                self._notices.wake.clear()
                await self.work()
                await is_set_within(self._notices.wake, LOOK_ANYWAY_EVERY)
        finally:
            self._is_stopping = True
            await self._workers.close(FINISH_WITHIN)

    async def work(self) -> None:
        """Plan once, and start a worker for everybody for whom something waits."""
        try:
            await self._notices.plan()
            readers = await self._notices.readers_due()
        except CountersignError as fault:
            _log.warning("notices.postponed", why=str(fault))
            return
        for user_id in readers:
            if not self._workers.is_busy(user_id):
                self._workers.start(self._serve(user_id), f"notices of {user_id}", user_id)

    async def settle(self) -> None:
        """Wait until no worker is busy."""
        await self._workers.wait()

    async def _serve(self, user_id: UserId) -> None:
        while not self._is_stopping and await contained("notices.failed", self._send_next(user_id)):
            pass

    async def _send_next(self, user_id: UserId) -> bool:
        return await self._sender.send_next(await self._notices.inbox(user_id))
