"""The cards: what each chat shows of each order, and which are due."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Row,
    Select,
    and_,
    bindparam,
    case,
    distinct,
    exists,
    false,
    func,
    join,
    literal_column,
    or_,
    select,
    true,
    union_all,
    update,
)

from core.accounts import Role
from core.ids import AccountId, CardId, ChatId, MessageId, OrderId, UserId
from core.orders.decisions import Presser
from core.orders.order import Order
from core.ports import Card, Urgency
from db.connections.prepared_statements import Prepared
from db.connections.store_connection import StoreConnection
from db.connections.upserts import insert_into
from db.orders.mappers import _optional
from db.orders.order_store import OrderStore
from db.tables.digests import digests
from db.tables.orders import WAITS, approvers, cards, orders


def to_card(row: Row[Any]) -> Card:
    """A card out of its row."""
    return Card(
        CardId(row.id),
        OrderId(row.order_id),
        ChatId(row.chat_id),
        UserId(row.user_id),
        _optional(MessageId, row.message_id),
        row.shown_version,
        row.shown_text,
        row.shown_at,
        row.bot_id,
    )


def _chats_due() -> Select[Any]:
    """A query that goes from one chat to the next along the index: DISTINCT would read every card that is due."""
    first = select(func.min(cards.c.chat_id)).where(cards.c.due == true())
    chats = first.cte("chats", recursive=True)
    following = first.where(cards.c.chat_id > chats.c[0]).scalar_subquery()
    chats = chats.union_all(select(following).where(chats.c[0].is_not(None)))
    kinds = union_all(*(select(literal_column(f"{urgency:d}").label("urgency")) for urgency in Urgency)).subquery()
    there = exists().where(cards.c.chat_id == chats.c[0], cards.c.due == true(), cards.c.urgency == kinds.c.urgency)
    due = select(chats.c[0], kinds.c.urgency).select_from(join(chats, kinds, there))
    return due.order_by(kinds.c.urgency, chats.c[0])


def _readers() -> Any:
    """Cards that are shown, or stand in a digest that is, joined to those who may decide on them."""
    may_decide = [role.value for role in Role if role.decides]
    is_theirs = (approvers.c.account_id == cards.c.account_id, approvers.c.chat_id == cards.c.chat_id)
    decides = (approvers.c.removed_at.is_(None), approvers.c.role.in_(may_decide))
    in_digest = exists().where(digests.c.id == cards.c.digest_id, digests.c.message_id.is_not(None))
    shown = (or_(cards.c.message_id.is_not(None), in_digest), cards.c.gone == false())
    return join(cards, approvers, and_(*is_theirs, *decides, *shown))


_CHATS_DUE = _chats_due()
_WAITING = select(orders.c.id).where(*WAITS)
_MATTERS = or_(cards.c.order_id.in_(_WAITING), cards.c.order_id.in_(select(orders.c.id).where(orders.c.working)))
"""What people still want to see: it waits for them, or its broker has not finished with it."""
_NOT_SHOWN: dict[str, object] = {
    "message_id": None,
    "shown_version": None,
    "shown_text": None,
    "shown_at": None,
    "posted_at": None,
    "digest_id": None,
    "urgency": Urgency.NEW,
}
_IS_WAITING = Prepared(select(orders.c.id).where(orders.c.cards_due == true()).limit(1))


# Built once: every card needs them, and building takes longer than running.
_NEXT_DUE = (
    select(cards)
    .where(cards.c.chat_id == bindparam("chat"), cards.c.due == true())
    .where(cards.c.urgency.in_(bindparam("urgencies", expanding=True)))
    # A card that changes all the time gives way to one that was shown before it.
    .order_by(cards.c.urgency, cards.c.shown_at, cards.c.order_id)
    .limit(2)
)
_SHOWN = ("message_id", "shown_text", "shown_at", "bot_id")
_VERSION_NOW = select(orders.c.version).where(orders.c.id == cards.c.order_id).scalar_subquery()
_IS_FIRST = or_(cards.c.urgency == Urgency.NEW, cards.c.urgency == Urgency.UNASKED)
_RECORD_SHOWN = (
    update(cards)
    .where(cards.c.id == bindparam("card"))
    .values(
        shown_version=bindparam("shown"),
        due=case((bindparam("shown") < _VERSION_NOW, true()), else_=false()),
        # It is there now, and moved while it was sent.
        urgency=case((_IS_FIRST, Urgency.CHANGED), else_=cards.c.urgency),
        posted_at=func.coalesce(cards.c.posted_at, bindparam("new_shown_at")),
        digest_id=None,
        **{name: bindparam(f"new_{name}") for name in _SHOWN},
    )
)
_ORDER_OF = Prepared(
    select(cards.c.order_id).where(cards.c.chat_id == bindparam("chat"), cards.c.message_id == bindparam("message"))
)


class CardStore:
    """Implements core.ports.Cards."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def has_work(self) -> bool:
        """Whether some order's cards are due to be planned."""
        return bool(await self._connection.run_sync(_IS_WAITING.rows))

    async def chats_due(self) -> Sequence[tuple[ChatId, Urgency]]:
        """Chats with a card that is due, once for each urgency, the most urgent first."""
        rows = await self._connection.execute(_CHATS_DUE)
        return [(ChatId(chat_id), Urgency(urgency)) for chat_id, urgency in rows]

    async def next_due(
        self, chat_id: ChatId, urgencies: Collection[Urgency], aside: Collection[CardId]
    ) -> tuple[Card, Order, bool] | None:
        """The most urgent due card of a chat, apart from those set aside, and whether there are more."""
        query = _NEXT_DUE.where(cards.c.id.not_in(aside)) if aside else _NEXT_DUE
        rows = (await self._connection.execute(query, {"chat": chat_id, "urgencies": urgencies})).all()
        if not rows:
            return None
        return to_card(rows[0]), await OrderStore(self._connection).get(OrderId(rows[0].order_id)), len(rows) > 1

    async def list_stale(self, older_than: datetime, limit: int) -> Sequence[CardId]:
        """Newest shown cards of pending orders whose prices and times were last refreshed before then."""
        newest = select(orders.c.id).where(*WAITS).order_by(orders.c.expires_at.desc()).limit(limit)
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
        await self._connection.execute(shown.values(due=True, urgency=Urgency.REFRESH))

    async def record_shown(self, card: Card, version: int) -> None:
        """Record what the chat shows now; due again if the order has moved past `version` meanwhile."""
        shown = {f"new_{name}": getattr(card, name) for name in _SHOWN}
        await self._connection.execute(_RECORD_SHOWN, {"card": card.id, "shown": version, **shown})

    async def record_gone(self, card_id: CardId) -> None:
        """The chat or the message is gone: not due again until its reader comes back."""
        await self._connection.execute(update(cards).where(cards.c.id == card_id).values(due=False, gone=True))

    async def show_again(self, user_id: UserId) -> None:
        """Have everything that still matters of what was gone for this person shown again."""
        gone = (cards.c.user_id == user_id, cards.c.gone == true(), _MATTERS)
        anew = {"gone": False, "due": True, "urgency": Urgency.NEW, "digest_id": None}
        await self._connection.execute(update(cards).where(*gone).values(anew))

    async def show_afresh(self, account_id: AccountId, user_id: UserId) -> None:
        """Have a new message sent to this person for every order of the account that waits."""
        theirs = (cards.c.account_id == account_id, cards.c.user_id == user_id, cards.c.order_id.in_(_WAITING))
        await self._connection.execute(update(cards).where(*theirs).values(gone=False, due=True, **_NOT_SHOWN))
        waiting = (orders.c.account_id == account_id, orders.c.status == "pending")
        await self._connection.execute(update(orders).where(*waiting).values(cards_due=True))

    async def take_over(self, bot_id: int) -> None:
        """From now on this bot shows the cards: what another one sent and still matters is sent anew."""
        # What is due may have been edited by a process that died before it wrote that down.
        shown_and_due = update(cards).where(cards.c.due == true(), cards.c.message_id.is_not(None))
        await self._connection.execute(shown_and_due.values(shown_text=None))
        # Before bots were written down there was one.
        unknown = update(cards).where(cards.c.bot_id.is_(None), cards.c.message_id.is_not(None))
        await self._connection.execute(unknown.values(bot_id=bot_id))
        foreign = update(cards).where(cards.c.bot_id != bot_id, cards.c.message_id.is_not(None))
        await self._connection.execute(foreign.where(~_MATTERS).values(gone=True, due=False, **_NOT_SHOWN))
        await self._connection.execute(foreign.where(_MATTERS).values(gone=False, due=True, **_NOT_SHOWN))

    async def count_readers(self, order_id: OrderId) -> int:
        """How many of those who may decide on this order have it before them."""
        reader = func.count(distinct(approvers.c.user_id))
        query = select(reader).select_from(_readers()).where(cards.c.order_id == order_id)
        return (await self._connection.execute(query)).scalar_one()

    async def count_unseen(self, before: datetime, limit: int) -> int:
        """How many waiting orders that came before then nobody who may decide has seen, counted up to `limit`."""
        seen = exists().select_from(_readers()).where(cards.c.order_id == orders.c.id)
        unseen = select(orders.c.id).where(*WAITS, orders.c.created_at < before, ~seen.correlate(orders))
        # In the order of their index, so that SQLite walks no other one.
        unseen = unseen.order_by(orders.c.expires_at).limit(limit)
        return (await self._connection.execute(select(func.count()).select_from(unseen.subquery()))).scalar_one()

    async def adopt(self, order_id: OrderId, presser: Presser, bot_id: int | None) -> None:
        """A message of ours with a valid signature that was not recorded (we died while sending it)."""
        order = await OrderStore(self._connection).get(order_id)
        row = _new_card(order.account_id, order_id, presser.chat_id, presser.user_id)
        row |= {"message_id": presser.message_id, "bot_id": bot_id}
        add = insert_into(cards, self._connection.dialect.name).values(row)
        await self._connection.execute(add.on_conflict_do_nothing())

    async def is_recorded(self, order_id: OrderId, chat_id: ChatId, message_id: MessageId) -> bool:
        """Whether this message is a recorded card of this order."""
        return await self.find_order_of(chat_id, message_id) == order_id

    async def find_order_of(self, chat_id: ChatId, message_id: MessageId) -> OrderId | None:
        """The order whose recorded card this message is."""
        found = await _ORDER_OF.find(self._connection, chat=chat_id, message=message_id)
        return OrderId(found[0]["order_id"]) if found else None


def _new_card(account_id: int, order_id: int, chat_id: int, user_id: int) -> dict[str, object]:
    return {
        "account_id": account_id,
        "order_id": order_id,
        "chat_id": chat_id,
        "user_id": user_id,
        "due": True,
        "urgency": Urgency.NEW,
        "gone": False,
    }
