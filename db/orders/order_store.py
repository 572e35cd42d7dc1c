"""Orders and legs; every change is a compare-and-swap."""

import contextlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, exists, func, insert, select, true, update

from core.accounts import TradingMode
from core.errors import NotFound, Unready
from core.ids import AccountId, BrokerOrderId, OrderId
from core.orders.order import Action, ClientOrder, Leg, LegTerms, Order
from core.orders.states import BrokerStatus, QueueStatus
from core.ports import Decision, LegOutcome, OrderPage, Revision, WatchedLeg
from core.review.warnings import Earlier
from db.connections.prepared_statements import Prepared
from db.connections.store_connection import StoreConnection
from db.orders.leg_moves import move_legs
from db.orders.mappers import to_leg, to_order, to_watched_leg
from db.orders.order_queries import (
    EXPIRED,
    UNSENT,
    decision_columns,
    earlier_orders,
    legs_with_status,
    move_order,
    moving_leg,
    unfinished,
    with_leg_status,
)
from db.orders.order_rows import events, leg_rows, order_row
from db.records.audit_store import AuditStore
from db.tables.orders import WAITS, cards, legs, orders
from db.tables.status_counts import status_counts

# Built once: every tap reads its order several times, and building takes longer than running.
_BY_ID = Prepared(select(orders).where(orders.c.id == bindparam("wanted")))
_LEGS_IN_TURN = select(legs).order_by(legs.c.order_id, legs.c.number)
_LEGS_OF_ONE = Prepared(_LEGS_IN_TURN.where(legs.c.order_id == bindparam("wanted")))
_LEGS_OF_MANY = _LEGS_IN_TURN.where(legs.c.order_id.in_(bindparam("wanted", expanding=True)))
_COUNTS = Prepared(
    select(status_counts.c.status, status_counts.c.orders).where(status_counts.c.account_id == bindparam("account"))
)


class OrderStore:
    """Implements core.ports.Orders."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    # ------------------------------------------------------------ reading

    async def find(self, order_id: OrderId) -> Order | None:
        """The order with this number; None when there is none."""
        found = await self._find(_BY_ID, wanted=order_id)
        return found[0] if found else None

    async def get(self, order_id: OrderId) -> Order:
        """The order with this number. Raises NotFound."""
        order = await self.find(order_id)
        if order is None:
            raise NotFound(f"There is no order {order_id}.")
        return order

    async def list_by_number(self, numbers: Sequence[int]) -> Sequence[Order]:
        """The orders with these numbers, as they are given."""
        found = {order.id: order for order in await self._load(select(orders).where(orders.c.id.in_(numbers)))}
        return [found[OrderId(number)] for number in numbers]

    async def list_newest(
        self,
        account_ids: Sequence[AccountId],
        status: QueueStatus | None = None,
        before: OrderId | None = None,
        limit: int = 20,
    ) -> OrderPage:
        """Orders of these accounts, newest first."""
        found: list[Order] = []
        # One ordered index walk for each account: `IN (…) ORDER BY` would sort all of their orders.
        for account_id in account_ids:
            query = select(orders).where(orders.c.account_id == account_id)
            if status is not None:
                query = query.where(orders.c.status == status.value)
            if before is not None:
                query = query.where(orders.c.id < before)
            found += await self._load(query.order_by(orders.c.id.desc()).limit(limit + 1))
        found.sort(key=lambda order: order.id, reverse=True)
        page = tuple(found[:limit])
        return OrderPage(page, page[-1].id if len(found) > limit else None)

    async def count_by_status(self, account_id: AccountId) -> Mapping[QueueStatus, int]:
        """Count the account's orders in each status."""
        found = await _COUNTS.find(self._connection, account=account_id)
        return {QueueStatus(row["status"]): row["orders"] for row in found}

    async def find_by_broker_order_id(self, account_id: AccountId, broker_order_id: BrokerOrderId) -> Order | None:
        """The order with a leg of this broker order id, or None."""
        query = (
            select(orders)
            .join(legs, legs.c.order_id == orders.c.id)
            .where(legs.c.broker_order_id == broker_order_id, orders.c.account_id == account_id)
        )
        found = await self._load(query)
        return found[0] if found else None

    async def list_earlier(self, order: Order, terms: LegTerms) -> Sequence[Earlier]:
        """The newest approved orders of the same strategy, book and instrument, among the account's last ones."""
        rows = await self._connection.execute(earlier_orders(order, terms))
        return [Earlier(OrderId(row.id), row.approved_at, Action(row.action), row.quantity) for row in rows]

    async def is_moving(
        self, account_id: AccountId, trading_mode: TradingMode, terms: LegTerms, apart_from: OrderId | None = None
    ) -> bool:
        """Whether an approved leg for this position is on its way, or open at the market."""
        query = moving_leg(account_id, trading_mode, terms)
        if apart_from is not None:
            query = query.where(orders.c.id != apart_from)
        return (await self._connection.execute(query)).first() is not None

    async def has_unfinished(self, account_id: AccountId, trading_mode: TradingMode) -> bool:
        """Whether an order of this book waits for its client, or is not final at its broker."""
        return (await self._connection.execute(unfinished(account_id, trading_mode))).first() is not None

    async def list_expired(self, now: datetime, limit: int) -> Sequence[Order]:
        """Pending orders past `expires_at` and approved ones past `execute_by` with an unsent leg."""
        return [*await self._find(EXPIRED, now=now, most=limit), *await self._find(UNSENT, now=now, most=limit)]

    async def list_with_leg_status(
        self, statuses: Sequence[BrokerStatus], limit: int, after: OrderId | None = None
    ) -> Sequence[Order]:
        """Approved orders that have a leg in one of `statuses`, oldest first; `after` continues behind it."""
        return await self._find(with_leg_status(tuple(statuses)), after=after or 0, most=limit)

    async def list_legs_with_status(
        self, statuses: Sequence[BrokerStatus], limit: int, after: OrderId | None = None
    ) -> Sequence[WatchedLeg]:
        """The legs in one of `statuses` of so many approved orders that have one, by the order's number."""
        query = legs_with_status(tuple(statuses))
        with _answering_unready():
            rows = await query.find(self._connection, after=after or 0, most=limit)
            return [to_watched_leg(row) for row in rows]

    async def recover_sending(self) -> Sequence[Order]:
        """Every order with a leg that was being sent."""
        sending = exists().where(legs.c.order_id == orders.c.id, legs.c.broker_status == BrokerStatus.SENDING.value)
        return await self._load(select(orders).where(orders.c.working == true(), sending).order_by(orders.c.id))

    # ------------------------------------------------------------ changing

    async def add(self, order: ClientOrder) -> OrderId:
        """Write a client's order with its legs and audit events; returns its number."""
        last = (await self._connection.execute(select(func.max(orders.c.id)))).scalar_one()
        order_id = OrderId((last or 0) + 1)
        await self._connection.execute(insert(orders).values(order_row(order, order_id)))
        new_legs = leg_rows(order_id, order.legs)
        await self._connection.execute(insert(legs), new_legs)
        await AuditStore(self._connection).append(*events(order, order_id, new_legs))
        return order_id

    async def decide(self, order_id: OrderId, was: QueueStatus, version: int, decision: Decision) -> bool:
        """Move the order out of `was`, if it is still there and at `version`."""
        becomes = decision.becomes
        columns = {"status": becomes.value, "working": becomes is QueueStatus.APPROVED, **decision_columns(decision)}
        swap = move_order(tuple(decision_columns(decision)))
        mine = {"order": order_id, "was": was.value, "at_version": version}
        values = {f"new_{name}": value for name, value in columns.items()}
        return await swap.change(self._connection, **mine, **values) == 1

    async def revise(self, order_id: OrderId, version: int, revision: Revision) -> bool:
        """Give a pending order that is still at `version` new legs; its old buttons become void."""
        swap = (
            update(orders)
            .where(orders.c.id == order_id, orders.c.status == QueueStatus.PENDING.value, orders.c.version == version)
            .values(
                version=version + 1,
                cards_due=True,
                facts=json.dumps(dict(revision.facts)),
                notice=revision.notice,
                asked=revision.asked,
            )
        )
        if (await self._connection.execute(swap)).rowcount != 1:
            return False
        await self._connection.execute(delete(legs).where(legs.c.order_id == order_id))
        await self._connection.execute(insert(legs), leg_rows(order_id, revision.legs))
        return True

    async def give_reason(self, order_id: OrderId, reason: str) -> bool:
        """Set a rejected order's reason, if it has none."""
        swap = (
            update(orders)
            .where(
                orders.c.id == order_id,
                orders.c.status == QueueStatus.REJECTED.value,
                orders.c.rejected_reason.is_(None),
            )
            .values(rejected_reason=reason, version=orders.c.version + 1, cards_due=True)
        )
        return (await self._connection.execute(swap)).rowcount == 1

    async def record_legs(self, order_id: OrderId, outcomes: Sequence[LegOutcome]) -> bool:
        """Move each leg out of its `was`; False and nothing changed when one of them is not there."""
        return await self._connection.run_sync(move_legs, order_id, outcomes)

    async def extend_execution(self, order_id: OrderId, until: datetime) -> bool:
        """Give an approved order until then to be sent."""
        is_approved = (orders.c.id == order_id, orders.c.status == QueueStatus.APPROVED.value)
        swap = update(orders).where(*is_approved).values(execute_by=until, working=True)
        return (await self._connection.execute(swap)).rowcount == 1

    async def note_outage(self, outage: str) -> int:
        """Mark every pending order that has a card, so that its cards say so; how many."""
        shown = exists().where(cards.c.order_id == orders.c.id, cards.c.message_id.is_not(None))
        mark = update(orders).where(*WAITS, shown).values(outage=outage, cards_due=True)
        return (await self._connection.execute(mark)).rowcount

    async def _load(self, query: Select[Any]) -> Sequence[Order]:
        with _answering_unready():
            return await self._with_legs((await self._connection.execute(query)).mappings().all())

    async def _find(self, query: Prepared, **given: object) -> Sequence[Order]:
        with _answering_unready():
            return await self._with_legs(await query.find(self._connection, **given))

    async def _with_legs(self, rows: Sequence[Mapping[Any, Any]]) -> Sequence[Order]:
        of_order: defaultdict[int, list[Leg]] = defaultdict(list)
        for leg in await self._legs_of([row["id"] for row in rows]):
            of_order[leg["order_id"]].append(to_leg(leg))
        return [to_order(row, of_order[row["id"]]) for row in rows]

    async def _legs_of(self, order_ids: Sequence[int]) -> Sequence[Mapping[Any, Any]]:
        if len(order_ids) > 1:
            return (await self._connection.execute(_LEGS_OF_MANY, {"wanted": order_ids})).mappings().all()
        return await _LEGS_OF_ONE.find(self._connection, wanted=order_ids[0]) if order_ids else ()


@contextlib.contextmanager
def _answering_unready() -> Iterator[None]:
    """What cannot be read in an order's rows is not guessed."""
    try:
        yield
    except (ValueError, ArithmeticError) as fault:
        raise Unready("An order in the database cannot be read; nothing was executed.") from fault
