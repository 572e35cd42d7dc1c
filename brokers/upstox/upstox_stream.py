"""Upstox' portfolio stream: a hint that an order moved."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import urlsplit

from brokers.common.http_client import Address
from brokers.common.rest.order_socket import Joining, OrderSocket
from brokers.common.rest.row_fields import Row, as_row, needed
from brokers.upstox.upstox_orders import data_in
from core.errors import BrokerUnavailable, NotFound

ADDRESS_ASKED = ("GET", "/v2/feed/portfolio-stream-feed/authorize", {"update_types": "order"})
"""What asks for the address of one connection."""


class UpstoxStream:
    """Implements core.ports.OrderStream for one client. Each connection has a secret address of its own."""

    def __init__(self, address: Address, ask: Callable[[], Awaitable[object]]) -> None:
        """`ask` makes Upstox say where to connect."""
        self._address = address
        self._ask = ask

    async def follow_orders(self, moved: Callable[[], None]) -> None:
        """Ask for an address and listen there. Raises BrokerRefused, BrokerUnavailable."""
        try:
            url = needed(as_row(data_in(await self._ask())), "authorized_redirect_uri")
        except (NotFound, ValueError):
            raise BrokerUnavailable("Upstox tells no address for order updates") from None
        # Only a stand-in without TLS may send us to a place without TLS.
        if urlsplit(url).scheme != ("wss" if self._address.base_url.startswith("https:") else "ws"):
            raise BrokerUnavailable("Upstox tells an address for order updates that is no good")
        await OrderSocket(replace(self._address, base_url=url), tells_move).follow(Joining(), moved)


def tells_move(message: Row) -> bool:
    """Whether a message is about an order."""
    return message.get("update_type") == "order"
