"""What Kite pushes: a hint that an order moved, never a source of what it became.

A postback's checksum covers the order's number and time, and neither status, quantity nor price: who has seen one can
send it again with other values. So nothing but the number is read, and the order itself is asked for. The same holds
for the messages of its WebSocket.
"""

from collections.abc import Callable

from brokers.common.adapter import Opening
from brokers.common.json_text import parse_json
from brokers.common.rest.hosts import stream_address
from brokers.common.rest.order_socket import Joining, OrderSocket
from brokers.common.rest.row_fields import Row, as_row, text
from brokers.zerodha.kite_connection import KiteConnection
from brokers.zerodha.kite_session import is_checksum
from core.errors import BrokerUnavailable
from core.ids import BrokerOrderId

_HOMES = frozenset({"api.kite.trade"})
_STREAM = "wss://ws.kite.trade"


class KitePushes:
    """Implements core.ports.PostbackReader and OrderStream for one client."""

    def __init__(self, opening: Opening, connection: KiteConnection) -> None:
        self._connection = connection
        self._stream = OrderSocket(stream_address(opening, _HOMES, _STREAM), tells_move)

    def is_postback(self, body: bytes) -> bool:
        """Whether Kite signed this with the client's secret."""
        return moved_order(body, self._connection.login.api_secret) is not None

    async def follow_orders(self, moved: Callable[[], None]) -> None:
        """Listen at Kite's WebSocket; its address holds the session. Raises BrokerRefused, BrokerUnavailable."""
        login, why = self._connection.login, self._connection.why_closed
        if why:
            raise BrokerUnavailable(why)
        session = {"api_key": login.api_key, "access_token": login.access_token}
        await self._stream.follow(Joining("/", session, {"X-Kite-Version": "3"}), moved)


def tells_move(message: Row) -> bool:
    """Whether a message is about an order. The other ones are prices, errors and what the staff has to say."""
    return message.get("type") == "order"


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
