"""Writes new orders: many concurrent requests share one transaction and one flush to disk."""

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, tuple_
from sqlalchemy.exc import OperationalError

from core.audit import Event, Head
from core.clock import Clock
from core.errors import CallerChanged, CountersignError, OverLimit, Paused, TooMany, Unready
from core.ids import AccountId, ApiKeyId, OrderId
from core.limits.judging import OrderFacts
from core.orders.order import NewOrder
from core.ports import Accepted, Checkpoint, IdempotentKey, Replayed, StoredAnswer
from db.connections.bulk_insert import Row, insert_many
from db.connections.engines import Engines
from db.connections.prepared_statements import Prepared
from db.limits.intake_gate import IntakeGate
from db.orders.order_rows import (
    denial,
    denied_events,
    denied_row,
    events,
    idempotency_row,
    leg_rows,
    order_row,
)
from db.orders.pending_limit import PendingLimit
from db.records.audit_store import Heads, chain
from db.tables.orders import accounts, api_keys, audit_heads, idempotency, legs, orders, still_works

BATCH = 256
QUIET = 6
"""Passes of the event loop without an arrival after which a batch is complete."""
UNUSABLE = (OperationalError, sqlite3.OperationalError)
"""Errors of the database as a whole, not of one row."""
UNWRITABLE = (ValueError, OverflowError)
"""What the driver raises for a lone surrogate or a number beyond 64 bits."""
_Modes = tuple[AccountId, str, str]
# For one key at a time: a batch seldom has many, and a statement for a list of them has no one text.
_LEDGER = Prepared(
    select(accounts.c.id, accounts.c.order_mode, accounts.c.trading_mode, audit_heads.c.seq, audit_heads.c.hash)
    .select_from(api_keys)
    .join(accounts, accounts.c.id == api_keys.c.account_id)
    .join(audit_heads, audit_heads.c.account_id == accounts.c.id, isouter=True)
    .where(
        api_keys.c.id == bindparam("key_id"),
        api_keys.c.revoked_at.is_(None),
        still_works(),
        accounts.c.enabled,
    )
)
_LAST_ID = Prepared(select(func.coalesce(func.max(orders.c.id), 0)))


@dataclass(slots=True)
class _Waiting:
    order: NewOrder
    idempotent: IdempotentKey | None
    facts: OrderFacts | None
    answer: asyncio.Future[Accepted | Replayed]


@dataclass(slots=True)
class _Rows:
    pending_limit: PendingLimit
    gate: IntakeGate
    orders: list[Row] = field(default_factory=list)
    legs: list[Row] = field(default_factory=list)
    idempotency: list[Row] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


Outcome = Accepted | Replayed | CountersignError


class GroupCommit:
    """Implements core.ports.OrderLog. `run` must be running for `write` to answer."""

    def __init__(self, engines: Engines, checkpoint: Checkpoint, clock: Clock, undecided: int = 0) -> None:
        """`undecided` orders of one strategy may wait for the client at once; 0 is no limit."""
        self._engines = engines
        self._clock = clock
        self._undecided = undecided
        self._checkpoint = checkpoint
        self._waiting: list[_Waiting] = []
        self._arrived = asyncio.Event()

    async def write(
        self, order: NewOrder, idempotent: IdempotentKey | None, facts: OrderFacts | None = None
    ) -> Accepted | Replayed:
        """Write order, legs and audit events; returns after they are on disk.

        Raises CallerChanged, Unready, and TooMany and Paused, which are audited; then nothing else of the order
        is stored. Raises OverLimit for an order that is stored as denied.
        """
        answer: asyncio.Future[Accepted | Replayed] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(order, idempotent, facts, answer))
        self._arrived.set()
        return await answer

    async def run(self) -> None:
        """Write what arrives, batch by batch, until cancelled; then what still waits is refused."""
        is_crowded = False
        try:
            while True:
                await self._arrived.wait()
                if is_crowded:
                    await self._gather()
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                if not self._waiting:
                    self._arrived.clear()
                is_crowded = len(batch) > 1
                await self._write_batch(batch)
        finally:
            for one in self._waiting:
                _answer(one, Unready("Countersign is stopping; the order was not taken."))

    async def _gather(self) -> None:
        """Collect requests that arrive within the next passes of the event loop, so that they share the commit."""
        seen, quiet = 0, 0
        while quiet < QUIET and len(self._waiting) < BATCH:
            quiet = quiet + 1 if len(self._waiting) == seen else 0
            seen = len(self._waiting)
            await asyncio.sleep(0)

    async def _write_batch(self, batch: list[_Waiting]) -> None:
        try:
            outcomes = await self._commit(batch)
        except (Unready, *UNWRITABLE) as fault:
            if len(batch) == 1 or isinstance(fault.__cause__, UNUSABLE):
                for one in batch:
                    _answer(one, fault if isinstance(fault, Unready) else Unready("This order cannot be stored."))
                return
            # One row that the database refuses must not refuse its neighbours.
            for one in batch:
                await self._write_batch([one])
            return
        except BaseException:
            for one in batch:
                _answer(one, Unready("Countersign is stopping; whether the order was taken is not known."))
            raise
        self._checkpoint("queued")
        for one, outcome in zip(batch, outcomes, strict=True):
            _answer(one, outcome)

    async def _commit(self, batch: Sequence[_Waiting]) -> list[Outcome]:
        return await self._engines.write(lambda connection: self._take(connection, batch))

    def _take(self, connection: Connection, batch: Sequence[_Waiting]) -> list[Outcome]:
        keys = {one.order.api_key_id for one in batch}
        standing, heads = _read_ledger(connection, keys, self._clock.now())
        [(last_id,)] = _LAST_ID.rows(connection)
        stored = _stored_answers(connection, batch)
        rows, outcomes = _Rows(PendingLimit(self._undecided), IntakeGate(connection)), list[Outcome]()
        rows.pending_limit.look(connection, [one.order for one in batch])
        rows.gate.look([one.order for one in batch])
        for one in batch:
            outcomes.append(_judge(one, standing, stored, OrderId(last_id + len(rows.orders) + 1), rows))
        if rows.events:
            _insert(connection, rows)
            chain(connection, rows.events, heads)
            self._checkpoint("queueing")
        return outcomes


def _judge(
    one: _Waiting,
    standing: dict[ApiKeyId, _Modes],
    stored: dict[tuple[int, str], StoredAnswer],
    order_id: OrderId,
    rows: _Rows,
) -> Outcome:
    """The result of one request; its rows are added only when it is accepted."""
    order, idempotent = one.order, one.idempotent
    if standing.get(order.api_key_id) != (order.account_id, order.order_mode, order.trading_mode):
        return CallerChanged()
    if idempotent is not None:
        earlier = stored.get((order.api_key_id, idempotent.key))
        if earlier is not None:
            return Replayed(earlier)
    refused = rows.gate.judge(order, one.facts) or rows.pending_limit.take(order)
    if isinstance(refused, TooMany | Paused):
        rows.events.append(denial(order, str(refused)))
    if refused is not None and not isinstance(refused, OverLimit):
        return refused
    if idempotent is not None:
        stored[order.api_key_id, idempotent.key] = StoredAnswer(idempotent.fingerprint, order_id, None, None)
        rows.idempotency.append(idempotency_row(order, idempotent, order_id))
    new_legs = leg_rows(order_id, order.legs)
    rows.legs += new_legs
    if refused is not None:
        rows.orders.append(denied_row(order, order_id, str(refused)))
        rows.events += denied_events(order, order_id, new_legs, str(refused))
        return refused
    rows.gate.note(order, one.facts)
    rows.orders.append(order_row(order, order_id) | {"value": one.facts and one.facts.value})
    rows.events += events(order, order_id, new_legs)
    return Accepted(order_id, rows.gate.approves_ahead(order))


def _read_ledger(
    connection: Connection, key_ids: set[ApiKeyId], now: datetime
) -> tuple[dict[ApiKeyId, _Modes], Heads]:
    """Read the accounts of the keys that are still good, and the ends of their audit chains."""
    standing: dict[ApiKeyId, _Modes] = {}
    heads: Heads = {}
    for key_id in key_ids:
        for account_id, order_mode, trading_mode, seq, hash_ in _LEDGER.rows(connection, key_id=key_id, now=now):
            standing[key_id] = account_id, order_mode, trading_mode
            if seq is not None:
                heads[account_id] = Head(seq, hash_)
    return standing, heads


def _stored_answers(connection: Connection, batch: Sequence[_Waiting]) -> dict[tuple[int, str], StoredAnswer]:
    keys = [(one.order.api_key_id, one.idempotent.key) for one in batch if one.idempotent is not None]
    if not keys:
        return {}
    query = select(idempotency).where(tuple_(idempotency.c.api_key_id, idempotency.c.key).in_(keys))
    return {
        (row.api_key_id, row.key): StoredAnswer(row.fingerprint, row.order_id, row.status, row.body)
        for row in connection.execute(query)
    }


def _insert(connection: Connection, rows: _Rows) -> None:
    insert_many(connection, orders, rows.orders)
    insert_many(connection, legs, rows.legs)
    insert_many(connection, idempotency, rows.idempotency)


def _answer(one: _Waiting, outcome: Outcome) -> None:
    if one.answer.done():
        return
    if isinstance(outcome, CountersignError):
        one.answer.set_exception(outcome)
    else:
        one.answer.set_result(outcome)
