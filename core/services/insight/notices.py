"""Plans notices from the audit trail, and keeps what is still to be sent: a crash loses none of them."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from time import perf_counter

from core.accounts import Account
from core.audit import Link
from core.clock import IST, trading_day
from core.ids import AccountId, ChatId, MessageId, UserId
from core.insight.doers import Doer
from core.insight.news import KINDS, News, Topic
from core.insight.notice_settings import NoticeSettings
from core.orders.order import Order
from core.ports import Database, ReadTransaction, Transaction
from core.ports.insight import LoginNeeded, NewNotice, Notice
from core.services.giving_way import give_way
from core.services.insight.news_reading import read_news
from core.services.telling import tell
from core.services.trusted_clock import TrustedClock

PAGE = 5
"""Events that are looked at together: everybody else waits while their notices are written."""
MOST_DUE = 200
"""So many notices are looked at together; more than a person would read."""
WRITE_EVERY = 500
"""What was looked at is written down after so many events, even if none of them was news."""
SUMMARY_AT = time(15, 45)
"""In India: a quarter of an hour after the shares' close."""
KEPT_FOR = timedelta(days=30)
OLD = timedelta(hours=24)
"""What could not be sent for so long is given up."""


@dataclass(frozen=True, slots=True)
class Due:
    """A notice with what its text is made of."""

    notice: Notice
    account: Account
    order: Order | None
    card: MessageId | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """Everything that waits for one person, oldest first."""

    chat_id: ChatId
    due: Sequence[Due]
    settings: NoticeSettings
    many_accounts: bool

    def is_silent(self, due: Sequence[Due], now: datetime) -> bool:
        """Whether a message with these makes no sound."""
        return all(self.settings.is_silent(KINDS.get(one.notice.topic), now) for one in due)


class NoticeBook:
    """What people are to be told, and what they chose to be told."""

    def __init__(self, database: Database, clock: TrustedClock, is_trading_day: Callable[[date], bool]) -> None:
        self._database = database
        self._clock = clock
        self._is_trading_day = is_trading_day
        self._seen: dict[AccountId, int] = {}
        """Up to where a trail holds no news; written down with the next news only."""
        self.wake = asyncio.Event()

    # ------------------------------------------------------------ planning

    async def plan(self) -> int:
        """Store notices of what happened since the last time; how many. Raises Unready."""
        async with self._database.read() as tx:
            behind = [one for one in await tx.notices.accounts_with_news() if await self._may_be_told(tx, *one)]
        return sum([await self._plan(*one) for one in behind])

    async def _may_be_told(self, tx: ReadTransaction, account_id: AccountId, stored: int, end: int) -> bool:
        """Whether there may be something to tell, or to write down that there was nothing: there seldom is."""
        seen = max(stored, self._seen.get(account_id, 0))
        if end - stored >= WRITE_EVERY or await tx.notices.events(account_id, seen, end, 1):
            return True
        self._seen[account_id] = end
        return False

    async def _plan(self, account_id: AccountId, stored: int, end: int) -> int:
        seen, added = max(stored, self._seen.get(account_id, 0)), 0
        while seen < end:
            began = perf_counter()
            async with self._database.read() as tx:
                links = await tx.notices.events(account_id, seen, end, PAGE)
                news = [(link, one) for link in links if (one := await read_news(tx, link)) is not None]
            seen = links[-1].seq if len(links) == PAGE else end
            if news or seen - stored >= WRITE_EVERY:
                async with self._database.begin() as write:
                    if not await write.notices.move(account_id, stored, seen):
                        return added
                    for link, one in news:
                        added += await self._add(write, link, one)
                    await write.commit()
                stored = seen
            self._seen[account_id] = seen
            if seen < end:
                # Orders and presses go first.
                await give_way(began, times=3)
        return added

    async def _add(self, tx: Transaction, link: Link, news: News) -> int:
        account_id, now = AccountId(link.account_id), self._clock.now()
        told = await tell(tx, account_id, news, f"{account_id}-{link.seq}", now)
        return told + await tx.notices.add(_to_the_removed(link, news), now)

    async def plan_summaries(self) -> int:
        """Store a notice of the day's result for everybody, once after the close; how many. Raises Unready."""
        now = self._clock.now()
        day, close = trading_day(now), datetime.combine(trading_day(now), SUMMARY_AT, IST)
        if now < close or not self._is_trading_day(day):
            return 0
        async with self._database.begin() as tx:
            added = 0
            for account in await tx.accounts.list():
                if account.enabled:
                    # As of the close: who was linked later begins with the next day.
                    summary = News(Topic.SUMMARY, close, Doer("system"), {"day": day.isoformat()})
                    added += await tell(tx, account.id, summary, f"{account.id}-day-{day}", now)
            if added:
                await tx.commit()
        self.wake.set()
        return added

    async def login_needed(self, login: LoginNeeded) -> int:
        """Implements core.ports.insight.LoginNews. Raises NotFound, Unready."""
        now = self._clock.now()
        session = hashlib.sha256(login.session.encode()).hexdigest()[:12]
        key = f"{login.account_id}-login-{trading_day(now)}-{session}"
        async with self._database.begin() as tx:
            account = await tx.accounts.get(login.account_id)
            facts = {"broker": account.broker, "why": login.why, "url": login.url}
            told = await tell(tx, account.id, News(Topic.LOGIN_NEEDED, now, Doer("system"), facts), key, now)
            await tx.commit()
        self.wake.set()
        return told

    # ------------------------------------------------------------ sending

    async def readers_due(self) -> Sequence[UserId]:
        """Everybody for whom something waits. Raises Unready."""
        async with self._database.read() as tx:
            return await tx.notices.readers_due(self._clock.now())

    async def inbox(self, user_id: UserId) -> Inbox:
        """Everything that waits for this person now; nothing of accounts that they are no longer linked to.

        Raises Unready.
        """
        async with self._database.read() as tx:
            waiting = await tx.notices.list_due(user_id, self._clock.now(), MOST_DUE)
            links = await tx.accounts.list_links_of(user_id)
            mine = {link.account_id for link in links}
            theirs = [one for one in waiting if one.account_id in mine or one.topic is Topic.REMOVED]
            due = [await _due(tx, one) for one in theirs]
            settings = await tx.notices.settings(user_id)
        await self._drop([one for one in waiting if one not in theirs])
        # A person's private chat has their own number.
        return Inbox(ChatId(user_id), due, settings, len(links) > 1)

    async def _drop(self, notices: Sequence[Notice]) -> None:
        if notices:
            async with self._database.begin() as tx:
                await tx.notices.finish([one.id for one in notices], self._clock.now(), "not linked any more")
                await tx.commit()

    async def finish(self, due: Sequence[Due], answer: str, message_id: MessageId | None = None) -> None:
        """These are sent as this message, or given up for the reason in `answer`. Raises Unready."""
        async with self._database.begin() as tx:
            await tx.notices.finish([one.notice.id for one in due], self._clock.now(), answer, message_id)
            await tx.commit()

    async def postpone(self, due: Sequence[Due], seconds: float, why: str) -> None:
        """Try these again later; what is a day old is given up. Raises Unready."""
        now = self._clock.now()
        old = [one.notice.id for one in due if now - one.notice.created_at >= OLD]
        async with self._database.begin() as tx:
            await tx.notices.finish(old, now, f"given up: {why}")
            later = [one.notice.id for one in due if one.notice.id not in old]
            await tx.notices.postpone(later, now + timedelta(seconds=seconds), why)
            await tx.commit()

    async def forget_old(self) -> int:
        """Delete what was finished a month ago; how many. Raises Unready."""
        async with self._database.begin() as tx:
            count = await tx.notices.forget_before(self._clock.now() - KEPT_FOR)
            await tx.commit()
        return count

    # ------------------------------------------------------------ what people want

    async def settings_of(self, user_id: UserId) -> NoticeSettings:
        """What this person has chosen. Raises Unready."""
        async with self._database.read() as tx:
            return await tx.notices.settings(user_id)

    async def change(self, user_id: UserId, change: Callable[[NoticeSettings], NoticeSettings]) -> NoticeSettings:
        """Change what this person has chosen; returns what holds then. Raises Unready."""
        async with self._database.begin() as tx:
            after = change(await tx.notices.settings(user_id))
            await tx.notices.choose(user_id, after)
            await tx.commit()
        return after


def _to_the_removed(link: Link, news: News) -> Sequence[NewNotice]:
    """Who was removed is told so, whatever they chose."""
    if news.topic is not Topic.UNLINKED or not news.facts.get("user", "").isdigit():
        return ()
    user_id = UserId(int(news.facts["user"]))
    key = f"{link.account_id}-{link.seq}"
    by = {"by": news.doer.kind, "by_name": news.doer.name}
    return [NewNotice(user_id, AccountId(link.account_id), key, Topic.REMOVED, by, news.at)]


async def _due(tx: ReadTransaction, notice: Notice) -> Due:
    order = card = None
    if notice.order_id is not None:
        order = await tx.orders.find(notice.order_id)
        card = await tx.notices.card_of(notice.user_id, notice.order_id)
    return Due(notice, await tx.accounts.get(notice.account_id), order, card)
