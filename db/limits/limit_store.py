"""Limits, and what counts towards them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, exists, or_, select, true, update

from core.accounts import TradingMode
from core.ids import AccountId, OrderId
from core.limits.bound_text import dump_limits, parse_limits
from core.limits.judging import Counts
from core.limits.limits import NO_LIMITS, Limits
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.states import BrokerStatus, QueueStatus
from db.connections.store_connection import StoreConnection
from db.connections.upserts import insert_into
from db.limits.day_counts import approved_since, total
from db.tables.limits import limits as rows
from db.tables.orders import accounts, legs, orders

_NOT_SURELY_THERE = [BrokerStatus.READY.value, BrokerStatus.SENDING.value, BrokerStatus.UNKNOWN.value]
_TERMS = ("exchange", "symbol", "quantity", "price", "trigger_price", "disclosed_quantity")


class LimitStore:
    """Implements core.ports.LimitStore."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def list(self, account_id: AccountId) -> Mapping[str, Limits]:
        """The account's limits by strategy, the whole account's first. Raises Unready."""
        query = (
            select(rows.c.strategy, rows.c.bounds).where(rows.c.account_id == account_id).order_by(rows.c.strategy)
        )
        return {row.strategy: parse_limits(row.bounds) for row in await self._connection.execute(query)}

    async def count_approved(
        self, account_id: AccountId, trading_mode: TradingMode, strategy: str, start: datetime
    ) -> Counts:
        """The orders of one strategy, or of all, that came and were approved since `start`."""
        query = approved_since(account_id, trading_mode, strategy, start)
        values = [*(await self._connection.execute(query)).scalars()]
        return Counts(0, len(values), total(values))

    async def list_unsent(self, account_id: AccountId, trading_mode: TradingMode) -> Sequence[LegTerms]:
        """The approved legs that their broker does not have for certain."""
        columns = [legs.c[name] for name in (*_TERMS, "action", "pricetype", "product")]
        query = select(*columns).join(orders, orders.c.id == legs.c.order_id)
        of_book = query.where(
            orders.c.working == true(), orders.c.account_id == account_id, orders.c.trading_mode == trading_mode.value
        )
        found = await self._connection.execute(of_book.where(legs.c.broker_status.in_(_NOT_SURELY_THERE)))
        return [
            LegTerms(
                action=Action(row["action"]),
                pricetype=PriceType(row["pricetype"]),
                product=Product(row["product"]),
                **{name: row[name] for name in _TERMS},
            )
            for row in found.mappings()
        ]

    async def keep(self, account_id: AccountId, strategy: str, limits: Limits, at: datetime) -> None:
        """Set the limits of a strategy, or of the whole account; empty ones are removed."""
        mine = (rows.c.account_id == account_id, rows.c.strategy == strategy)
        if limits == NO_LIMITS:
            await self._connection.execute(delete(rows).where(*mine))
        else:
            new = {"bounds": dump_limits(limits), "changed_at": at}
            add = insert_into(rows, self._connection.dialect.name).values(
                account_id=account_id, strategy=strategy, **new
            )
            key = [rows.c.account_id, rows.c.strategy]
            await self._connection.execute(add.on_conflict_do_update(index_elements=key, set_=new))
        has_some = exists().where(rows.c.account_id == account_id)
        await self._connection.execute(update(accounts).where(accounts.c.id == account_id).values(limited=has_some))

    async def record_value(self, order_id: OrderId, value: Decimal | None) -> None:
        """Record what an order is worth, as judged last."""
        await self._connection.execute(update(orders).where(orders.c.id == order_id).values(value=value))

    async def record_stop(self, order_id: OrderId, why: str) -> None:
        """Record why a tap on Approve sent nothing; the order's cards are to say so."""
        waiting = (orders.c.id == order_id, orders.c.status == QueueStatus.PENDING.value)
        await self._connection.execute(update(orders).where(*waiting).values(stopped=why, cards_due=True))

    async def show_held_again(self, account_id: AccountId) -> None:
        """Have the cards compared again of every order of the account that waits or is at work."""
        is_held = or_(orders.c.status == QueueStatus.PENDING.value, orders.c.working == true())
        mine = update(orders).where(orders.c.account_id == account_id, is_held)
        await self._connection.execute(mine.values(cards_due=True))
