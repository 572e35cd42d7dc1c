"""Writes what happens to a paper book as audit events, and rebuilds the book from them."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from brokers.paper.book.book_state import BookState
from brokers.paper.book.order_numbers import BookKey
from brokers.paper.engine.events import (
    BookEvent,
    Cancelled,
    DayBegan,
    DayEnded,
    Expired,
    Modified,
    Placed,
    Quoted,
    Reset,
    Rules,
    SquaredOff,
)
from brokers.paper.engine.step import step
from core.audit import SYSTEM, Event, Kind, Link
from core.errors import BrokerRefused, CountersignError
from core.money import plain
from core.portfolio.paper_book import PaperBook, PaperChanges, PaperOrder
from core.portfolio.positions import Holding, Position

_EVENTS: Mapping[str, type[BookEvent]] = {
    "placed": Placed,
    "modified": Modified,
    "cancelled": Cancelled,
    "quoted": Quoted,
    "day ended": DayEnded,
    "squared off": SquaredOff,
    "day began": DayBegan,
    "expired": Expired,
    "reset": Reset,
}
_NAMES = {kind: name for name, kind in _EVENTS.items()}
_FIRST_RULES = {"edition": 1}
"""What rules meant that were written down before they named their edition."""
_PARTS = {
    "head": "money and settings",
    "open_orders": "waiting orders",
    "positions": "positions",
    "holdings": "holdings",
}
BOOK_KINDS = frozenset({Kind.BOOK_OPENED, Kind.BOOK_RULED, Kind.BOOK_MOVED})


class UntrueJournal(CountersignError):
    """The audit events of a book are not consistent with each other or with the stored book."""


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _dump(thing: object) -> Any:
    kind: Any = type(thing)
    return _adapter(kind).dump_python(thing, mode="json", exclude_defaults=True)


def rules_text(rules: Rules) -> str:
    """Rules as JSON text that is the same for the same rules."""
    return _adapter(Rules).dump_json(rules).decode()


def opened(key: BookKey, book: PaperBook, rules: Rules, at: datetime) -> Event:
    """The audit event of a book's first record: everything in it."""
    return _event(key, Kind.BOOK_OPENED, at, {"was": _dump(book), "rules": _rules_facts(rules)})


def ruled(key: BookKey, rules: Rules, at: datetime) -> Event:
    """The audit event of changed rules."""
    return _event(key, Kind.BOOK_RULED, at, {"rules": _rules_facts(rules)})


def moved(key: BookKey, event: BookEvent, changes: PaperChanges, at: datetime) -> Event:
    """The audit event of one change: what happened, and what it changed."""
    facts = {"event": _NAMES[type(event)], "facts": _dump(event), "did": _summary(changes)}
    return _event(key, Kind.BOOK_MOVED, at, facts)


class Replay:
    """Rebuilds one book from its account's audit rows, given in the order of the trail."""

    def __init__(self, key: BookKey) -> None:
        self._key = key
        self._state: BookState | None = None
        self._rules = Rules()

    def read(self, link: Link) -> None:
        """The next audit row; those of other books and kinds are passed over.

        Raises UntrueJournal when what it says does not follow from what was before.
        """
        if link.kind not in BOOK_KINDS:
            return
        facts = json.loads(link.facts)
        if facts["book"] != self._key.name:
            return
        if "rules" in facts:
            self._rules = _adapter(Rules).validate_python(_FIRST_RULES | facts["rules"])
        if link.kind == Kind.BOOK_OPENED:
            self._state = BookState.of(_adapter(PaperBook).validate_python(facts["was"]))
        elif link.kind == Kind.BOOK_MOVED:
            self._state = self._follow(link.seq, facts)

    def book(self) -> PaperBook | None:
        """The rebuilt book; None when the trail has no event of it."""
        return self._state.to_book() if self._state is not None else None

    def _follow(self, seq: int, facts: Mapping[str, Any]) -> BookState:
        if self._state is None:
            raise UntrueJournal(f"event {seq} moves a book that was never opened")
        kind: Any = _EVENTS[facts["event"]]
        event = _adapter(kind).validate_python(facts["facts"])
        try:
            changes = step(self._state, event, self._rules)
        except BrokerRefused as why:
            raise UntrueJournal(f"event {seq} cannot have happened: {why}") from None
        if changes is None or _summary(changes) != facts["did"]:
            raise UntrueJournal(f"event {seq} did something else than it says")
        return self._state.after(changes)


def differences(told: PaperBook | None, kept: PaperBook | None) -> list[str]:
    """A sentence for each difference between the book in the trail and the stored one."""
    if told is None:
        # The trail has no event of books that were not changed since paper books are audited.
        return [] if kept is None or not kept.journaled_rules else ["the audit trail does not know this book"]
    if kept is None:
        return ["the book is missing"]
    return [f"{name} are not as told" for part, name in _PARTS.items() if _sorted(told, part) != _sorted(kept, part)]


def _sorted(book: PaperBook, part: str) -> object:
    found = getattr(book, part)
    return sorted(found, key=_identity) if isinstance(found, tuple) else found


def _identity(one: PaperOrder | Position | Holding) -> tuple[str, ...]:
    match one:
        case PaperOrder():
            return (one.broker_order_id,)
        case Position():
            return one.key
        case Holding():
            return one.exchange, one.symbol


def _event(key: BookKey, kind: Kind, at: datetime, facts: Mapping[str, object]) -> Event:
    return Event(key.account_id, kind, SYSTEM, at, facts={"book": key.name, **facts})


def _rules_facts(rules: Rules) -> Any:
    return _adapter(Rules).dump_python(rules, mode="json")


def _summary(changes: PaperChanges) -> dict[str, Any]:
    return {
        "orders": [
            [order.broker_order_id, order.status.value, plain(order.filled_quantity), plain(order.average_price)]
            for order in changes.orders
        ],
        "trades": [[trade.trade_id, plain(trade.quantity), plain(trade.price)] for trade in changes.trades],
        "cash": plain(changes.head.cash),
    }
