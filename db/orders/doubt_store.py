"""What of brokers' books is ours, and what is in doubt there."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, insert, or_, select, true, update

from core.accounts import TradingMode
from core.ids import AccountId, BrokerOrderId, ClientOrderId, LegId, OrderId
from core.money import ZERO
from core.orders.broker_order import BrokerOrder, Sought
from core.orders.order import Leg, LegTerms, PositionKey, Product
from core.orders.states import BrokerStatus, LegEvent
from core.ports import LeftLeg
from db.connections.store_connection import StoreConnection
from db.orders.mappers import dump_ids, from_terms, parse_ids, to_terms
from db.orders.order_rows import new_client_order_id
from db.tables.orders import left_legs, legs, orders

_MAY_HAVE_TRADED = [one.value for one in (BrokerStatus.SENDING, BrokerStatus.UNKNOWN, BrokerStatus.COMPLETE)]
"""A leg in another state has traded if some of it was filled."""


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

    async def list_ours(
        self, account_id: AccountId, trading_mode: TradingMode, book: Sequence[BrokerOrder]
    ) -> frozenset[BrokerOrderId]:
        """Which of the broker's orders were sent from here: by their number, or by the id that they carry."""
        numbers = await self.list_taken(account_id, trading_mode, [one.broker_order_id for one in book])
        carried = [one.client_order_id for one in book if one.client_order_id is not None]
        left = [*await self._connection.execute(_left(account_id, trading_mode))]
        ours = {row.client_order_id for row in left}
        ours |= {row[0] for row in await self._connection.execute(_carrying(account_id, trading_mode, carried))}
        found_late = {number for row in left for number in parse_ids(row.found)}
        known = numbers | found_late
        return frozenset(
            one.broker_order_id for one in book if one.broker_order_id in known or one.client_order_id in ours
        )

    async def list_traded(
        self, account_id: AccountId, trading_mode: TradingMode, symbols: Collection[str], today: datetime
    ) -> frozenset[PositionKey]:
        """In which positions in these symbols legs of ours traded, or may have; in MIS ones, since `today`."""
        rows = await self._connection.execute(_traded(account_id, trading_mode, symbols, today))
        return frozenset((row.exchange, row.symbol, Product(row.product)) for row in rows)

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


def _carrying(account_id: AccountId, trading_mode: TradingMode, ids: Sequence[str]) -> Select[Any]:
    """Which of these ids of ours belong to legs of this book."""
    query = select(legs.c.client_order_id).join(orders, orders.c.id == legs.c.order_id)
    of_book = (orders.c.account_id == account_id, orders.c.trading_mode == trading_mode.value)
    return query.where(legs.c.client_order_id.in_(ids), *of_book)


def _left(account_id: AccountId, trading_mode: TradingMode) -> Select[Any]:
    """The legs of this book that were sent again or dropped in doubt."""
    query = select(left_legs.c.client_order_id, left_legs.c.found).join(legs, legs.c.id == left_legs.c.leg_id)
    of_book = (orders.c.account_id == account_id, orders.c.trading_mode == trading_mode.value)
    return query.join(orders, orders.c.id == legs.c.order_id).where(*of_book)


def _traded(
    account_id: AccountId, trading_mode: TradingMode, symbols: Collection[str], today: datetime
) -> Select[Any]:
    """The positions in which legs of this book traded, or may have."""
    query = select(legs.c.exchange, legs.c.symbol, legs.c.product).join(orders, orders.c.id == legs.c.order_id)
    of_book = (orders.c.account_id == account_id, orders.c.trading_mode == trading_mode.value)
    left_us = and_(legs.c.sent_at.is_not(None), legs.c.symbol.in_(symbols))
    traded = or_(legs.c.broker_status.in_(_MAY_HAVE_TRADED), legs.c.filled_quantity != ZERO)
    counts = or_(legs.c.product != Product.MIS.value, legs.c.sent_at >= today)
    return query.where(*of_book, left_us, traded, counts).distinct()


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
