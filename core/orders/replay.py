"""Rebuilds orders and legs from the audit trail, to compare them with the tables."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from core.audit import Kind, Link, canonical_time
from core.money import plain
from core.orders.bounds import Bounds
from core.orders.order import DraftLeg, Leg, LegTerms, Order
from core.orders.states import BrokerStatus, QueueStatus

Columns = dict[str, object]
TERMS = (
    "exchange",
    "symbol",
    "action",
    "quantity",
    "pricetype",
    "product",
    "price",
    "trigger_price",
    "disclosed_quantity",
)
_RECORDED_OF_A_LEG = ("broker_order_id", "filled_quantity", "average_price", "message")
_RECORDED_ON_ARRIVAL = ("api_type", "strategy", "order_mode", "trading_mode", "expires_at")
_TOLD_THE_CLIENT = ("note", "bounds")
_NEW_LEG: Columns = {
    "broker_status": BrokerStatus.READY,
    "broker_order_id": None,
    "filled_quantity": "0",
    "average_price": "0",
    "message": "",
    "sent_at": None,
    "attempts": 0,
}


def legs_as_facts(legs: tuple[DraftLeg, ...] | tuple[Leg, ...]) -> list[list[object]]:
    """The terms of an order's legs as its event keeps them: a row of `part` and TERMS for each leg."""
    return [[leg.part, *_terms_of(leg.terms)] for leg in legs]


@dataclass(slots=True)
class _Recorded:
    """What the trail says of one order; a column that it does not name is not compared."""

    columns: Columns = field(default_factory=dict)
    legs: dict[int, Columns] = field(default_factory=dict)
    is_unclear: bool = False
    """Whether an event of an older version left open which legs the order has."""


class OrderReplay:
    """Reads one account's events in their order; then tells where an order's rows say something else."""

    def __init__(self) -> None:
        self._orders: dict[int, _Recorded] = {}

    def read(self, link: Link) -> None:
        """Take one more event into account; those that concern no order change nothing."""
        if link.order_id is None:
            return
        try:
            self._read(link.order_id, Kind(link.kind), link, json.loads(link.facts))
        except (ValueError, TypeError, KeyError, AttributeError):
            # A row that was tampered with breaks its chain, which says so.
            return

    def _read(self, order_id: int, kind: Kind, link: Link, facts: Mapping[str, Any]) -> None:
        recorded = self._orders.setdefault(order_id, _Recorded())
        if kind.startswith("leg."):
            _read_leg(recorded, kind, link, facts)
        else:
            _read_order(recorded, kind, link, facts)

    @property
    def order_ids(self) -> set[int]:
        """The orders whose arrival is on the trail."""
        return {order_id for order_id, recorded in self._orders.items() if recorded.columns}

    def differences(self, order: Order) -> Iterator[str]:
        """Where the rows of this order are not what its events lead to, in words."""
        recorded = self._orders.get(order.id)
        if recorded is None or not recorded.columns:
            yield f"order {order.id} is in the table, and the trail does not tell of it"
            return
        yield from _compare(f"order {order.id}", recorded.columns, _order_columns(order))
        if recorded.is_unclear:
            return
        legs = {leg.number: leg for leg in order.legs}
        for number in sorted(recorded.legs.keys() | legs.keys()):
            name = f"order {order.id} leg {number}"
            if number not in legs:
                yield f"{name} is missing"
            elif number not in recorded.legs:
                yield f"{name} is in the table, and the trail does not tell of it"
            else:
                yield from _compare(name, recorded.legs[number], _leg_columns(legs[number]))


def _read_order(recorded: _Recorded, kind: Kind, link: Link, facts: Mapping[str, Any]) -> None:
    match kind:
        case Kind.ORDER_RECEIVED:
            recorded.columns = {name: facts[name] for name in _RECORDED_ON_ARRIVAL if name in facts}
            recorded.columns |= {"created_at": link.at, "status": QueueStatus.PENDING, **_UNDECIDED}
            recorded.columns |= {name: facts.get(name) for name in _TOLD_THE_CLIENT}
            _read_legs(recorded, facts)
        case Kind.ORDER_REVISED:
            recorded.columns["asked"] = facts.get("asked")
            _read_legs(recorded, facts)
        case Kind.ORDER_APPROVED:
            by_id, by = _person(link.actor)
            recorded.columns |= {"status": QueueStatus.APPROVED, "approved_at": link.at}
            recorded.columns |= {"approved_by": by, "approved_by_id": by_id, "checked": facts.get("checked")}
            _take(recorded.columns, facts, "execute_by")
        case Kind.ORDER_REJECTED:
            by_id, by = _person(link.actor)
            recorded.columns |= {"status": QueueStatus.REJECTED, "rejected_at": link.at}
            recorded.columns |= {"rejected_by": by, "rejected_by_id": by_id, "rejected_reason": None}
            recorded.columns["checked"] = facts.get("checked")
        case Kind.ORDER_REASON_GIVEN:
            recorded.columns["rejected_reason"] = facts.get("reason")
        case Kind.ORDER_EXPIRED:
            recorded.columns |= {"status": QueueStatus.EXPIRED, "closed_at": link.at}
        case Kind.ORDER_DENIED:
            recorded.columns |= {"status": QueueStatus.DENIED, "closed_at": link.at}
            recorded.columns["rejected_reason"] = facts.get("why")
        case Kind.ORDER_WITHDRAWN:
            recorded.columns |= {"status": QueueStatus.WITHDRAWN, "closed_at": link.at}


_UNDECIDED: Columns = dict.fromkeys(
    (
        "approved_at",
        "approved_by",
        "approved_by_id",
        "rejected_at",
        "rejected_by",
        "rejected_by_id",
        "rejected_reason",
        "closed_at",
        "asked",
        "checked",
    )
)


def _read_legs(recorded: _Recorded, facts: Mapping[str, Any]) -> None:
    rows, ids = facts.get("legs"), facts.get("client_order_ids")
    if rows is None or ids is None:
        recorded.is_unclear = True
        return
    recorded.is_unclear = False
    recorded.legs = {
        number: {**_NEW_LEG, "client_order_id": id_, **dict(zip(("part", *TERMS), row, strict=True))}
        for number, (row, id_) in enumerate(zip(rows, ids, strict=True), 1)
    }


def _read_leg(recorded: _Recorded, kind: Kind, link: Link, facts: Mapping[str, Any]) -> None:
    leg = recorded.legs.get(facts.get("leg", 0))
    if leg is None:
        return
    if "status" not in facts:
        # An older version left out what was empty, and the status.
        for name in ("broker_status", *_RECORDED_OF_A_LEG):
            leg.pop(name, None)
        return
    leg["broker_status"] = facts["status"]
    for name in _RECORDED_OF_A_LEG:
        if name in facts:
            leg[name] = facts[name]
    if "new_client_order_id" in facts:
        leg["client_order_id"] = facts["new_client_order_id"]
    _take(recorded.columns, facts, "execute_by")
    if kind is Kind.LEG_SENDING:
        attempts = leg["attempts"]
        assert isinstance(attempts, int)
        leg |= {"sent_at": link.at, "attempts": attempts + 1}


def _take(columns: Columns, facts: Mapping[str, Any], name: str) -> None:
    if name in facts:
        columns[name] = facts[name]


def _person(actor: str) -> tuple[int | None, str]:
    """The Telegram id and the name in `telegram:7001 Asha`; no id for `auto auto`."""
    who, _, name = actor.partition(" ")
    number = who.partition(":")[2]
    return (int(number) if number.isdigit() else None), name


def _order_columns(order: Order) -> Columns:
    names = (*_RECORDED_ON_ARRIVAL, *_TOLD_THE_CLIENT, "created_at", "status", "execute_by", *_UNDECIDED)
    return {name: getattr(order, name) for name in names}


def _leg_columns(leg: Leg) -> Columns:
    names = ("part", "client_order_id", *_NEW_LEG)
    terms = dict(zip(TERMS, _terms_of(leg.terms), strict=True))
    return {**{name: getattr(leg, name) for name in names}, **terms}


def _terms_of(terms: LegTerms) -> list[object]:
    return [_as_written(getattr(terms, name)) for name in TERMS]


def _compare(name: str, recorded: Mapping[str, object], found: Mapping[str, object]) -> Iterator[str]:
    for column, said in recorded.items():
        has = found.get(column)
        if not _are_same(said, has):
            yield f"{name}: {column} is {_in_words(has)}, and the trail says {_in_words(said)}"


def _are_same(said: object, has: object) -> bool:
    recorded, found = _as_written(said), _as_written(has)
    if recorded == found:
        return True
    if isinstance(has, Decimal) and isinstance(recorded, str):
        try:
            return Decimal(recorded) == has
        except InvalidOperation:
            return False
    return False


def _as_written(value: object) -> object:
    """A value as events write it: decimals and moments as text."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Bounds):
        return value.dump()
    return canonical_time(value) if isinstance(value, datetime) else value


def _in_words(value: object) -> str:
    return "empty" if value is None or value == "" else str(_as_written(value))
