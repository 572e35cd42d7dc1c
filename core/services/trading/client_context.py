"""What everything shares that a client does themselves: who may, which book, and questions with a plan."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import TypeVar

from core.accounts import Account, TradingMode
from core.client.plans import Plan, dump_plan, parse_plan
from core.errors import BrokerUnavailable
from core.ids import AccountId, UserId
from core.ports import Broker, Brokers, Database
from core.services.access.authority import require_decider
from core.services.access.confirmations import Confirmations
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import Signals

T = TypeVar("T")
MOST_AT_ONCE = 25
"""How many positions or orders one question may be about: all of them are named in it."""
PATIENCE = 10.0
"""Seconds that a broker may take to tell what it holds."""


@dataclass(frozen=True, slots=True)
class ClientContext:
    """Owners and approvers may act in every mode: the mode table is for strategies."""

    database: Database
    brokers: Brokers
    confirmations: Confirmations
    clock: TrustedClock
    signals: Signals

    async def account(self, user_id: UserId, account_id: AccountId) -> Account:
        """The account, for who may act on it. Raises Unauthorized, Unready."""
        self.clock.require()
        async with self.database.read() as tx:
            account, _ = await require_decider(tx, account_id, user_id)
        return account

    def book(self, account: Account, trading_mode: TradingMode) -> Broker:
        """The account's book in this mode. Raises Unready."""
        return self.brokers.book(replace(account, trading_mode=trading_mode), trading_mode)

    async def ask(self, user_id: UserId, plan: Plan, instead_of: str | None = None) -> str:
        """Store what this person is asked to confirm; returns the token that does.

        The question that it is asked instead of is void. Raises NotFound when it is already, Unauthorized, Unready.
        """
        async with self.database.begin() as tx:
            if instead_of is not None:
                await self.confirmations.take(tx, instead_of, user_id)
            await require_decider(tx, plan.account_id, user_id)
            token = await self.confirmations.ask(tx, user_id, dump_plan(plan))
            await tx.commit()
        return token

    async def look(self, user_id: UserId, token: str) -> Plan:
        """What a question is about; it stays open. Raises NotFound, Unready."""
        # Taking it in a transaction that is not committed leaves it as it is.
        async with self.database.begin() as tx:
            return parse_plan(await self.confirmations.take(tx, token, user_id))


async def in_time(reading: Awaitable[T]) -> T:
    """What a broker tells. Raises BrokerUnavailable when it takes too long."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await reading
    except TimeoutError:
        raise BrokerUnavailable("The broker takes too long to answer. Nothing was sent.") from None
