"""OpenAlgo's WebSocket: a hint that an order moved, as far as its broker tells it."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from brokers.common.adapter import Opening
from brokers.common.rest.order_socket import Joining, OrderSocket, Step
from brokers.common.rest.row_fields import Row

PORT = 8765


class OpenAlgoStream:
    """Implements core.ports.OrderStream for one installation."""

    def __init__(self, opening: Opening) -> None:
        url = opening.stream_url or beside(opening.address.base_url)
        self._socket = OrderSocket(replace(opening.address, base_url=url), tells_move)
        login = Step({"action": "authenticate", "api_key": opening.credentials["api_key"]}, _is_done("auth"))
        self._joining = Joining(steps=(login, Step({"action": "subscribe_orders"}, _is_done("subscribe_orders"))))

    async def follow_orders(self, moved: Callable[[], None]) -> None:
        """Log in and listen. Raises BrokerRefused, BrokerUnavailable."""
        await self._socket.follow(self._joining, moved)


def beside(base_url: str) -> str:
    """Where the WebSocket of this OpenAlgo is unless somebody moved it; with TLS when the server has TLS."""
    server = urlsplit(base_url)
    host = f"[{server.hostname}]" if ":" in (server.hostname or "") else server.hostname
    return f"{'wss' if server.scheme == 'https' else 'ws'}://{host}:{PORT}"


def tells_move(message: Row) -> bool:
    """Whether a message is about an order."""
    return message.get("type") == "order_update"


def _is_done(what: str) -> Callable[[Row], bool | None]:
    def verdict(message: Row) -> bool | None:
        if message.get("status") == "error":
            return False
        return True if (message.get("type"), message.get("status")) == (what, "success") else None

    return verdict
