"""What each chat shows of each order, and what it still has to be shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Row,
    Select,
    case,
    false,
    func,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ids import CardId, ChatId, MessageId, OrderId, UserId
from core.orders.order import Order
from core.ports import Card
from db.cards.card_planning import NEW, REFRESH
from db.connections.prepared_statements import Prepared
from db.orders.mappers import _optional
from db.orders.order_store import OrderStore
from db.tables.orders import cards, orders


def to_card(row: Row[Any]) -> Card:
    """A cards row."""
    return Card(
        CardId(row.id),
        OrderId(row.order_id),
        ChatId(row.chat_id),
        UserId(row.user_id),
        _optional(MessageId, row.message_id),
        row.shown_version,
        row.shown_text,
        row.shown_at,
    )


def _chats_due() -> Select[Any]:
    """From one chat to the next along the index: DISTINCT would read every card that is due."""
    first = select(func.min(cards.c.chat_id)).where(cards.c.due == true())
    chats = first.cte("chats", recursive=True)
    following = first.where(cards.c.chat_id > chats.c[0]).scalar_subquery()
    chats = chats.union_all(select(following).where(chats.c[0].is_not(None)))
    return select(chats.c[0]).where(chats.c[0].is_not(None))


_CHATS_DUE = _chats_due()
_IS_WAITING = Prepared(select(orders.c.id).where(orders.c.cards_due == true()).limit(1))


class CardStore:
    """Implements core.ports.Cards."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def has_work(self) -> bool:
        """Whether some order's cards are due to be planned."""
        return bool(await self._connection.run_sync(_IS_WAITING.rows))

    async def chats_due(self) -> Sequence[ChatId]:
        """Chats with a card that is due."""
        return [ChatId(chat_id) for chat_id in (await self._connection.execute(_CHATS_DUE)).scalars()]

    async def next_due(self, chat_id: ChatId) -> tuple[Card, Order] | None:
        """The most urgent due card of a chat."""
        query = (
            select(cards)
            .where(cards.c.chat_id == chat_id, cards.c.due == true())
            .order_by(cards.c.urgency, cards.c.order_id)
            .limit(1)
        )
        row = (await self._connection.execute(query)).first()
        if row is None:
            return None
        return to_card(row), await OrderStore(self._connection).get(OrderId(row.order_id))

    async def list_stale(self, older_than: datetime, limit: int) -> Sequence[CardId]:
        """Newest shown cards of pending orders whose prices and times were last refreshed before then."""
        newest = (
            select(orders.c.id)
            .where(orders.c.status == literal_column("'pending'"))
            .order_by(orders.c.expires_at.desc())
            .limit(limit)
        )
        query = select(cards.c.id).where(
            cards.c.order_id.in_(newest.scalar_subquery()),
            cards.c.due == false(),
            cards.c.gone == false(),
            cards.c.shown_at < older_than,
        )
        return [CardId(card_id) for card_id in (await self._connection.execute(query)).scalars()]

    async def mark_due(self, card_ids: Sequence[CardId]) -> None:
        """Have these cards compared again, least urgent."""
        shown = update(cards).where(cards.c.id.in_(card_ids), cards.c.due == false(), cards.c.gone == false())
        await self._connection.execute(shown.values(due=True, urgency=REFRESH))

    async def record_shown(self, card: Card, version: int) -> None:
        """What the chat shows now; due again if the order has moved past `version` meanwhile."""
        now_at = select(orders.c.version).where(orders.c.id == card.order_id).scalar_subquery()
        await self._connection.execute(
            update(cards)
            .where(cards.c.id == card.id)
            .values(
                message_id=card.message_id,
                shown_version=version,
                shown_text=card.shown_text,
                shown_at=card.shown_at,
                due=case((now_at > version, true()), else_=false()),
            )
        )

    async def record_gone(self, card_id: CardId) -> None:
        """The chat or the message is gone: never due again."""
        await self._connection.execute(update(cards).where(cards.c.id == card_id).values(due=False, gone=True))

    async def adopt(self, order_id: OrderId, chat_id: ChatId, message_id: MessageId, user_id: UserId) -> None:
        """A message of ours with a valid signature that was not recorded (we died while sending it)."""
        dialect = self._connection.dialect.name
        insert_ = postgresql_insert(cards) if dialect == "postgresql" else sqlite_insert(cards)
        order = await OrderStore(self._connection).get(order_id)
        row = _new_card(order.account_id, order_id, chat_id, user_id) | {"message_id": message_id}
        await self._connection.execute(insert_.values(row).on_conflict_do_nothing())

    async def is_recorded(self, order_id: OrderId, chat_id: ChatId, message_id: MessageId) -> bool:
        """Whether this message is a recorded card of this order."""
        query = select(cards.c.id).where(
            cards.c.chat_id == chat_id, cards.c.message_id == message_id, cards.c.order_id == order_id
        )
        return (await self._connection.execute(query)).first() is not None

    async def find_order_of(self, chat_id: ChatId, message_id: MessageId) -> OrderId | None:
        """The order whose recorded card this message is."""
        query = select(cards.c.order_id).where(cards.c.chat_id == chat_id, cards.c.message_id == message_id)
        found = (await self._connection.execute(query)).scalar_one_or_none()
        return OrderId(found) if found is not None else None


def _new_card(account_id: int, order_id: int, chat_id: int, user_id: int) -> dict[str, object]:
    return {
        "account_id": account_id,
        "order_id": order_id,
        "chat_id": chat_id,
        "user_id": user_id,
        "due": True,
        "urgency": NEW,
        "gone": False,
    }
