"""Watches sessions at brokers: people are told in the morning, before the market opens, and when one ends."""

from datetime import time

from core.accounts import Account
from core.clock import IST, Clock
from core.errors import BrokerError, CountersignError
from core.ports import BrokerConnections, Database
from core.ports.insight import LoginNeeded, LoginNews
from core.services.access.broker_logins import BrokerLogins

MORNING, EVENING = time(8), time(23, 30)
"""In India: earlier nobody is asked to log in, and later there is nothing to trade."""


class LoginWatch:
    """Looks at what each broker said last, and asks it only when that was no good."""

    def __init__(
        self,
        database: Database,
        logins: BrokerLogins,
        connections: BrokerConnections,
        news: LoginNews,
        clock: Clock,
    ) -> None:
        self._database = database
        self._logins = logins
        self._connections = connections
        self._news = news
        self._clock = clock

    async def look(self) -> int:
        """Tell of every account that trades live and has no session; returns how many people. Raises Unready."""
        here = self._clock.now().astimezone(IST).time()
        if not MORNING <= here < EVENING:
            return 0
        async with self._database.read() as tx:
            accounts = await tx.accounts.list()
        return sum([await self._look_at(account) for account in accounts if account.trades_at_a_broker])

    async def _look_at(self, account: Account) -> int:
        why = await self._why_closed(account)
        if not why:
            return 0
        try:
            url = await self._logins.find_login_url(account) or ""
        except CountersignError:
            url = ""
        day = self._clock.now().astimezone(IST).date()
        return await self._news.login_needed(LoginNeeded(account.id, f"{account.broker} {day}", why, url))

    async def _why_closed(self, account: Account) -> str:
        """Why no order could be sent for lack of a session; nothing while there is one, or the broker is away."""
        broker = self._connections.broker_of(account.id)
        if broker is None:
            return self._logins.problems.get(account.id, "No credentials are stored.")
        try:
            await broker.check()
        except BrokerError:
            # It may be away only: then nobody can log in, and that is told elsewhere.
            try:
                session = await broker.session()
            except BrokerError:
                return ""
            return "" if session.is_open else session.detail
        return ""
