"""Sends one person's notices: one by one, or as one digest when there are many."""

from collections.abc import Sequence

import structlog
from telegram import InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.callbacks.buttons import keyboard
from bot.cards.sender import Telegram
from bot.chart.renderer import NotDrawn, Pictures
from bot.pages import pnl as pnl_page
from bot.pages.notices import digest, notice_buttons, notice_line, stands_alone
from bot.text.language.translation import speaking
from bot.transport.priorities import Priority
from bot.transport.rate_limiter import patience
from core.backoff import Backoff
from core.clock import trading_day
from core.errors import CountersignError
from core.ids import MessageId
from core.insight.news import Topic
from core.portfolio.profit_and_loss import USUAL_DAYS
from core.services.insight.notices import Due, Inbox, NoticeBook
from core.services.portfolio.broker_books import trading_mode_of
from core.services.portfolio.daily_values import DailyValues
from core.services.trusted_clock import TrustedClock

MOST_SINGLE = 5
"""When more notices than this wait for one chat, they become one message."""
_RETRIES = Backoff(first=2, longest=300, jitter=0)
_log = structlog.get_logger()


class NoticeSender:
    """Sends what waits and records what was sent; what fails waits in the database for its next time."""

    def __init__(
        self,
        telegram: Telegram,
        notices: NoticeBook,
        daily_values: DailyValues,
        pictures: Pictures,
        clock: TrustedClock,
    ) -> None:
        self._bot = telegram.bot
        self._codec = telegram.codec
        self._languages = telegram.languages
        self._notices = notices
        self._daily_values = daily_values
        self._pictures = pictures
        self._clock = clock

    async def send_next(self, inbox: Inbox) -> bool:
        """Send the next message of this person's; whether anything was waiting. Raises Unready."""
        alone = [one for one in inbox.due if stands_alone(one)]
        summaries = [one for one in inbox.due if one.notice.topic is Topic.SUMMARY]
        words = [one for one in inbox.due if one.notice.topic is Topic.STRATEGY_SAYS]
        short = [one for one in inbox.due if one not in alone and one not in summaries and one not in words]
        # A digest has no room for the words of strategies: they come one by one, after what happened.
        batch = alone[:1] or (short if len(short) > MOST_SINGLE else (short or words or summaries)[:1])
        if batch:
            with speaking(await self._languages.of(batch[0].notice.user_id)):
                await self._send(inbox, batch)
        return bool(batch)

    async def _send(self, inbox: Inbox, batch: Sequence[Due]) -> None:
        try:
            sent = await self._deliver(inbox, batch)
            await self._notices.finish(
                batch,
                "too late" if sent is None else f"sent as message {sent}",
                sent if len(batch) == 1 else None,
            )
        except RetryAfter as slow:
            await self._notices.postpone(batch, patience(slow), slow.message)
        except (Forbidden, ChatMigrated) as gone:
            await self._give_up(inbox, batch, gone)
        except BadRequest as refused:
            await self._give_up(inbox, batch, refused)
        except NetworkError as away:
            wait = _RETRIES.wait(max(one.notice.attempts for one in batch) + 1, 0)
            await self._notices.postpone(batch, wait, away.message)

    async def _give_up(self, inbox: Inbox, batch: Sequence[Due], why: TelegramError) -> None:
        _log.warning("notices.given_up", chat=inbox.chat_id, count=len(batch), why=why.message)
        await self._notices.finish(batch, f"given up: {why.message}")

    async def _deliver(self, inbox: Inbox, batch: Sequence[Due]) -> MessageId | None:
        """The message that tells it now; None for what is too late to be told."""
        silent = inbox.is_silent(batch, self._clock.now())
        first = batch[0]
        if first.notice.topic is Topic.SUMMARY:
            return await self._send_summary(inbox, first, silent)
        if len(batch) > 1:
            return await self._send_text(inbox, digest(inbox, batch), silent)
        if first.notice.message_id is not None:
            return await self._tell_again(inbox, first, first.notice.message_id)
        return await self._send_text(inbox, notice_line(first, inbox.many_accounts), silent, first)

    async def _tell_again(self, inbox: Inbox, due: Due, message_id: MessageId) -> MessageId:
        """Change what told of it first: an edit makes no sound, however often it happens."""
        try:
            await self._bot.edit_message_text(
                notice_line(due, inbox.many_accounts),
                inbox.chat_id,
                message_id,
                reply_markup=self._buttons(inbox, due),
                rate_limit_args=Priority.NOTICE,
            )
        except BadRequest as fault:
            if "not modified" not in fault.message.lower():
                raise
        return message_id

    async def _send_text(self, inbox: Inbox, text: str, silent: bool, due: Due | None = None) -> MessageId:
        sent = await self._bot.send_message(
            inbox.chat_id,
            text,
            disable_notification=silent,
            reply_parameters=None if due is None else _reply_to(due),
            reply_markup=None if due is None else self._buttons(inbox, due),
            rate_limit_args=Priority.NEW if due is not None and stands_alone(due) else Priority.NOTICE,
        )
        return MessageId(sent.message_id)

    def _buttons(self, inbox: Inbox, due: Due) -> InlineKeyboardMarkup | None:
        return keyboard(notice_buttons(due), self._codec, inbox.chat_id)

    async def _send_summary(self, inbox: Inbox, due: Due, silent: bool) -> MessageId | None:
        """The day's picture; None when its day is over, and nothing was sent."""
        now = self._clock.now()
        if due.notice.facts.get("day") != trading_day(now).isoformat():
            return None
        try:
            mode = trading_mode_of(due.account)
            history = await self._daily_values.history(due.account, mode, USUAL_DAYS)
        except CountersignError as why:
            _log.warning("summary.not_read", account=due.account.id, why=str(why))
            return await self._send_text(inbox, notice_line(due, inbox.many_accounts), silent)
        caption = pnl_page.caption(due.account, mode, history, now)
        chart = pnl_page.chart_of(due.account, mode, history.of_last(USUAL_DAYS))
        try:
            picture = None if chart is None else await self._pictures.draw(chart)
        except NotDrawn as why:
            _log.warning("picture.not_drawn", why=str(why))
            picture = None
        if picture is None:
            return await self._send_text(inbox, caption, silent)
        sent = await self._bot.send_photo(
            inbox.chat_id,
            picture,
            caption=caption,
            filename="pnl.png",
            disable_notification=silent,
            rate_limit_args=Priority.NOTICE,
        )
        return MessageId(sent.message_id)


def _reply_to(due: Due) -> ReplyParameters | None:
    return None if due.card is None else ReplyParameters(due.card, allow_sending_without_reply=True)
