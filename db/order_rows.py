"""A new order as rows, before they are inserted."""

import base64
import json
import os
from collections.abc import Sequence
from typing import Any

from core.audit import AUTO, Actor, Event, Kind
from core.ids import ClientOrderId, OrderId
from core.money import ZERO
from core.orders import LegTerms, NewOrder
from core.ports import IdempotentKey
from core.states import BrokerStatus, QueueStatus
from db.mappers import from_terms

ID_BYTES = 10
Row = dict[str, Any]
_in_one_line = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=str).encode


def order_row(order: NewOrder, order_id: OrderId) -> Row:
    """An orders row; one that needs no approval is written as approved."""
    by_itself = order.execute_by is not None
    return {
        "id": order_id,
        "account_id": order.account_id,
        "api_key_id": order.api_key_id,
        "api_type": order.api_type.value,
        "strategy": order.strategy,
        "order_mode": order.order_mode.value,
        "trading_mode": order.trading_mode.value,
        "order_data": _in_one_line(order.order_data),
        "status": (QueueStatus.APPROVED if by_itself else QueueStatus.PENDING).value,
        "version": 1,
        "created_at": order.created_at,
        "expires_at": order.expires_at,
        "execute_by": order.execute_by,
        "approved_at": order.created_at if by_itself else None,
        "approved_by": AUTO.name if by_itself else None,
        "working": by_itself,
        "cards_due": True,
    }


def leg_row(order_id: OrderId, number: int, terms: LegTerms) -> Row:
    """A legs row, under a client order id of its own."""
    return {
        "order_id": order_id,
        "number": number,
        "broker_status": BrokerStatus.READY.value,
        "client_order_id": _new_client_order_id(),
        "filled_quantity": ZERO,
        "average_price": ZERO,
        "message": "",
        "attempts": 0,
        **from_terms(terms),
    }


def idempotency_row(order: NewOrder, idempotent: IdempotentKey, order_id: OrderId) -> Row:
    """An idempotency row; its answer is stored later, if it is ever asked for again."""
    return {
        "api_key_id": order.api_key_id,
        "key": idempotent.key,
        "fingerprint": idempotent.fingerprint,
        "order_id": order_id,
        "created_at": order.created_at,
    }


def events(order: NewOrder, order_id: OrderId, new_legs: Sequence[Row]) -> list[Event]:
    """What the trail has to tell of a new order."""
    facts = {
        "api_type": order.api_type.value,
        "strategy": order.strategy,
        "order_mode": order.order_mode.value,
        "trading_mode": order.trading_mode.value,
        "request": order.order_data,
        "client_order_ids": [leg["client_order_id"] for leg in new_legs],
    }
    caller = Actor("key", "", order.api_key_id)
    received = Event(order.account_id, Kind.ORDER_RECEIVED, caller, order.created_at, order_id, facts)
    if order.execute_by is None:
        return [received]
    return [received, Event(order.account_id, Kind.ORDER_APPROVED, AUTO, order.created_at, order_id)]


def _new_client_order_id() -> ClientOrderId:
    """`C` and 80 random bits: 17 letters and digits, within every broker's limit."""
    return ClientOrderId("C" + base64.b32encode(os.urandom(ID_BYTES)).decode())
