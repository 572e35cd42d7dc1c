"""Tells people once that a broker does not answer, and once that it does again."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from core.accounts import Account
from core.clock import IST, render_ist, render_ist_time, trading_day
from core.errors import BrokerError
from core.ids import AccountId
from core.insight.doers import Doer
from core.insight.news import KINDS, News, Topic
from core.market.broker_reach import Reach
from core.ports import BrokerConnections, Database
from core.ports.insight import NewNotice
from core.services.access.login_watch import EVENING, MORNING
from core.services.operations.health import BrokerOutages
from core.services.telling import tell
from core.services.trusted_clock import TrustedClock

AWAY_AFTER = timedelta(minutes=1)
"""Without any answer; what is shorter shows on the cards of the orders that wait."""
BACK_AFTER = timedelta(minutes=1)
"""With every request answered, so that a broker that comes and goes is told of once."""
LOOK_BACK = timedelta(hours=36)
"""An outage is told of once a day, so what was told before is over."""
_AT_ONCE = 8


class OutageWatch:
    """Looks at what each account's last requests met; a broker that did not answer is asked for the session.

    All accounts at one broker share its outages. What was told is in the notices: a restart tells nothing twice.
    """

    def __init__(
        self, database: Database, connections: BrokerConnections, clock: TrustedClock, shown: BrokerOutages
    ) -> None:
        self._database = database
        self._connections = connections
        self._clock = clock
        self._shown = shown
        self._told: dict[str, datetime] | None = None
        """Since when each broker is away, as people were told; None before the notices were read."""
        self._written: set[tuple[AccountId, str]] = set()
        self._well_since: dict[str, datetime] = {}
        """Since when a broker that people think away has answered everything."""
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def look(self) -> int:
        """Tell of every broker that went away or came back; returns how many people. Raises Unready."""
        async with self._database.read() as tx:
            accounts = [account for account in await tx.accounts.list() if account.trades_at_a_broker]
        told = self._told = await self._read_told() if self._told is None else self._told
        at: defaultdict[str, dict[AccountId, Reach]] = defaultdict(dict)
        for account, reach in zip(
            accounts, await asyncio.gather(*(self._ask(account, told) for account in accounts)), strict=True
        ):
            if reach is not None:
                at[account.broker][account.id] = reach
        self._shown.problem = " ".join(self._describe(broker, reaches) for broker, reaches in at.items()).strip()
        return sum([await self._judge(broker, reaches, told) for broker, reaches in at.items()])

    async def _ask(self, account: Account, told: Mapping[str, datetime]) -> Reach | None:
        broker = self._connections.broker_of(account.id)
        if broker is None:
            return None
        if broker.reach.silent_since is not None or account.broker in told:
            async with self._turn:
                with suppress(BrokerError):
                    await broker.session()
        return broker.reach

    def _away(self, reaches: Mapping[AccountId, Reach]) -> Mapping[AccountId, datetime]:
        """Since when each of these accounts is without an answer, if that is long."""
        silent = {one: reach.silent_since for one, reach in reaches.items() if reach.silent_since is not None}
        now = self._clock.now()
        return {one: since for one, since in silent.items() if now - since >= AWAY_AFTER}

    def _describe(self, broker: str, reaches: Mapping[AccountId, Reach]) -> str:
        away = self._away(reaches)
        return f"{broker} has not answered since {render_ist_time(min(away.values()))}." if away else ""

    async def _judge(self, broker: str, reaches: Mapping[AccountId, Reach], told: dict[str, datetime]) -> int:
        now, away = self._clock.now(), self._away(reaches)
        if away:
            self._well_since.pop(broker, None)
            is_day = MORNING <= now.astimezone(IST).time() < EVENING
            return (
                await self._tell_away(broker, [*away], told.setdefault(broker, min(away.values()))) if is_day else 0
            )
        is_well = all(reach.silent_since is None for reach in reaches.values())
        if broker not in told or not is_well or not any(reach.answered_at for reach in reaches.values()):
            self._well_since.pop(broker, None)
            return 0
        well_since = self._well_since.setdefault(broker, now)
        if now - well_since < BACK_AFTER:
            return 0
        count = await self._tell_back(broker, told[broker], well_since)
        del told[broker], self._well_since[broker]
        return count

    async def _tell_away(self, broker: str, accounts: Sequence[AccountId], since: datetime) -> int:
        now = self._clock.now()
        key = f"{broker}-away-{since:%Y%m%d%H%M%S}-{trading_day(now)}"
        fresh = [one for one in accounts if (one, key) not in self._written]
        if not fresh:
            return 0
        facts = {"broker": broker, "outage": since.isoformat(), "since": render_ist(since)}
        news = News(Topic.BROKER_AWAY, now, Doer("system"), facts)
        async with self._database.begin() as tx:
            count = sum([await tell(tx, one, news, key, now) for one in fresh])
            await tx.commit()
        self._written |= {(one, key) for one in fresh}
        return count

    async def _tell_back(self, broker: str, since: datetime, until: datetime) -> int:
        """Tell those who were told that it is away."""
        now, topic, outage = self._clock.now(), Topic.BROKER_BACK, since.isoformat()
        facts = {"broker": broker, "outage": outage, "since": render_ist(since), "until": render_ist(until)}
        async with self._database.begin() as tx:
            earlier = await tx.notices.list_told([Topic.BROKER_AWAY], now - LOOK_BACK)
            new = [
                NewNotice(one.user_id, one.account_id, f"{broker}-back-{since:%Y%m%d%H%M%S}", topic, facts, now)
                for one in earlier
                if _outage(one) == (broker, outage) and (await tx.notices.settings(one.user_id)).wants(KINDS[topic])
            ]
            count = await tx.notices.add(new, now)
            await tx.commit()
        return count

    async def _read_told(self) -> dict[str, datetime]:
        """The outages of which people know the beginning and not the end."""
        async with self._database.read() as tx:
            told = await tx.notices.list_told([Topic.BROKER_AWAY, Topic.BROKER_BACK], self._clock.now() - LOOK_BACK)
        over = {_outage(one) for one in told if one.topic is Topic.BROKER_BACK}
        still = [_outage(one) for one in told if _outage(one) not in over]
        return {broker: datetime.fromisoformat(since) for broker, since in still}


def _outage(notice: NewNotice) -> tuple[str, str]:
    return notice.facts["broker"], notice.facts["outage"]
