"""The HTTP client behind its circuit breaker."""

from dataclasses import replace
from datetime import datetime, timedelta

from brokers.common.circuit import Circuit
from brokers.common.http_client import Address, Answer, Call, HttpClient
from core.clock import Clock
from core.errors import BrokerUnavailable, OutcomeUnknown
from core.market.broker_reach import Reach
from core.orders.broker_order import LATE, NotSent, Unknown

_GATEWAYS_OWN = frozenset({502, 503, 504})
"""Somebody answered who could not reach the broker."""
_AGAIN_AFTER = timedelta(seconds=3)
"""How long an order waits that went out while the circuit is open: only exits do."""


class GuardedClient:
    """An HttpClient that asks nothing while its circuit is open; its answers mean the same."""

    def __init__(self, address: Address, clock: Clock, circuit: Circuit | None = None) -> None:
        self._http = HttpClient(address, clock)
        self._circuit = circuit or Circuit(address.name, clock)

    @property
    def reach(self) -> Reach:
        """Whether the broker answers."""
        return self._circuit.reach

    def check(self) -> None:
        """Raise BrokerUnavailable while the circuit is open. Asks nothing."""
        self._circuit.check()

    async def place(self, call: Call, deadline: datetime) -> Answer | NotSent | Unknown:
        """As HttpClient.place."""
        try:
            self._circuit.enter()
        except BrokerUnavailable as closed:
            return NotSent(str(closed))
        placement = await self._http.place(call, deadline)
        if isinstance(placement, Answer):
            return self._count(placement)
        if placement == NotSent(LATE):
            return placement
        self._circuit.failed()
        return replace(placement, retry_after=self._pause) if isinstance(placement, NotSent) else placement

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

    @property
    def _pause(self) -> timedelta:
        return min(self._circuit.wait, _AGAIN_AFTER)

    def _count(self, answer: Answer) -> Answer:
        if answer.status in _GATEWAYS_OWN:
            self._circuit.failed()
        elif answer.status >= 500:
            self._circuit.erred()
        else:
            self._circuit.succeeded()
        return answer
