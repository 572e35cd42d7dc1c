"""Kite's postback: a hint that an order moved, never a source of what it became.

Its checksum covers the order's number and time, and neither status, quantity nor price: who has seen one can send it
again with other values. So nothing but the number is read, and the order itself is asked for.
"""

from brokers.common.json_text import parse_json
from brokers.common.rest.row_fields import as_row, text
from brokers.zerodha.kite_session import is_checksum
from core.ids import BrokerOrderId


def moved_order(body: bytes, api_secret: str) -> BrokerOrderId | None:
    """The order that a postback says has moved; None when Kite did not send it."""
    try:
        row = as_row(parse_json(body))
    except ValueError:
        return None
    order_id, at, said = (text(row, name) for name in ("order_id", "order_timestamp", "checksum"))
    if not (order_id and at and said and api_secret):
        return None
    return BrokerOrderId(order_id) if is_checksum(said, order_id, at, api_secret) else None
