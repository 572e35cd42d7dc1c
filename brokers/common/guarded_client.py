"""The HTTP client behind its circuit breaker."""

from datetime import datetime

from brokers.common.circuit import Circuit
from brokers.common.http_client import Address, Answer, Call, HttpClient
from core.clock import Clock
from core.errors import BrokerUnavailable, OutcomeUnknown
from core.orders.broker_order import LATE, NotSent, Unknown

_GATEWAYS_OWN = frozenset({502, 503, 504})
"""Somebody answered who could not reach the broker."""


class GuardedClient:
    """An HttpClient that asks nothing while its circuit is open; its answers mean the same."""

    def __init__(self, address: Address, clock: Clock, circuit: Circuit | None = None) -> None:
        self._http = HttpClient(address, clock)
        self._circuit = circuit or Circuit(address.name, clock)

    def check(self) -> None:
        """Raise BrokerUnavailable while the circuit is open. Asks nothing."""
        self._circuit.check()

    async def place(self, call: Call, deadline: datetime) -> Answer | NotSent | Unknown:
        """As HttpClient.place."""
        try:
            self._circuit.enter()
        except BrokerUnavailable as closed:
            return NotSent(str(closed), self._circuit.wait)
        placement = await self._http.place(call, deadline)
        if isinstance(placement, Answer):
            return self._count(placement)
        if placement != NotSent(LATE):
            self._circuit.failed()
        return placement

    async def change(self, call: Call) -> Answer:
        """As HttpClient.change."""
        self._circuit.enter()
        try:
            return self._count(await self._http.change(call))
        except (BrokerUnavailable, OutcomeUnknown):
            self._circuit.failed()
            raise

    async def read(self, call: Call) -> Answer:
        """As HttpClient.read."""
        self._circuit.enter()
        try:
            return self._count(await self._http.read(call))
        except BrokerUnavailable:
            self._circuit.failed()
            raise

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    def _count(self, answer: Answer) -> Answer:
        if answer.status in _GATEWAYS_OWN:
            self._circuit.failed()
        else:
            self._circuit.succeeded()
        return answer
