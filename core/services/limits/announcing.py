"""The queue of what people are still to be told."""

from collections.abc import Sequence

from core.clock import Clock
from core.ports import Announcement, Database

AT_ONCE = 50


class AnnouncementQueue:
    """Reads and finishes announcements."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def due(self) -> Sequence[Announcement]:
        """What nobody was told yet, oldest first. Raises Unready."""
        async with self._database.read() as tx:
            return await tx.announcements.list_unsent(AT_ONCE)

    async def record_sent(self, announcement: Announcement) -> None:
        """Do not send it again. Raises Unready."""
        async with self._database.begin() as tx:
            await tx.announcements.record_sent(announcement.id, self._clock.now())
            await tx.commit()
