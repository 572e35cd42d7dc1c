"""Turns orders that moved into cards that are due, without leaving the database: under load every row would cost."""

from typing import Any

from sqlalchemy import (
    Connection,
    Insert,
    Update,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    insert,
    literal_column,
    or_,
    select,
    true,
    union_all,
    update,
)

from core.orders.states import QueueStatus
from core.ports import Urgency
from db.connections.prepared_statements import Prepared
from db.tables.digests import digests
from db.tables.orders import approvers, cards, orders

WORTH_A_NEW_CARD = (QueueStatus.PENDING.value, QueueStatus.APPROVED.value)
_IS_AUTO = and_(orders.c.status == literal_column("'approved'"), orders.c.approved_by_id.is_(None))
_DUE = (orders.c.cards_due == true(), orders.c.id <= bindparam("last"))


def plan_cards(connection: Connection, limit: int) -> int:
    """Turn orders whose cards are due into due cards, one for each approver's chat; returns how many orders."""
    [(last, count)] = _OLDEST.rows(connection, most=limit)
    if count:
        for step in (_MARK_SHOWN_CARDS, _ADD_MISSING_CARDS, _MARK_DIGESTS, _DONE):
            step.run(connection, last=last)
    return int(count)


def _oldest() -> Any:
    due = select(orders.c.id).where(orders.c.cards_due == true())
    some = due.order_by(orders.c.id).limit(bindparam("most")).subquery()
    return select(func.max(some.c.id), func.count())


def _mark_shown_cards() -> Update:
    pending = orders.c.status == literal_column("'pending'")
    decided_at = func.coalesce(orders.c.approved_at, orders.c.rejected_at, orders.c.closed_at)
    knows = or_(pending, decided_at < cards.c.shown_at)
    moved = select(case((knows, Urgency.CHANGED), else_=Urgency.DECIDED)).where(orders.c.id == cards.c.order_id)
    urgency = case((cards.c.message_id.is_(None), cards.c.urgency), else_=moved.scalar_subquery())
    theirs = (cards.c.order_id.in_(select(orders.c.id).where(*_DUE)), cards.c.digest_id.is_(None))
    return update(cards).where(*theirs, cards.c.gone == false()).values(due=true(), urgency=urgency)


def _add_missing_cards() -> Insert:
    """Insert a card for each approver's chat that has none of the order yet."""
    there = exists().where(cards.c.order_id == orders.c.id, cards.c.chat_id == approvers.c.chat_id)
    values = (
        orders.c.id,
        orders.c.account_id,
        approvers.c.chat_id,
        approvers.c.user_id,
        true(),
        case((_IS_AUTO, int(Urgency.UNASKED)), else_=int(Urgency.NEW)),
        false(),
    )
    missing = (
        select(*values)
        .join(approvers, and_(approvers.c.account_id == orders.c.account_id, approvers.c.removed_at.is_(None)))
        .where(*_DUE, or_(*(orders.c.status == status for status in WORTH_A_NEW_CARD)), ~there)
        .order_by(orders.c.id)
    )
    columns = ("order_id", "account_id", "chat_id", "user_id", "due", "urgency", "gone")
    return insert(cards).from_select(columns, missing)


def _mark_digests() -> Update:
    """Those that stand for what moved, and those of the chats in which a card of it is."""
    moved = select(orders.c.id).where(*_DUE).scalar_subquery()
    stands_for = select(cards.c.digest_id).where(cards.c.order_id.in_(moved), cards.c.digest_id.is_not(None))
    beside = select(digests.c.id).join(cards, cards.c.chat_id == digests.c.chat_id)
    beside = beside.where(digests.c.is_open == true(), cards.c.order_id.in_(moved), cards.c.message_id.is_not(None))
    touched = {"due": true(), "revision": digests.c.revision + 1}
    return update(digests).where(digests.c.id.in_(union_all(stands_for, beside))).values(touched)


_OLDEST = Prepared(_oldest())
_MARK_SHOWN_CARDS = Prepared(_mark_shown_cards())
_ADD_MISSING_CARDS = Prepared(_add_missing_cards())
_MARK_DIGESTS = Prepared(_mark_digests())
_DONE = Prepared(update(orders).where(*_DUE).values(cards_due=false()))
