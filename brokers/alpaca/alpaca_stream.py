"""Alpaca's trade updates: a hint that an order moved."""

from collections.abc import Callable

from brokers.common.adapter import Opening
from brokers.common.rest.hosts import stream_address
from brokers.common.rest.order_socket import Joining, OrderSocket, Step
from brokers.common.rest.row_fields import Row

_UPDATES = "trade_updates"


class AlpacaStream:
    """Implements core.ports.OrderStream for one client."""

    def __init__(self, opening: Opening) -> None:
        # Live and paper trading each push from the host that takes their orders.
        self._socket = OrderSocket(stream_address(opening, (), ""), tells_move)
        keys = {"key_id": opening.credentials["api_key"], "secret_key": opening.credentials["api_secret"]}
        login = Step({"action": "authenticate", "data": keys}, _is_authorized)
        listen = Step({"action": "listen", "data": {"streams": [_UPDATES]}}, _is_listening)
        self._joining = Joining("/stream", steps=(login, listen))

    async def follow_orders(self, moved: Callable[[], None]) -> None:
        """Log in and listen. Raises BrokerRefused, BrokerUnavailable."""
        await self._socket.follow(self._joining, moved)


def tells_move(message: Row) -> bool:
    """Whether a message is about an order."""
    return message.get("stream") == _UPDATES


def _is_authorized(message: Row) -> bool | None:
    if message.get("stream") != "authorization":
        return None
    data = message.get("data")
    return isinstance(data, dict) and data.get("status") == "authorized"


def _is_listening(message: Row) -> bool | None:
    if message.get("stream") != "listening":
        return None
    data = message.get("data")
    streams = data.get("streams") if isinstance(data, dict) else None
    return isinstance(streams, list) and _UPDATES in streams
