"""Verifies and exports the audit trail."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.audit import Actor, Break, Event, Kind, Link, Verifier, canonical_time
from core.clock import Clock
from core.errors import Unready
from core.ids import AccountId, OrderId
from core.orders.order import Order
from core.orders.replay import OrderReplay
from core.orders.states import QueueStatus
from core.ports import Database, ReadTransaction
from core.standing.replay import StandingReplay

PAGE = 500
Progress = Callable[[int, int], None]
"""Told how many of how many events were looked at so far."""


def _nobody(_done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Verification:
    """What was looked at, and every place where it is not as it was written."""

    accounts: int = 0
    events: int = 0
    orders: int = 0
    legs: int = 0
    breaks: list[Break] = field(default_factory=list)


class AuditBook:
    """Every account's chain of events."""

    def __init__(self, database: Database, clock: Clock, seal_key: bytes) -> None:
        self._database = database
        self._clock = clock
        self._seal_key = seal_key

    async def verify(self, account_id: AccountId | None = None, progress: Progress = _nobody) -> Verification:
        """Every break in one account's chain, or in all of them, and every order that is not what its events say."""
        verified = Verification()
        async with self._database.read(lengthy=True) as tx:
            accounts = [account_id] if account_id is not None else await _expected_chains(tx)
            of = await _count_events(tx, accounts)
            for account in accounts:
                await self._verify_chain(tx, account, verified, lambda done: progress(done, of))
        return verified

    async def _verify_chain(
        self, tx: ReadTransaction, account_id: AccountId, verified: Verification, told: Callable[[int], None]
    ) -> None:
        verifier, replay, standing = Verifier(account_id, self._seal_key), OrderReplay(), StandingReplay()
        async for link in tx.audit.links(account_id):
            verified.breaks += verifier.check(link)
            replay.read(link)
            standing.read(link)
            verified.events += 1
            if verified.events % PAGE == 0:
                told(verified.events)
        told(verified.events)
        verified.breaks += verifier.finish(await tx.audit.head(account_id))
        verified.accounts += 1
        await _compare_orders(tx, account_id, replay, verified)
        found = await tx.standing.list_rows(account_id)
        verified.breaks += [Break(account_id, 0, what) for what in standing.differences(found)]

    async def export(
        self,
        account_id: AccountId,
        since: datetime | None,
        until: datetime | None,
        actor: Actor,
        progress: Progress = _nobody,
    ) -> AsyncIterator[Link]:
        """The account's rows from `since` up to but not including `until`; the export itself is recorded first."""
        first = canonical_time(since) if since else None
        end = canonical_time(until) if until else None
        event = Event(account_id, Kind.EXPORTED, actor, self._clock.now(), facts={"since": first, "until": end})
        async with self._database.begin() as tx:
            await tx.audit.append(event)
            await tx.commit()
        async with self._database.read(lengthy=True) as look:
            of = await _count_events(look, [account_id])
            async for link in look.audit.links(account_id):
                if link.seq % PAGE == 0 or link.seq == of:
                    progress(link.seq, of)
                if (first is None or link.at >= first) and (end is None or link.at < end):
                    yield link


async def _count_events(tx: ReadTransaction, accounts: Sequence[AccountId]) -> int:
    """How many events their chains should have, by the records of their ends."""
    return sum([(await tx.audit.head(account)).seq for account in accounts])


async def _expected_chains(tx: ReadTransaction) -> list[AccountId]:
    """Every account that must have a chain: adding an account is its first event."""
    accounts = {account.id for account in await tx.accounts.list()}
    return sorted(accounts | {*await tx.audit.chained_accounts()})


async def _compare_orders(
    tx: ReadTransaction, account_id: AccountId, replay: OrderReplay, verified: Verification
) -> None:
    missing, found = replay.order_ids, Counter[QueueStatus]()
    is_readable = True
    async for order in _orders_of(tx, account_id, sorted(missing)):
        if isinstance(order, Break):
            verified.breaks.append(order)
            missing.discard(order.seq)
            is_readable = False
            continue
        missing.discard(order.id)
        found[order.status] += 1
        verified.orders += 1
        verified.legs += len(order.legs)
        verified.breaks += [Break(account_id, 0, what) for what in replay.differences(order)]
    verified.breaks += [Break(account_id, 0, f"order {order_id} is missing") for order_id in sorted(missing)]
    if is_readable:
        counted = await tx.orders.count_by_status(account_id)
        verified.breaks += [Break(account_id, 0, what) for what in _miscounted(found, counted)]


def _miscounted(found: Mapping[QueueStatus, int], counted: Mapping[QueueStatus, int]) -> Iterator[str]:
    for status in QueueStatus:
        there, told = found.get(status, 0), counted.get(status, 0)
        if there != told:
            yield f"the count of {status} orders is {told}, and there are {there}"


async def _orders_of(
    tx: ReadTransaction, account_id: AccountId, expected: Sequence[int]
) -> AsyncIterator[Order | Break]:
    """The account's orders, newest first; one whose row cannot be read any more is a Break with its number."""
    before = None
    while True:
        try:
            page = await tx.orders.list_newest([account_id], None, before, PAGE)
        except Unready:
            break
        for order in page.orders:
            yield order
        before = page.next_before
        if before is None:
            return
    # Among the next ones is a row that was tampered with; it must not hide the others.
    for order_id in (one for one in reversed(expected) if before is None or one < before):
        try:
            found = await tx.orders.find(OrderId(order_id))
        except Unready:
            yield Break(account_id, order_id, f"order {order_id} cannot be read")
        else:
            if found is not None and found.account_id == account_id:
                yield found
