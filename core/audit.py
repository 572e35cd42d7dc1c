"""The audit trail: each account's events form a SHA-256 hash chain."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from json.encoder import encode_basestring as _quoted
from typing import NamedTuple

from core.clock import utc_text
from core.ids import AccountId, OrderId

GENESIS = "0" * 64
_write_facts = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode
# A row that was tampered with may hold anything; it must be reported, not crash the check.
_write_fields = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=repr).encode


class Kind(StrEnum):
    """The kinds of audit events."""

    ORDER_RECEIVED = "order.received"
    ORDER_DENIED = "order.denied"
    ORDER_REVISED = "order.revised"
    ORDER_SHOWN = "order.shown"
    ORDER_APPROVED = "order.approved"
    ORDER_REJECTED = "order.rejected"
    ORDER_REASON_GIVEN = "order.reason_given"
    ORDER_EXPIRED = "order.expired"
    ORDER_WITHDRAWN = "order.withdrawn"
    DECISION_REFUSED = "decision.refused"
    LEG_SENDING = "leg.sending"
    LEG_NOT_SENT = "leg.not_sent"
    LEG_LAPSED = "leg.lapsed"
    LEG_UNKNOWN = "leg.unknown"
    LEG_ABSENT = "leg.absent"
    LEG_ASKED = "leg.asked"
    LEG_SENT_AGAIN = "leg.sent_again"
    LEG_DROPPED = "leg.dropped"
    LEG_FOUND_LATE = "leg.found_late"
    LEG_ACKNOWLEDGED = "leg.acknowledged"
    LEG_FILLED = "leg.filled"
    LEG_REJECTED = "leg.rejected"
    LEG_CANCELLED = "leg.cancelled"
    CANCEL_REQUESTED = "cancel.requested"
    MODIFY_REQUESTED = "modify.requested"
    BROKER_ANSWERED = "broker.answered"
    OPERATION_REFUSED = "operation.refused"
    EXIT_REFUSED = "exit.refused"
    STRATEGY_SPOKE = "strategy.spoke"
    ACCOUNT_ADDED = "account.added"
    ACCOUNT_CHANGED = "account.changed"
    ACCOUNT_IMPORTED = "account.imported"
    ORDER_IMPORTED = "order.imported"
    ACCOUNT_PAUSED = "account.paused"
    ACCOUNT_RESUMED = "account.resumed"
    LIMITS_CHANGED = "limits.changed"
    BROKER_SET = "broker.set"
    BROKER_FORGOTTEN = "broker.forgotten"
    BROKER_LOGGED_IN = "broker.logged_in"
    STANDING_GIVEN = "standing.given"
    STANDING_STOPPED = "standing.stopped"
    KEY_CREATED = "key.created"
    KEY_REVOKED = "key.revoked"
    HOOK_SET = "hook.set"
    HOOK_REMOVED = "hook.removed"
    HOOK_STOPPED = "hook.stopped"
    LINK_CREATED = "link.created"
    LINKED = "approver.linked"
    UNLINKED = "approver.unlinked"
    ROLE_CHANGED = "approver.role_changed"
    STRANGER = "stranger.refused"
    EXPORTED = "audit.exported"
    SEALED = "audit.sealed"
    BOOK_OPENED = "book.opened"
    BOOK_RULED = "book.ruled"
    BOOK_MOVED = "book.moved"
    BOOK_RESET_ASKED = "book.reset_asked"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something: a Telegram user, an api key, the command line or the program itself."""

    kind: str
    name: str
    id: int | None = None

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id is not None else self.kind


SYSTEM = Actor("system", "Countersign")
AUTO = Actor("auto", "auto")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, before it has its place in the chain."""

    account_id: AccountId
    kind: Kind
    actor: Actor
    at: datetime
    order_id: OrderId | None = None
    facts: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An event with its place in the chain, as stored."""

    account_id: AccountId
    seq: int
    at: str
    kind: str
    actor: str
    order_id: int | None
    facts: str
    prev_hash: str
    hash: str


def canonical_facts(facts: Mapping[str, object] | None) -> str:
    """Facts as one line of JSON that is the same for the same facts."""
    return _write_facts(facts or {})


def canonical_time(moment: datetime) -> str:
    """A moment as the chain hashes it: UTC, microseconds."""
    return utc_text(moment)


def digest(link: Link) -> str:
    """The hash that a row must carry: over the previous hash and everything else in the row."""
    fields = (link.account_id, link.seq, link.at, link.kind, link.actor, link.order_id, link.facts)
    return _hash_behind(link.prev_hash, _write_fields(fields))


def forge(event: Event, seq: int, prev_hash: str) -> Link:
    """The row for `event` at place `seq` behind `prev_hash`."""
    account_id, order_id, kind = event.account_id, event.order_id, str(event.kind)
    actor = f"{event.actor} {event.actor.name}".strip()
    at, facts = canonical_time(event.at), canonical_facts(event.facts)
    # The JSON that `digest` makes of the same fields; put together by hand, since every order waits for it.
    texts = f"{_quoted(at)},{_quoted(kind)},{_quoted(actor)}"
    order = "null" if order_id is None else order_id
    hash_ = _hash_behind(prev_hash, f"[{account_id},{seq},{texts},{order},{_quoted(facts)}]")
    return Link(account_id, seq, at, kind, actor, order_id, facts, prev_hash, hash_)


def _hash_behind(prev_hash: str, fields: str) -> str:
    return hashlib.sha256(f"{prev_hash}\n{fields}".encode()).hexdigest()


class Head(NamedTuple):
    """The last event of a chain as it was stored, and its seal."""

    seq: int
    hash: str
    seal: str | None = None


NO_HEAD = Head(0, GENESIS)


def seal_head(key: bytes, account_id: AccountId, seq: int, hash_: str) -> str:
    """What only somebody with the installation's secret can write under a head: HMAC-SHA256, in hex."""
    return hmac.digest(key, f"{account_id}:{seq}:{hash_}".encode(), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a chain is not what was written."""

    account_id: AccountId
    seq: int
    what: str


NOT_OUR_SEAL = (
    "the seal under its last event is not ours: its end was rewritten, or security.secret_file is not the one "
    "that this database was written with"
)


class Verifier:
    """Checks one account's rows, given one by one in the order of their numbers."""

    def __init__(self, account_id: AccountId, seal_key: bytes, behind: Head | None = None) -> None:
        """`behind` is the event before the first that will be given; the beginning unless told otherwise."""
        self._account_id = account_id
        self._seal_key = seal_key
        self._seq, self._hash, _ = behind or NO_HEAD

    def check(self, link: Link) -> Iterator[Break]:
        """Every break at the next row."""
        expected, prev_hash = self._seq + 1, self._hash
        if link.seq != expected:
            yield self._missing(expected, link.seq - 1)
        elif link.prev_hash != prev_hash:
            yield Break(self._account_id, link.seq, f"event {link.seq} does not follow event {link.seq - 1}")
        if link.hash != digest(link):
            yield Break(self._account_id, link.seq, f"event {link.seq} was changed")
        self._seq, self._hash = link.seq, link.hash

    def finish(self, head: Head) -> Iterator[Break]:
        """What is wrong with the end: it must be the number and hash that were written last, under our seal."""
        yield from self._check_end(head)
        if head.seq and head.seal is None:
            yield Break(self._account_id, head.seq, "the record of its last event carries no seal")
        elif head.seal is not None and not self._is_ours(head):
            yield Break(self._account_id, head.seq, NOT_OUR_SEAL)

    def _is_ours(self, head: Head) -> bool:
        seal = seal_head(self._seal_key, self._account_id, head.seq, head.hash)
        return hmac.compare_digest(seal.encode(), str(head.seal).encode())

    def _check_end(self, head: Head) -> Iterator[Break]:
        seq, hash_ = head.seq, head.hash
        if seq == 0:
            had = "the record of its last event" if self._seq else "every event"
            yield Break(self._account_id, self._seq, f"{had} is missing")
        elif self._seq < seq:
            yield self._missing(self._seq + 1, seq)
        elif self._seq > seq:
            yield Break(self._account_id, seq + 1, f"event {seq + 1} was added behind the last one")
        elif self._hash != hash_:
            yield Break(self._account_id, seq, f"event {seq} is not the one that was written last")

    def _missing(self, first: int, last: int) -> Break:
        which = f"event {first} is" if first == last else f"events {first} to {last} are"
        return Break(self._account_id, first, f"{which} missing")
