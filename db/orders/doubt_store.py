"""What is in doubt at brokers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, true, update

from core.accounts import TradingMode
from core.ids import AccountId, BrokerOrderId, ClientOrderId, LegId, OrderId
from core.orders.broker_order import Sought
from core.orders.order import Leg, LegTerms
from core.orders.states import BrokerStatus, LegEvent
from core.ports import LeftLeg
from db.connections.store_connection import StoreConnection
from db.orders.mappers import dump_ids, from_terms, parse_ids, to_terms
from db.orders.order_rows import new_client_order_id
from db.tables.orders import left_legs, legs, orders


class DoubtStore:
    """Implements core.ports.Doubts."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def has_twin(self, account_id: AccountId, trading_mode: TradingMode, terms: LegTerms) -> bool:
        """Whether an order with these very terms is unknown."""
        return (await self._connection.execute(_twin(account_id, trading_mode, terms))).first() is not None

    async def list_taken(
        self, account_id: AccountId, trading_mode: TradingMode, ids: Sequence[BrokerOrderId]
    ) -> frozenset[BrokerOrderId]:
        """Which of the broker's orders belong to legs of ours."""
        rows = await self._connection.execute(_taken(account_id, trading_mode, ids))
        return frozenset(BrokerOrderId(row[0]) for row in rows)

    async def list_sought(self, now: datetime) -> Sequence[LeftLeg]:
        """Those that are still looked for, oldest first."""
        of_left = [column.label(f"left_{column.name}") for column in left_legs.c]
        of_order = [orders.c.account_id, orders.c.trading_mode]
        query = select(legs, *of_left, *of_order).join(legs, legs.c.id == left_legs.c.leg_id)
        query = query.join(orders, orders.c.id == legs.c.order_id)
        due = query.where(left_legs.c.until > now, left_legs.c.found_at.is_(None)).order_by(left_legs.c.id)
        return [_to_left_leg(row) for row in await self._connection.execute(due)]

    async def new_client_order_id(self, order_id: OrderId) -> ClientOrderId:
        """One that was never used, for a leg of this order that is sent again."""
        return new_client_order_id(order_id)

    async def add(self, leg: Leg, order_id: OrderId, left: LegEvent, until: datetime) -> None:
        """Look for this leg, as it was sent, until then."""
        new = {
            "leg_id": leg.id,
            "client_order_id": leg.client_order_id,
            "sent_at": leg.sent_at,
            "known_before": dump_ids(leg.known_before),
            "left": left.value,
            "until": until,
        }
        await self._connection.execute(insert(left_legs).values(new))

    async def record_found(self, left_id: int, found: Sequence[BrokerOrderId], at: datetime) -> bool:
        """It is at the broker after all; False when that is recorded already."""
        swap = update(left_legs).where(left_legs.c.id == left_id, left_legs.c.found_at.is_(None))
        return (await self._connection.execute(swap.values(found=dump_ids(found), found_at=at))).rowcount == 1


def _twin(account_id: AccountId, trading_mode: TradingMode, terms: LegTerms) -> Select[Any]:
    """Legs with these very terms of which nobody knows whether their broker has them."""
    same = [legs.c[name] == value for name, value in from_terms(terms).items()]
    query = select(legs.c.id).join(orders, orders.c.id == legs.c.order_id)
    of_book = (orders.c.account_id + 0 == account_id, orders.c.trading_mode == trading_mode.value)
    is_unknown = legs.c.broker_status == BrokerStatus.UNKNOWN.value
    return query.where(orders.c.working == true(), *of_book, is_unknown, *same).limit(1)


def _taken(account_id: AccountId, trading_mode: TradingMode, ids: Sequence[str]) -> Select[Any]:
    """Which of these broker order ids belong to legs of this book."""
    query = select(legs.c.broker_order_id).join(orders, orders.c.id == legs.c.order_id)
    of_book = (orders.c.account_id == account_id, orders.c.trading_mode == trading_mode.value)
    return query.where(legs.c.broker_order_id.in_(ids), *of_book)


def _to_left_leg(row: Row[Any]) -> LeftLeg:
    known = frozenset(parse_ids(row.left_known_before))
    return LeftLeg(
        id=row.left_id,
        order_id=OrderId(row.order_id),
        leg_id=LegId(row.left_leg_id),
        leg_number=row.number,
        account_id=AccountId(row.account_id),
        trading_mode=TradingMode(row.trading_mode),
        sought=Sought(ClientOrderId(row.left_client_order_id), to_terms(row._mapping), row.left_sent_at, known),
        left=LegEvent(row.left_left),
        until=row.left_until,
    )
