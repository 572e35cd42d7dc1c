"""Turns a new order into rows."""

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from core.audit import AUTO, SYSTEM, Actor, Event, Kind, canonical_time
from core.ids import ClientOrderId, OrderId
from core.money import ZERO
from core.orders.intents import dump_intent
from core.orders.order import ClientOrder, DraftLeg, NewOrder, OrderDraft
from core.orders.replay import legs_as_facts
from core.orders.states import BrokerStatus, QueueStatus
from core.ports import IdempotentKey
from db.connections.bulk_insert import Row
from db.orders.mappers import from_terms

SHOWN_BROKER_IDS = 255
_in_one_line = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=str).encode


def order_row(order: OrderDraft, order_id: OrderId) -> Row:
    """The row of a new order; one that needs no approval is written as approved, by `auto` or its client."""
    by_itself = order.execute_by is not None
    approver = approver_of(order)
    return {
        "id": order_id,
        "account_id": order.account_id,
        "api_key_id": order.api_key_id if isinstance(order, NewOrder) else None,
        "api_type": str(order.api_type),
        "strategy": order.strategy,
        "order_mode": str(order.order_mode),
        "trading_mode": str(order.trading_mode),
        "order_data": _in_one_line(order.order_data),
        "intent": dump_intent(order.intent) if order.intent is not None else None,
        "facts": _in_one_line(dict(order.facts)) if order.facts else None,
        "note": order.note,
        "bounds": order.bounds.dump() if order.bounds is not None else None,
        "signal_prices": _in_one_line(dict(order.signal_prices)) if order.signal_prices else None,
        "status": str(QueueStatus.APPROVED if by_itself else QueueStatus.PENDING),
        "version": 1,
        "created_at": order.created_at,
        "expires_at": order.expires_at,
        "execute_by": order.execute_by,
        "approved_at": order.created_at if by_itself else None,
        "approved_by": approver.name if by_itself else None,
        "approved_by_id": approver.id if by_itself else None,
        "rejected_reason": None,
        "closed_at": None,
        "value": None,
        "working": by_itself,
        "cards_due": True,
    }


def idempotency_row(order: NewOrder, idempotent: IdempotentKey, order_id: OrderId) -> Row:
    """The row of an Idempotency-Key; its answer is stored later, if it is ever asked for again."""
    return {
        "api_key_id": order.api_key_id,
        "key": idempotent.key,
        "fingerprint": idempotent.fingerprint,
        "order_id": order_id,
        "created_at": order.created_at,
    }


def events(order: OrderDraft, order_id: OrderId, new_legs: Sequence[Row]) -> list[Event]:
    """The audit events of a new order."""
    facts = {
        "api_type": order.api_type,
        "strategy": order.strategy,
        "order_mode": order.order_mode,
        "trading_mode": order.trading_mode,
        "request": order.order_data,
        "client_order_ids": [leg["client_order_id"] for leg in new_legs],
        "legs": legs_as_facts(order.legs),
        "expires_at": canonical_time(order.expires_at),
        **({"note": order.note} if order.note is not None else {}),
        **({"bounds": order.bounds.dump()} if order.bounds is not None else {}),
    }
    received = Event(order.account_id, Kind.ORDER_RECEIVED, origin_of(order), order.created_at, order_id, facts)
    if order.execute_by is None:
        return [received]
    until = {"execute_by": canonical_time(order.execute_by)}
    approved = Event(order.account_id, Kind.ORDER_APPROVED, approver_of(order), order.created_at, order_id, until)
    return [received, approved]


def denied_row(order: NewOrder, order_id: OrderId, why: str) -> Row:
    """The row of an order that the client's limits forbid: nobody is asked, and nobody is shown a card."""
    as_taken = order_row(replace(order, execute_by=None), order_id)
    final = {"status": str(QueueStatus.DENIED), "closed_at": order.created_at, "rejected_reason": why}
    return as_taken | final | {"cards_due": False}


def denied_events(order: NewOrder, order_id: OrderId, new_legs: Sequence[Row], why: str) -> list[Event]:
    """The audit events of an order that the client's limits forbid."""
    received = events(replace(order, execute_by=None), order_id, new_legs)
    facts = {"why": why}
    return [*received, Event(order.account_id, Kind.ORDER_DENIED, SYSTEM, order.created_at, order_id, facts)]


def denial(order: NewOrder, why: str) -> Event:
    """The audit event of an order that was refused before anybody was asked."""
    facts = {"why": why, "request": order.order_data}
    return Event(order.account_id, Kind.ORDER_DENIED, origin_of(order), order.created_at, facts=facts)


def origin_of(order: OrderDraft) -> Actor:
    """Who asked for the order: its client, or the strategy that holds the key."""
    if isinstance(order, ClientOrder):
        return order.client
    return Actor("key", "", order.api_key_id if isinstance(order, NewOrder) else None)


def approver_of(order: OrderDraft) -> Actor:
    """Who approved an order that needs no approval."""
    return order.client if isinstance(order, ClientOrder) else AUTO


def joined_ids(ids: Sequence[str]) -> str | None:
    """All of the broker's ids while they fit, else the first and how many more."""
    if not ids:
        return None
    text = ",".join(ids)
    return text if len(text) <= SHOWN_BROKER_IDS else f"{ids[0]} (+{len(ids) - 1} more)"


NUMBERS = 1 << 24

RANDOM_BYTES = 7

_PAIRS = tuple(map("".join, product("0123456789ABCDEFGHIJKLMNOPQRSTUV", repeat=2)))

"""Ten bits each, in base32hex: sixteen letters are eight look-ups."""


def leg_rows(order_id: OrderId, drafted: Sequence[DraftLeg]) -> list[dict[str, Any]]:
    """New legs of an order, in the order in which they will be sent."""
    return [_leg_row(order_id, number, leg) for number, leg in enumerate(drafted, 1)]


def _leg_row(order_id: OrderId, number: int, leg: DraftLeg) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "number": number,
        "part": leg.part,
        "broker_status": str(BrokerStatus.READY),
        "client_order_id": new_client_order_id(order_id),
        "filled_quantity": ZERO,
        "average_price": ZERO,
        "message": "",
        "attempts": 0,
        **from_terms(leg.terms),
    }


def new_client_order_id(order_id: OrderId) -> ClientOrderId:
    """`C`, the order's number (what fits in 24 bits) and 56 random bits: 17 letters and digits, within every
    broker's limit. Neighbours in time are neighbours in the index, of which a commit then writes few pages."""
    value = ((order_id % NUMBERS) << 8 * RANDOM_BYTES) | int.from_bytes(os.urandom(RANDOM_BYTES))
    return ClientOrderId("C" + "".join([_PAIRS[value >> shift & 1023] for shift in range(70, -1, -10)]))
