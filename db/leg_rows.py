"""New legs as rows."""

import os
from collections.abc import Sequence
from itertools import product
from typing import Any

from core.ids import ClientOrderId, OrderId
from core.money import ZERO
from core.orders import DraftLeg
from core.states import BrokerStatus
from db.mappers import from_terms

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
    value = ((order_id % NUMBERS) << 8 * RANDOM_BYTES) | int.from_bytes(os.urandom(RANDOM_BYTES))
    return ClientOrderId("C" + "".join([_PAIRS[value >> shift & 1023] for shift in range(70, -1, -10)]))
