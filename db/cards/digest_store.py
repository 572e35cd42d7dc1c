"""Digests: messages that stand for many orders of one chat."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Row,
    Select,
    and_,
    case,
    distinct,
    exists,
    false,
    func,
    insert,
    literal_column,
    or_,
    select,
    true,
    update,
)

from core.accounts import TradingMode
from core.ids import AccountId, ChatId, DigestId, MessageId, OrderId, UserId
from core.orders.order import ApiType, Order
from core.orders.states import BrokerStatus
from core.ports import Digest, DigestCounts, DigestKind, Urgency
from db.connections.store_connection import StoreConnection
from db.orders.mappers import _optional
from db.orders.order_store import OrderStore
from db.tables.digests import digests
from db.tables.orders import WAITS, cards, legs, orders

_NEWEST = 12
"""How many of a chat's newest cards are looked at for those that nobody can have seen yet."""
_PENDING = orders.c.status == literal_column("'pending'")
_IS_AUTO = and_(orders.c.status == literal_column("'approved'"), orders.c.approved_by_id.is_(None))
_IS_CLIENTS = orders.c.api_type == ApiType.CLIENT.value
_OF_KIND = {DigestKind.WAITING: and_(~_IS_AUTO, ~_IS_CLIENTS), DigestKind.AUTO: _IS_AUTO}
_STALE = (digests.c.is_open == true(), digests.c.kind == DigestKind.WAITING.value)
_TOUCHED = {"due": True, "revision": digests.c.revision + 1}


def to_digest(row: Row[Any]) -> Digest:
    """A digest out of its row."""
    return Digest(
        DigestId(row.id),
        ChatId(row.chat_id),
        UserId(row.user_id),
        DigestKind(row.kind),
        row.is_open,
        row.page,
        row.revision,
        _optional(MessageId, row.message_id),
        row.shown_text,
        _optional(MessageId, row.pinned_id),
    )


class DigestStore:
    """Implements core.ports.digests.Digests."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection
        self._orders = OrderStore(connection)

    async def chats_due(self) -> Sequence[ChatId]:
        """Chats with a digest that may be out of date."""
        query = select(digests.c.chat_id).where(digests.c.due == true()).distinct()
        return [ChatId(chat_id) for chat_id in (await self._connection.execute(query)).scalars()]

    async def next_due(self, chat_id: ChatId) -> Digest | None:
        """A digest of this chat that may be out of date, the one of what waits first."""
        query = select(digests).where(digests.c.chat_id == chat_id, digests.c.due == true())
        return await self._first(query.order_by(digests.c.kind.desc(), digests.c.id.desc()))

    async def find_open(self, chat_id: ChatId, kind: DigestKind, since: datetime | None = None) -> Digest | None:
        """The digest into which this chat's orders are put, if there is one that began after `since`."""
        query = select(digests).where(
            digests.c.chat_id == chat_id, digests.c.kind == kind.value, digests.c.is_open == true()
        )
        if since is not None:
            query = query.where(digests.c.began_at > since)
        return await self._first(query.order_by(digests.c.id.desc()))

    async def count(self, digest: Digest, account_ids: Sequence[AccountId]) -> DigestCounts:
        """What it stands for, as far as the orders are of these accounts."""
        theirs = _orders_in(digest, account_ids)
        book = orders.c.account_id, orders.c.trading_mode
        first = func.min(orders.c.expires_at, type_=orders.c.expires_at.type)
        books = (await self._rows(theirs.with_only_columns(*book, func.count(), first).group_by(*book))).all()
        strategies = theirs.with_only_columns(orders.c.strategy, func.count()).group_by(orders.c.strategy)
        on_first = and_(legs.c.order_id == orders.c.id, legs.c.number == 1)
        symbols = theirs.with_only_columns(legs.c.symbol, func.count()).join(legs, on_first).group_by(legs.c.symbol)
        outcomes = theirs.with_only_columns(orders.c.broker_status, func.count()).group_by(orders.c.broker_status)
        found = {_optional(BrokerStatus, status): count for status, count in await self._rows(outcomes)}
        return DigestCounts(
            total=sum(count for _, _, count, _ in books),
            oldest=min((oldest for *_, oldest in books), default=None),
            books={(AccountId(account), TradingMode(mode)): count for account, mode, count, _ in books},
            strategies=dict((await self._rows(strategies)).all()),
            symbols=dict((await self._rows(symbols)).all()),
            outcomes=found,
        )

    async def list_waiting(
        self, digest: Digest, account_ids: Sequence[AccountId], skip: int, limit: int
    ) -> Sequence[Order]:
        """What waits in it of these accounts, the one that expires soonest first."""
        page = _soonest_first(digest, account_ids).offset(skip).limit(limit)
        return await self._orders.list_by_number([*(await self._rows(page)).scalars()])

    async def numbers(self, digest: Digest, account_ids: Sequence[AccountId], limit: int) -> Sequence[OrderId]:
        """The numbers of what waits in it of these accounts, the one that expires soonest first."""
        found = await self._rows(_soonest_first(digest, account_ids).limit(limit))
        return [OrderId(number) for number in found.scalars()]

    async def count_undecided(self, digest: Digest) -> int:
        """How many orders wait in its chat, on cards or in it."""
        there = or_(cards.c.message_id.is_not(None), cards.c.digest_id == digest.id)
        query = select(func.count(distinct(cards.c.order_id))).join(orders, orders.c.id == cards.c.order_id)
        query = query.where(*WAITS, cards.c.chat_id == digest.chat_id, cards.c.gone == false(), there)
        return int((await self._rows(query)).scalar_one())

    async def count_unseen(self, chat_id: ChatId, kind: DigestKind, since: datetime) -> int:
        """How many orders' newest cards in this chat were sent after `since`; of what waits, those that still do.

        An order that was opened again has several, and one whose card was taken away was seen: `count_undecided`
        counts them so too, else a digest could be given up and begun again without end.
        """
        posted = select(cards.c.order_id, cards.c.posted_at)
        posted = posted.where(cards.c.chat_id == chat_id, cards.c.message_id.is_not(None), cards.c.gone == false())
        newest = posted.order_by(cards.c.message_id.desc()).limit(_NEWEST).subquery()
        counts = _PENDING if kind is DigestKind.WAITING else _IS_AUTO
        of_orders = select(func.count(distinct(newest.c.order_id))).select_from(newest)
        query = of_orders.join(orders, orders.c.id == newest.c.order_id)
        return int((await self._rows(query.where(newest.c.posted_at > since, counts))).scalar_one())

    async def begin(self, chat_id: ChatId, user_id: UserId, kind: DigestKind, at: datetime) -> DigestId:
        """Close the open digest of this kind, and begin a new one."""
        same = digests.c.chat_id == chat_id, digests.c.kind == kind.value, digests.c.is_open == true()
        await self._connection.execute(update(digests).where(*same).values(is_open=False))
        row: dict[str, object] = {"chat_id": chat_id, "user_id": user_id, "kind": kind.value, "began_at": at}
        row |= {"is_open": True, "page": 0, "due": True, "revision": 1}
        made = await self._connection.execute(insert(digests).values(row).returning(digests.c.id))
        return DigestId(made.scalar_one())

    async def absorb(self, digest: DigestId, chat_id: ChatId, kind: DigestKind) -> int:
        """Put every order that is due to get its first card into the digest instead; how many."""
        of_kind = exists().where(orders.c.id == cards.c.order_id, _OF_KIND[kind])
        first = cards.c.urgency.in_([int(Urgency.NEW), int(Urgency.UNASKED)])
        there = cards.c.chat_id == chat_id, cards.c.due == true(), first, cards.c.message_id.is_(None), of_kind
        moved = await self._connection.execute(update(cards).where(*there).values(due=False, digest_id=digest))
        await self.mark_due(digest)
        return moved.rowcount

    async def release(self, digest: DigestId) -> None:
        """Have what waits in it shown on cards, and close it."""
        waiting = cards.c.order_id.in_(select(orders.c.id).where(_PENDING).scalar_subquery())
        other = cards.alias()
        has_one = exists().where(
            other.c.order_id == cards.c.order_id,
            other.c.chat_id == cards.c.chat_id,
            other.c.message_id.is_not(None),
        )
        theirs = cards.c.digest_id == digest, waiting, ~has_one
        shown = {"digest_id": None, "due": True, "urgency": Urgency.NEW}
        await self._connection.execute(update(cards).where(*theirs).values(shown))
        await self.close(digest)

    async def close(self, digest: DigestId) -> None:
        """Put nothing more into it."""
        await self._connection.execute(update(digests).where(digests.c.id == digest).values(is_open=False))

    async def turn(self, digest: DigestId, message_id: MessageId, page: int) -> None:
        """Have another page of it shown, in this message."""
        shown = {"message_id": message_id, "page": page}
        await self._connection.execute(update(digests).where(digests.c.id == digest).values(_TOUCHED | shown))

    async def mark_due(self, digest: DigestId) -> None:
        """Have it compared with what its chat shows."""
        await self._connection.execute(update(digests).where(digests.c.id == digest).values(_TOUCHED))

    async def is_any_stale(self, before: datetime) -> bool:
        """Whether an open digest of what waits was shown last before then."""
        found = await self._rows(select(digests.c.id).where(*_STALE, digests.c.shown_at < before).limit(1))
        return found.first() is not None

    async def mark_stale(self, before: datetime) -> None:
        """Mark the open digests of what waits due that were shown last before then."""
        stale = update(digests).where(*_STALE, digests.c.shown_at < before)
        await self._connection.execute(stale.values(_TOUCHED))

    async def record_shown(
        self, digest: Digest, message_id: MessageId, shown: tuple[str, int | None], at: datetime
    ) -> None:
        """Record the text and the bot of what the chat shows; due again if something happened since it was read."""
        shown_text, bot_id = shown
        is_due = case((digests.c.revision > digest.revision, true()), else_=false())
        values = {"message_id": message_id, "shown_text": shown_text, "bot_id": bot_id, "shown_at": at}
        changed = update(digests).where(digests.c.id == digest.id).values(**values, due=is_due)
        await self._connection.execute(changed)

    async def record_pinned(self, digest: DigestId, message_id: MessageId | None) -> None:
        """Record which message of it is pinned, if one is."""
        await self._connection.execute(update(digests).where(digests.c.id == digest).values(pinned_id=message_id))

    async def give_up(self, digest: DigestId) -> None:
        """Its reader cannot be reached: what it stood for is shown again when they come back."""
        theirs = update(cards).where(cards.c.digest_id == digest).values(gone=True, digest_id=None)
        await self._connection.execute(theirs)
        over = update(digests).where(digests.c.id == digest).values(is_open=False, due=False)
        await self._connection.execute(over)

    async def take_over(self, bot_id: int) -> None:
        """From now on this bot shows digests: what another one sent is sent anew."""
        # What is due may have been edited by a process that died before it wrote that down.
        await self._connection.execute(update(digests).where(digests.c.due == true()).values(shown_text=None))
        foreign = digests.c.bot_id != bot_id, digests.c.message_id.is_not(None)
        anew = {"message_id": None, "shown_text": None, "pinned_id": None}
        theirs = update(digests).where(*foreign, digests.c.is_open == true())
        await self._connection.execute(theirs.values(_TOUCHED | anew))

    async def _first(self, query: Select[Any]) -> Digest | None:
        row = (await self._connection.execute(query.limit(1))).first()
        return None if row is None else to_digest(row)

    async def _rows(self, query: Select[Any]) -> Any:
        return await self._connection.execute(query)


def _orders_in(digest: Digest, account_ids: Sequence[AccountId]) -> Select[Any]:
    """The orders that it stands for; of what waits only what still does."""
    of_digest = (cards.c.digest_id == digest.id, orders.c.account_id.in_(account_ids))
    query = select(orders.c.id).select_from(cards).join(orders, orders.c.id == cards.c.order_id).where(*of_digest)
    return query.where(_PENDING) if digest.kind is DigestKind.WAITING else query


def _soonest_first(digest: Digest, account_ids: Sequence[AccountId]) -> Select[Any]:
    return _orders_in(digest, account_ids).order_by(orders.c.expires_at, orders.c.id)
