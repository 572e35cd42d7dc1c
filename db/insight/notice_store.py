"""Stores notices, up to where each trail was looked at for them, and what people want to be told."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, Row, bindparam, delete, exists, func, insert, literal, or_, select, update

from core.accounts import Language
from core.audit import Kind, Link
from core.ids import SYSTEM_ACCOUNT, AccountId, MessageId, OrderId, UserId
from core.insight.event_news import WATCHED
from core.insight.news import Topic
from core.insight.notice_settings import NoticeSettings
from core.orders.order import Order
from core.ports.insight import NewNotice, Notice, Repeat
from db.connections.prepared_statements import Prepared
from db.connections.store_connection import StoreConnection
from db.connections.upserts import insert_into
from db.records.audit_store import to_link
from db.tables.notices import notice_positions, notice_settings, notices, reader_languages
from db.tables.orders import audit_events, audit_heads, cards

_IS_DUE = notices.c.finished_at.is_(None)
_COUNTED_BY, _SEVERAL = "counted_by", "several"
_THINGS = ("orderid", "trigger_id")
"""What a notice names one of; when it is about another one too, `several` says so."""
_NOT_LONG = 200
"""Events of an account, many more than one request to cancel everything leaves: the trail has no index by order."""


def _add() -> Insert:
    """Insert a notice, unless its reader has one with its key."""
    told = ("user_id", "account_id", "key", "topic", "facts", "at", "order_id")
    given = {name: bindparam(f"new_{name}", type_=notices.c[name].type) for name in told}
    now = bindparam("now", type_=notices.c.created_at.type)
    row = {**given, "created_at": now, "next_at": now, "attempts": literal(0), "answer": literal("")}
    there = exists().where(notices.c.user_id == given["user_id"], notices.c.key == given["key"])
    return insert(notices).from_select([*row], select(*(row.values())).where(~there))


# Built once: very many are told at once, and building takes longer than running.
_ADD = Prepared(_add())
_EVENTS = Prepared(
    select(audit_events)
    .where(
        audit_events.c.account_id == bindparam("account"),
        audit_events.c.seq > bindparam("behind"),
        audit_events.c.seq <= bindparam("until"),
        or_(*(audit_events.c.kind == kind for kind in WATCHED)),
    )
    .order_by(audit_events.c.seq)
    .limit(bindparam("most"))
)
_SETTINGS = Prepared(select(notice_settings.c.settings).where(notice_settings.c.user_id == bindparam("person")))

_LANGUAGE = Prepared(select(reader_languages.c.language).where(reader_languages.c.user_id == bindparam("person")))


class NoticeStore:
    """Implements core.ports.insight.Notices."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    # ------------------------------------------------------------ what there is to tell

    async def accounts_with_news(self) -> Sequence[tuple[AccountId, int, int]]:
        """Accounts whose trail goes on behind what was looked at: with what was looked at, and the trail's end."""
        seen = func.coalesce(notice_positions.c.position, 0)
        query = select(audit_heads.c.account_id, seen, audit_heads.c.seq).outerjoin(
            notice_positions, notice_positions.c.account_id == audit_heads.c.account_id
        )
        query = query.where(audit_heads.c.seq > seen, audit_heads.c.account_id != SYSTEM_ACCOUNT)
        return [(AccountId(account), was, end) for account, was, end in await self._connection.execute(query)]

    async def events(self, account_id: AccountId, behind: int, until: int, limit: int) -> Sequence[Link]:
        """The events that can be news behind one number, up to another."""
        place = {"account": account_id, "behind": behind, "until": until, "most": limit}
        found = await _EVENTS.find(self._connection, **place)
        return [Link(**row) for row in found]

    async def cancel_requests(self, link: Link) -> Sequence[Link]:
        """Requests to cancel this event's order, as far as they came not long before it."""
        place = (
            audit_events.c.account_id == link.account_id,
            audit_events.c.seq >= link.seq - _NOT_LONG,
            audit_events.c.seq < link.seq,
        )
        about = audit_events.c.kind == Kind.CANCEL_REQUESTED.value, audit_events.c.order_id == link.order_id
        found = await self._connection.execute(select(audit_events).where(*place, *about))
        return [to_link(row) for row in found]

    async def move(self, account_id: AccountId, was: int, becomes: int) -> bool:
        """Remember up to where the trail was looked at; False when somebody else has moved it."""
        mine = notice_positions.c.account_id == account_id
        still = update(notice_positions).where(mine, notice_positions.c.position == was).values(position=becomes)
        if (await self._connection.execute(still)).rowcount == 1:
            return True
        first = insert_into(notice_positions, self._connection.dialect.name)
        first = first.values(account_id=account_id, position=becomes).on_conflict_do_nothing()
        return was == 0 and (await self._connection.execute(first)).rowcount == 1

    async def add(self, new: Sequence[NewNotice], at: datetime) -> int:
        """Store these notices, apart from those whose key their reader has already; how many are new."""
        rows = [
            {
                "new_user_id": one.user_id,
                "new_account_id": one.account_id,
                "new_key": one.key,
                "new_topic": one.topic.value,
                "new_facts": json.dumps(dict(one.facts)),
                "new_at": one.at,
                "new_order_id": one.order_id,
                "now": at,
            }
            for one in new
        ]
        return sum([await _ADD.change(self._connection, **row) for row in rows])

    async def list_told(self, topics: Collection[Topic], since: datetime) -> Sequence[NewNotice]:
        """Notices of these topics that were stored for what happened since then, sent or not, oldest first."""
        about = notices.c.topic.in_([topic.value for topic in topics]), notices.c.at >= since
        found = await self._connection.execute(select(notices).where(*about).order_by(notices.c.id))
        return [
            NewNotice(one.user_id, one.account_id, row.key, one.topic, one.facts, one.at, one.order_id)
            for row in found
            if (one := _to_notice(row))
        ]

    async def readers_told(self, order: Order, topics: Collection[Topic]) -> frozenset[UserId]:
        """Everybody for whom a notice of one of these topics about the order was stored."""
        about = notices.c.account_id == order.account_id, notices.c.topic.in_([topic.value for topic in topics])
        query = select(notices.c.user_id).where(*about, notices.c.at >= order.created_at)
        found = await self._connection.execute(query.where(notices.c.order_id == order.id).distinct())
        return frozenset(UserId(row.user_id) for row in found)

    async def count_again(self, repeat: Repeat) -> int:
        """Count it in the notices that tell of it, and have their messages changed; how many there are."""
        about = notices.c.account_id == repeat.account_id, notices.c.topic == repeat.topic.value
        query = select(notices.c.id, notices.c.facts, notices.c.message_id).where(*about, notices.c.at > repeat.since)
        told = [(row, json.loads(row.facts)) for row in await self._connection.execute(query)]
        same = [(row, was) for row, was in told if was.get(_COUNTED_BY) == repeat.facts[_COUNTED_BY]]
        for row, was in same:
            is_other = was.get(_SEVERAL) or any(was.get(name) != repeat.facts.get(name) for name in _THINGS)
            facts = {**repeat.facts, **({_SEVERAL: "yes"} if is_other else {})}
            again = (
                update(notices)
                .where(notices.c.id == row.id)
                .values(times=notices.c.times + 1, facts=json.dumps(facts))
            )
            if row.message_id is not None:
                again = again.values(finished_at=None, next_at=repeat.due_at)
            await self._connection.execute(again)
        return len(same)

    # ------------------------------------------------------------ sending

    async def readers_due(self, now: datetime) -> Sequence[UserId]:
        """Everybody for whom a notice is due."""
        query = select(notices.c.user_id).where(_IS_DUE, notices.c.next_at <= now).distinct()
        return [UserId(user_id) for user_id in (await self._connection.execute(query)).scalars()]

    async def list_due(self, user_id: UserId, now: datetime, limit: int) -> Sequence[Notice]:
        """What is due for this person, oldest first."""
        query = select(notices).where(_IS_DUE, notices.c.user_id == user_id, notices.c.next_at <= now)
        return [_to_notice(row) for row in await self._connection.execute(query.order_by(notices.c.id).limit(limit))]

    async def finish(
        self, ids: Sequence[int], at: datetime, answer: str, message_id: MessageId | None = None
    ) -> None:
        """These are sent as this message, or given up for the reason in `answer`."""
        sent = {} if message_id is None else {"message_id": message_id}
        over = update(notices).where(notices.c.id.in_(ids), _IS_DUE)
        await self._connection.execute(
            over.values(finished_at=at, answer=answer, attempts=notices.c.attempts + 1, **sent)
        )

    async def postpone(self, ids: Sequence[int], until: datetime, why: str) -> None:
        """Try these again then."""
        later = update(notices).where(notices.c.id.in_(ids), _IS_DUE)
        await self._connection.execute(later.values(next_at=until, answer=why, attempts=notices.c.attempts + 1))

    async def card_of(self, user_id: UserId, order_id: OrderId) -> MessageId | None:
        """This person's newest card of the order."""
        theirs = cards.c.order_id == order_id, cards.c.user_id == user_id, cards.c.message_id.is_not(None)
        newest = select(func.max(cards.c.message_id)).where(*theirs)
        found = (await self._connection.execute(newest)).scalar()
        return None if found is None else MessageId(found)

    async def forget_before(self, moment: datetime) -> int:
        """Delete notices that were finished before this moment; how many."""
        return (await self._connection.execute(delete(notices).where(notices.c.finished_at < moment))).rowcount

    # ------------------------------------------------------------ what people want

    async def settings(self, user_id: UserId) -> NoticeSettings:
        """What this person has chosen."""
        found = await _SETTINGS.find(self._connection, person=user_id)
        return NoticeSettings.from_json(found[0]["settings"]) if found else NoticeSettings()

    async def choose(self, user_id: UserId, settings: NoticeSettings) -> None:
        """Store what this person chooses."""
        theirs, chosen = notice_settings.c.user_id == user_id, {"settings": settings.as_json()}
        changed = await self._connection.execute(update(notice_settings).where(theirs).values(chosen))
        if changed.rowcount == 0:
            await self._connection.execute(insert(notice_settings).values(user_id=user_id, **chosen))

    async def find_language(self, user_id: UserId) -> Language | None:
        """What this person reads; None for somebody of whom nothing is stored."""
        found = await _LANGUAGE.find(self._connection, person=user_id)
        return Language.of(found[0]["language"]) if found else None

    async def set_language(self, user_id: UserId, language: Language) -> None:
        """Store what this person reads."""
        row = insert_into(reader_languages, self._connection.dialect.name).values(user_id=user_id, language=language)
        await self._connection.execute(
            row.on_conflict_do_update(index_elements=["user_id"], set_={"language": language})
        )


def _to_notice(row: Row[Any]) -> Notice:
    return Notice(
        id=row.id,
        user_id=UserId(row.user_id),
        account_id=AccountId(row.account_id),
        topic=Topic(row.topic),
        facts=json.loads(row.facts),
        at=row.at,
        order_id=None if row.order_id is None else OrderId(row.order_id),
        created_at=row.created_at,
        attempts=row.attempts,
        times=row.times,
        message_id=None if row.message_id is None else MessageId(row.message_id),
    )
