"""New legs as rows."""

import base64
import os
from collections.abc import Sequence
from typing import Any

from core.ids import ClientOrderId, OrderId
from core.money import ZERO
from core.orders import DraftLeg
from core.states import BrokerStatus
from db.mappers import from_terms

NUMBER_BYTES, RANDOM_BYTES = 3, 7
NUMBERS = 1 << 8 * NUMBER_BYTES


def leg_rows(order_id: OrderId, drafted: Sequence[DraftLeg]) -> list[dict[str, Any]]:
    """New legs of an order, in the order in which they will be sent."""
    return [_leg_row(order_id, number, leg) for number, leg in enumerate(drafted, 1)]


def _leg_row(order_id: OrderId, number: int, leg: DraftLeg) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "number": number,
        "part": leg.part,
        "broker_status": BrokerStatus.READY.value,
        "client_order_id": _new_client_order_id(order_id),
        "filled_quantity": ZERO,
        "average_price": ZERO,
        "message": "",
        "attempts": 0,
        **from_terms(leg.terms),
    }


def _new_client_order_id(order_id: OrderId) -> ClientOrderId:
    """`C`, the order's number (what fits in 24 bits) and 56 random bits: 17 letters and digits, within every
    broker's limit. Neighbours in time are neighbours in the index, of which a commit then writes few pages."""
    number = (order_id % NUMBERS).to_bytes(NUMBER_BYTES)
    return ClientOrderId("C" + base64.b32hexencode(number + os.urandom(RANDOM_BYTES)).decode())
