"""The way in for orders: many concurrent requests share one transaction and one flush to disk."""

import asyncio
import base64
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, insert, select, tuple_
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.accounts import Account
from core.audit import AUTO, Actor, Event, Kind
from core.errors import CallerChanged, CountersignError, Unready
from core.ids import ApiKeyId, ClientOrderId, OrderId
from core.money import ZERO
from core.orders import LegTerms, NewOrder
from core.ports import Accepted, IdempotentKey, Replayed, StoredAnswer
from core.services.execute import Checkpoint
from core.states import BrokerStatus, QueueStatus
from db.audit_store import AuditStore
from db.engine import Engines
from db.mappers import from_terms, to_account
from db.tables import accounts, api_keys, idempotency, legs, orders

BATCH = 256
ID_BYTES = 10


@dataclass(slots=True)
class _Waiting:
    order: NewOrder
    idempotent: IdempotentKey | None
    answer: asyncio.Future[Accepted | Replayed]


@dataclass(slots=True)
class _Rows:
    orders: list[dict[str, Any]] = field(default_factory=list)
    legs: list[dict[str, Any]] = field(default_factory=list)
    idempotency: list[dict[str, Any]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


Outcome = Accepted | Replayed | CountersignError


class SharedOrderLog:
    """Implements core.ports.OrderLog. `run` must be running for `write` to answer."""

    def __init__(self, engines: Engines, checkpoint: Checkpoint) -> None:
        self._engines = engines
        self._checkpoint = checkpoint
        self._waiting: list[_Waiting] = []
        self._arrived = asyncio.Event()

    async def write(self, order: NewOrder, idempotent: IdempotentKey | None) -> Accepted | Replayed:
        """Write order, legs and audit events; returns after they are on disk.

        Raises CallerChanged and Unready; then nothing of the order is stored.
        """
        answer: asyncio.Future[Accepted | Replayed] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(order, idempotent, answer))
        self._arrived.set()
        return await answer

    async def run(self) -> None:
        """Write what arrives, batch by batch, until cancelled; then what still waits is refused."""
        try:
            while True:
                await self._arrived.wait()
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                if not self._waiting:
                    self._arrived.clear()
                await self._write_batch(batch)
        finally:
            for one in self._waiting:
                _answer(one, Unready("Countersign is stopping; the order was not taken."))

    async def _write_batch(self, batch: list[_Waiting]) -> None:
        try:
            outcomes = await self._commit(batch)
        except Unready as fault:
            if len(batch) == 1 or isinstance(fault.__cause__, OperationalError):
                for one in batch:
                    _answer(one, fault)
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
        async with self._engines.writing() as connection:
            standing = await _standing_accounts(connection, {one.order.api_key_id for one in batch})
            stored = await _stored_answers(connection, batch)
            last_id = (await connection.execute(select(func.coalesce(func.max(orders.c.id), 0)))).scalar_one()
            rows, outcomes = _Rows(), list[Outcome]()
            for one in batch:
                outcomes.append(_judge(one, standing, stored, OrderId(last_id + len(rows.orders) + 1), rows))
            if rows.orders:
                await _insert(connection, rows)
                self._checkpoint("queueing")
                await connection.commit()
        return outcomes


def _judge(
    one: _Waiting,
    standing: dict[ApiKeyId, Account],
    stored: dict[tuple[int, str], StoredAnswer],
    order_id: OrderId,
    rows: _Rows,
) -> Outcome:
    """What becomes of one request; its rows are added only when it is accepted."""
    order, idempotent = one.order, one.idempotent
    account = standing.get(order.api_key_id)
    modes = account and (account.id, account.order_mode, account.trading_mode)
    if modes != (order.account_id, order.order_mode, order.trading_mode):
        return CallerChanged()
    if idempotent is not None:
        earlier = stored.get((order.api_key_id, idempotent.key))
        if earlier is not None:
            return Replayed(earlier)
        stored[order.api_key_id, idempotent.key] = StoredAnswer(idempotent.fingerprint, order_id, None, None)
        rows.idempotency.append(_idempotency_row(order, idempotent, order_id))
    rows.orders.append(_order_row(order, order_id))
    new_legs = [_leg_row(order_id, number, terms) for number, terms in enumerate(order.legs, 1)]
    rows.legs += new_legs
    rows.events += _events(order, order_id, new_legs)
    return Accepted(order_id)


async def _standing_accounts(connection: AsyncConnection, key_ids: set[ApiKeyId]) -> dict[ApiKeyId, Account]:
    query = (
        select(api_keys.c.id.label("api_key_id"), accounts)
        .join(accounts, accounts.c.id == api_keys.c.account_id)
        .where(api_keys.c.id.in_(key_ids), api_keys.c.revoked_at.is_(None), accounts.c.enabled)
    )
    return {ApiKeyId(row.api_key_id): to_account(row) for row in await connection.execute(query)}


async def _stored_answers(
    connection: AsyncConnection, batch: Sequence[_Waiting]
) -> dict[tuple[int, str], StoredAnswer]:
    keys = [(one.order.api_key_id, one.idempotent.key) for one in batch if one.idempotent is not None]
    if not keys:
        return {}
    query = select(idempotency).where(tuple_(idempotency.c.api_key_id, idempotency.c.key).in_(keys))
    return {
        (row.api_key_id, row.key): StoredAnswer(row.fingerprint, row.order_id, row.status, row.body)
        for row in await connection.execute(query)
    }


async def _insert(connection: AsyncConnection, rows: _Rows) -> None:
    await connection.execute(insert(orders), rows.orders)
    await connection.execute(insert(legs), rows.legs)
    if rows.idempotency:
        await connection.execute(insert(idempotency), rows.idempotency)
    await AuditStore(connection).append(*rows.events)


def _order_row(order: NewOrder, order_id: OrderId) -> dict[str, Any]:
    by_itself = order.execute_by is not None
    return {
        "id": order_id,
        "account_id": order.account_id,
        "api_key_id": order.api_key_id,
        "api_type": order.api_type.value,
        "strategy": order.strategy,
        "order_mode": order.order_mode.value,
        "trading_mode": order.trading_mode.value,
        "order_data": json.dumps(order.order_data, separators=(",", ":"), ensure_ascii=False, default=str),
        "status": (QueueStatus.APPROVED if by_itself else QueueStatus.PENDING).value,
        "version": 1,
        "created_at": order.created_at,
        "expires_at": order.expires_at,
        "execute_by": order.execute_by,
        "approved_at": order.created_at if by_itself else None,
        "approved_by": AUTO.name if by_itself else None,
        "working": by_itself,
        "cards_due": True,
    }


def _leg_row(order_id: OrderId, number: int, terms: LegTerms) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "number": number,
        "broker_status": BrokerStatus.READY.value,
        "client_order_id": _new_client_order_id(),
        "filled_quantity": ZERO,
        "average_price": ZERO,
        "message": "",
        "attempts": 0,
        **from_terms(terms),
    }


def _idempotency_row(order: NewOrder, idempotent: IdempotentKey, order_id: OrderId) -> dict[str, Any]:
    return {
        "api_key_id": order.api_key_id,
        "key": idempotent.key,
        "fingerprint": idempotent.fingerprint,
        "order_id": order_id,
        "created_at": order.created_at,
    }


def _events(order: NewOrder, order_id: OrderId, new_legs: Sequence[dict[str, Any]]) -> list[Event]:
    facts = {
        "api_type": order.api_type.value,
        "strategy": order.strategy,
        "order_mode": order.order_mode.value,
        "trading_mode": order.trading_mode.value,
        "request": order.order_data,
        "client_order_ids": [leg["client_order_id"] for leg in new_legs],
    }
    caller = Actor("key", "", order.api_key_id)
    received = Event(order.account_id, Kind.ORDER_RECEIVED, caller, order.created_at, order_id, facts)
    if order.execute_by is None:
        return [received]
    return [received, Event(order.account_id, Kind.ORDER_APPROVED, AUTO, order.created_at, order_id)]


def _new_client_order_id() -> ClientOrderId:
    """`C` and 80 random bits: 17 letters and digits, within every broker's limit."""
    return ClientOrderId("C" + base64.b32encode(os.urandom(ID_BYTES)).decode())


def _answer(one: _Waiting, outcome: Outcome) -> None:
    if one.answer.done():
        return
    if isinstance(outcome, CountersignError):
        one.answer.set_exception(outcome)
    else:
        one.answer.set_result(outcome)
