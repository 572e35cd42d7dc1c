"""The audit trail for people: checking it and taking a copy of it."""

from collections.abc import AsyncIterator
from datetime import datetime

from core.audit import Actor, Break, Event, Kind, Link, Verifier, canonical_time
from core.clock import Clock
from core.ids import AccountId
from core.ports import Database, ReadTransaction


class AuditBook:
    """Every account's chain of events."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def verify(self, account_id: AccountId | None = None) -> list[Break]:
        """Every break in one account's chain, or in all of them; empty when all is as it was written."""
        async with self._database.read() as tx:
            accounts = [account_id] if account_id is not None else await _expected_chains(tx)
            return [found for account in accounts for found in await _breaks(tx, account)]

    async def export(
        self, account_id: AccountId, since: datetime | None, until: datetime | None, actor: Actor
    ) -> AsyncIterator[Link]:
        """The account's rows from `since` up to but not including `until`; the export itself is recorded first."""
        first = canonical_time(since) if since else None
        end = canonical_time(until) if until else None
        event = Event(account_id, Kind.EXPORTED, actor, self._clock.now(), facts={"since": first, "until": end})
        async with self._database.begin() as tx:
            await tx.audit.append(event)
            await tx.commit()
        async with self._database.read() as look:
            async for link in look.audit.links(account_id):
                if (first is None or link.at >= first) and (end is None or link.at < end):
                    yield link


async def _expected_chains(tx: ReadTransaction) -> list[AccountId]:
    """Adding an account is its first event, so every account must have a chain."""
    accounts = {account.id for account in await tx.accounts.list()}
    return sorted(accounts | {*await tx.audit.chained_accounts()})


async def _breaks(tx: ReadTransaction, account_id: AccountId) -> list[Break]:
    verifier = Verifier(account_id)
    found = [broken async for link in tx.audit.links(account_id) for broken in verifier.check(link)]
    return [*found, *verifier.finish(await tx.audit.head(account_id))]
