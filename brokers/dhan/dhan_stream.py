"""Dhan's live order updates: a hint that an order moved."""

from collections.abc import Callable

from brokers.common.adapter import Opening
from brokers.common.rest.hosts import stream_address
from brokers.common.rest.order_socket import Joining, OrderSocket, Step
from brokers.common.rest.row_fields import Row

_HOMES = frozenset({"api.dhan.co", "sandbox.dhan.co"})
_STREAM = "wss://api-order-update.dhan.co"
_ORDER_UPDATES = 42
"""What Dhan calls the request for them."""


class DhanStream:
    """Implements core.ports.OrderStream for one client. Dhan says nothing to a login that is good."""

    def __init__(self, opening: Opening) -> None:
        self._socket = OrderSocket(stream_address(opening, _HOMES, _STREAM), tells_move)
        login = {
            "MsgCode": _ORDER_UPDATES,
            "ClientId": opening.credentials["client_id"],
            "Token": opening.credentials["access_token"],
        }
        self._joining = Joining("/", steps=(Step({"LoginReq": login, "UserType": "SELF"}),))

    async def follow_orders(self, moved: Callable[[], None]) -> None:
        """Log in and listen. Raises BrokerRefused, BrokerUnavailable."""
        await self._socket.follow(self._joining, moved)


def tells_move(message: Row) -> bool:
    """Whether a message is about an order."""
    return message.get("Type") == "order_alert"
