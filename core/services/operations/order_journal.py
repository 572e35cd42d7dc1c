"""Follows the audit trail and tells what happened to every order, a line for each event, for the log."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.audit import Kind, Link
from core.errors import NotFound
from core.ids import AccountId, UserId
from core.ports import Database, ReadTransaction

PAGE = 500
LINES: Mapping[str, str] = {
    Kind.ORDER_RECEIVED: "order.received",
    Kind.ORDER_DENIED: "order.denied",
    Kind.ORDER_REVISED: "order.revised",
    Kind.ORDER_SHOWN: "order.shown",
    Kind.ORDER_APPROVED: "order.approved",
    Kind.ORDER_REJECTED: "order.rejected",
    Kind.ORDER_EXPIRED: "order.expired",
    Kind.ORDER_WITHDRAWN: "order.withdrawn",
    Kind.LEG_SENDING: "order.sent",
    Kind.LEG_NOT_SENT: "order.not_sent",
    Kind.LEG_LAPSED: "order.lapsed",
    Kind.LEG_UNKNOWN: "order.not_confirmed",
    Kind.LEG_ABSENT: "order.proved_absent",
    Kind.LEG_ASKED: "order.put_before_client",
    Kind.LEG_SENT_AGAIN: "order.sent_again",
    Kind.LEG_DROPPED: "order.dropped",
    Kind.LEG_FOUND_LATE: "order.found_late",
    Kind.LEG_ACKNOWLEDGED: "order.answered",
    Kind.LEG_FILLED: "order.filled",
    Kind.LEG_REJECTED: "order.refused_by_broker",
    Kind.LEG_CANCELLED: "order.cancelled",
}
"""The kinds of audit row that are told, and what the log calls them."""
DOUBTFUL = frozenset({Kind.LEG_NOT_SENT, Kind.LEG_LAPSED, Kind.LEG_UNKNOWN, Kind.LEG_ASKED, Kind.LEG_FOUND_LATE})
"""What somebody should look into."""
TOLD = (
    "strategy",
    "api_type",
    "order_mode",
    "trading_mode",
    "version",
    "leg",
    "client_order_id",
    "broker_order_id",
    "status",
    "filled_quantity",
    "average_price",
    "took_seconds",
    "clock",
    "why",
    "message",
)
"""The facts of a row that a line repeats. What the strategy sent, and the card's text, stay in the trail."""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One event of one order: what, whose, by whom, and the facts worth a line."""

    what: str
    facts: Mapping[str, object]
    is_doubtful: bool


class OrderJournal:
    """Reads each account's trail from where it was read last; what other processes wrote is told too."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: Mapping[AccountId, int] | None = None
        self.wake = asyncio.Event()
        """Set when there may be something to tell."""

    async def begin(self) -> None:
        """Tell what happens from here on. Raises Unready."""
        async with self._database.read() as tx:
            self._read = await tx.counts.heads()

    async def take(self) -> Sequence[JournalLine]:
        """What happened since the last time, account by account, in the order of each trail. Raises Unready."""
        if self._read is None:
            await self.begin()
        seen, lines = self._read or {}, list[JournalLine]()
        async with self._database.read() as tx:
            heads = await tx.counts.heads()
            for account_id, head in heads.items():
                if head > seen.get(account_id, 0):
                    lines += await _lines_of(tx, account_id, seen.get(account_id, 0), head)
        self._read = heads
        return lines


async def _lines_of(tx: ReadTransaction, account_id: AccountId, after: int, until: int) -> list[JournalLine]:
    lines, name = list[JournalLine](), ""
    while after < until:
        page = await tx.audit.after(account_id, after, PAGE)
        if not page:
            break
        after = page[-1].seq
        for link in page:
            if link.kind in LINES:
                name = name or await _name_of(tx, account_id)
                lines.append(await _line(tx, link, name))
    return lines


async def _line(tx: ReadTransaction, link: Link, account: str) -> JournalLine:
    facts = _facts_of(link)
    told: dict[str, object] = {"order": link.order_id, "account": account, "who": link.actor}
    if isinstance(facts.get("chat"), int):
        told["to"] = await _reader(tx, link.account_id, UserId(facts["chat"]))
    told |= {name: facts[name] for name in TOLD if facts.get(name) not in (None, "")}
    return JournalLine(LINES[link.kind], told, link.kind in DOUBTFUL)


def _facts_of(link: Link) -> dict[str, Any]:
    """A row that was tampered with may hold anything; `audit verify` names it, the log goes on."""
    try:
        facts = json.loads(link.facts)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


async def _name_of(tx: ReadTransaction, account_id: AccountId) -> str:
    try:
        return (await tx.accounts.get(account_id)).name
    except NotFound:
        return f"account {account_id}"


async def _reader(tx: ReadTransaction, account_id: AccountId, user_id: UserId) -> str:
    """Whose private chat this is: it has the person's own number."""
    person = await tx.accounts.find_approver(account_id, user_id)
    return f"telegram:{user_id} {person.name if person else ''}".strip()
