"""Stores the paper broker's triggers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, insert, literal_column, or_, select, update
from sqlalchemy.exc import IntegrityError

from core.errors import BrokerRefused
from core.ids import BrokerOrderId, ClientOrderId
from core.orders.gtt import BrokerGtt, Gtt, GttStatus, Side
from core.orders.order import Action, PriceType, Product
from core.ports import Checkpoint
from db.connections.engines import Engines
from db.tables.paper import paper_gtts

NEWEST_FIRST = (paper_gtts.c.placed_at.desc(), paper_gtts.c.trigger_id.desc())
IS_WAITING: ColumnElement[bool] = literal_column("status IN ('active', 'triggering')")


class SqlGttStore:
    """Implements core.ports.GttStore."""

    def __init__(self, engines: Engines, checkpoint: Checkpoint) -> None:
        self._engines = engines
        self._checkpoint = checkpoint

    async def add_gtt(self, book: str, gtt: BrokerGtt) -> None:
        """Add a trigger. Raises BrokerRefused when a client order id repeats."""
        async with self._engines.writing() as connection:
            try:
                await connection.execute(insert(paper_gtts), gtt_row(book, gtt))
            except IntegrityError:
                raise BrokerRefused("This client order id was used before.") from None
            self._checkpoint("trigger adding")
            await connection.commit()
        self._checkpoint("trigger added")

    async def swap_gtt(self, book: str, becomes: BrokerGtt) -> bool:
        """Replace the revision before `becomes`; False when another revision is stored by now."""
        swap = (
            update(paper_gtts)
            .where(paper_gtts.c.book == book, paper_gtts.c.trigger_id == becomes.trigger_id)
            .where(paper_gtts.c.revision == becomes.revision - 1)
            .values(**gtt_row(book, becomes))
        )
        async with self._engines.writing() as connection:
            if (await connection.execute(swap)).rowcount != 1:
                return False
            self._checkpoint(f"trigger to {becomes.status}")
            await connection.commit()
        self._checkpoint(f"trigger {becomes.status}")
        return True

    async def get_gtt(self, book: str, trigger_id: BrokerOrderId) -> BrokerGtt | None:
        """The trigger with the paper broker's id, without its order, which is not kept; None when there is none."""
        found = await self._load(select(paper_gtts).where(_in(book), paper_gtts.c.trigger_id == trigger_id))
        return found[0] if found else None

    async def find_gtt(self, book: str, client_order_id: ClientOrderId) -> BrokerGtt | None:
        """The trigger with this client order id; None when the book has none."""
        found = await self._load(select(paper_gtts).where(_in(book), paper_gtts.c.client_order_id == client_order_id))
        return found[0] if found else None

    async def list_gtts(self, book: str, since: datetime | None) -> Sequence[BrokerGtt]:
        """List every waiting trigger, and those that moved at or after `since`; newest first."""
        wanted = IS_WAITING if since is None else or_(IS_WAITING, paper_gtts.c.updated_at >= since)
        return await self._load(select(paper_gtts).where(_in(book), wanted).order_by(*NEWEST_FIRST))

    async def _load(self, query: Select[Any]) -> list[BrokerGtt]:
        async with self._engines.reading() as connection:
            return [_gtt(row) for row in await connection.execute(query)]


def _in(book: str) -> ColumnElement[bool]:
    return paper_gtts.c.book == book


def gtt_row(book: str, found: BrokerGtt) -> dict[str, Any]:
    """The row of a trigger."""
    gtt, first = found.gtt, found.gtt.sides[0]
    other = gtt.sides[1] if len(gtt.sides) > 1 else None
    return {
        "book": book,
        "trigger_id": found.trigger_id,
        "client_order_id": found.client_order_id,
        "exchange": gtt.exchange,
        "symbol": gtt.symbol,
        "action": gtt.action.value,
        "quantity": gtt.quantity,
        "pricetype": gtt.pricetype.value,
        "product": gtt.product.value,
        "trigger_price": first.trigger,
        "price": first.limit,
        "other_trigger_price": other.trigger if other else None,
        "other_price": other.limit if other else None,
        "expires_at": gtt.expires_at,
        "last_price": found.last_price,
        "status": found.status.value,
        "fired": found.fired,
        "message": found.message,
        "strategy": found.strategy,
        "placed_at": found.placed_at,
        "updated_at": found.updated_at,
        "revision": found.revision,
    }


def _gtt(row: Any) -> BrokerGtt:
    sides = [Side(row.trigger_price, row.price)]
    if row.other_trigger_price is not None:
        sides.append(Side(row.other_trigger_price, row.other_price))
    gtt = Gtt(
        exchange=row.exchange,
        symbol=row.symbol,
        action=Action(row.action),
        quantity=row.quantity,
        product=Product(row.product),
        pricetype=PriceType(row.pricetype),
        sides=tuple(sides),
        expires_at=row.expires_at,
    )
    return BrokerGtt(
        trigger_id=BrokerOrderId(row.trigger_id),
        client_order_id=None if row.client_order_id is None else ClientOrderId(row.client_order_id),
        gtt=gtt,
        status=GttStatus(row.status),
        last_price=row.last_price,
        placed_at=row.placed_at,
        updated_at=row.updated_at,
        strategy=row.strategy,
        message=row.message,
        fired=row.fired,
        revision=row.revision,
    )
