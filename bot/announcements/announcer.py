"""Sends announcements: each until Telegram has taken it, or says that its person cannot be reached."""

import asyncio

import structlog
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.announcements.wording import render_announcement
from bot.callbacks.buttons import keyboard
from bot.callbacks.codec import Codec
from bot.transport.bot_client import PollingBot
from bot.transport.fault_barrier import contained
from core.ports import Announcement
from core.services.limits.announcing import AnnouncementQueue

LOOK_EVERY = 1.0
_log = structlog.get_logger()


class Announcer:
    """One pass sends what is due, oldest first; a crash between sending and recording sends once more."""

    def __init__(self, bot: PollingBot, codec: Codec, queue: AnnouncementQueue) -> None:
        self._bot = bot
        self._codec = codec
        self._queue = queue

    async def run(self) -> None:
        """Send what is due until cancelled."""
        while True:
            await contained("announcements.failed", self.work())
            await asyncio.sleep(LOOK_EVERY)

    async def work(self) -> int:
        """Send everything that is due now; returns how many were sent. Raises Unready."""
        due = await self._queue.due()
        sent = [await self._send(one) for one in due]
        return sum(sent)

    async def _send(self, announcement: Announcement) -> bool:
        try:
            text, rows = render_announcement(announcement)
            markup = keyboard(rows, self._codec, announcement.chat_id)
            await self._bot.send_message(announcement.chat_id, text, reply_markup=markup)
        except (Forbidden, BadRequest) as refused:
            _log.warning("announcement.given_up", chat=announcement.chat_id, why=refused.message)
        except TelegramError as away:
            _log.info("announcement.not_sent", chat=announcement.chat_id, why=away.message)
            return False
        await self._queue.record_sent(announcement)
        return True
