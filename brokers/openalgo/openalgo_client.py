"""Questions to one OpenAlgo, and what its answers show of the account's standing."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from brokers.common.guarded_client import GuardedClient
from brokers.common.http_client import Address, Answer, Call
from brokers.common.pacing import Pacing
from brokers.openalgo.openalgo_answers import Told, read_answer
from brokers.openalgo.openalgo_standing import Standing, reason_of
from core.clock import Clock
from core.errors import BrokerUnavailable
from core.market.broker_reach import Reach
from core.orders.broker_order import NotSent, Unknown

T = TypeVar("T")
_SECOND = 1.2
"""OpenAlgo counts requests as they arrive, and they may arrive closer to each other than they left."""
_PATIENCE = timedelta(seconds=5)
"""How long a cancel or a modification waits for its turn."""


class OpenAlgoClient:
    """Puts the key into each question, and takes it out of what is said about the answers."""

    def __init__(self, address: Address, key: str, clock: Clock, per_second: int) -> None:
        self._http = GuardedClient(address, clock)
        self._key = key
        self._clock = clock
        self._pacing = Pacing(clock, per_second, _SECOND)
        self.standing = Standing(clock)

    @property
    def reach(self) -> Reach:
        """Whether OpenAlgo answers, whatever its broker does."""
        return self._http.reach

    def check(self) -> None:
        """Raise BrokerUnavailable when an order sent now could not arrive. Asks nothing."""
        self.standing.check()
        self._http.check()

    async def place(
        self, body: Mapping[str, object], deadline: datetime, *, is_exit: bool
    ) -> Told | NotSent | Unknown:
        """Send an order, once, when its turn comes. Never raises."""
        if no_turn := await self._pacing.turn(deadline, is_exit=is_exit):
            return no_turn
        # What stops orders may have come up while this one waited.
        if problem := self.standing.problem:
            return NotSent(problem)
        answer = await self._http.place(self._call("placeorder", body), deadline)
        return self._read("placeorder", answer) if isinstance(answer, Answer) else answer

    async def change(self, endpoint: str, body: Mapping[str, object]) -> Told:
        """Send what changes an order, once. Raises BrokerUnavailable (never left us), OutcomeUnknown."""
        if no_turn := await self._pacing.turn(self._clock.now() + _PATIENCE, is_exit=True):
            raise BrokerUnavailable(no_turn.reason)
        return self._read(endpoint, await self._http.change(self._call(endpoint, body)))

    async def ask(self, endpoint: str, body: Mapping[str, object], read: Callable[[Mapping[str, object]], T]) -> T:
        """The answer to a question, as `read` understands it. Raises BrokerUnavailable."""
        told = await self.tell(endpoint, body)
        if told.is_success and not told.is_analyze:
            try:
                return read(told.fields)
            except ValueError:
                raise BrokerUnavailable(f"OpenAlgo answered {endpoint} in a form that is not known here") from None
        raise BrokerUnavailable(reason_of(told))

    async def tell(self, endpoint: str, body: Mapping[str, object]) -> Told:
        """Whatever is answered to a question. Raises BrokerUnavailable when nothing is."""
        return self._read(endpoint, await self._http.read(self._call(endpoint, body)))

    async def raw(self, endpoint: str, body: Mapping[str, object]) -> tuple[Told, bytes]:
        """The same with the answer's own bytes. Raises BrokerUnavailable when there is none."""
        answer = await self._http.read(self._call(endpoint, body))
        return self._read(endpoint, answer), answer.raw

    async def fetch_instruments(self) -> bytes:
        """The list of instruments of every exchange, as CSV. Raises BrokerUnavailable."""
        # The one question that has the key in its address: OpenAlgo takes it nowhere else.
        params = {"apikey": self._key, "format": "csv"}
        answer = await self._http.read(Call("GET", "/api/v1/instruments", params=params))
        told = self._read("instruments", answer)
        if answer.status != 200 or told.fields:
            raise BrokerUnavailable(reason_of(told))
        return answer.raw

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    def _call(self, endpoint: str, body: Mapping[str, object]) -> Call:
        return Call("POST", f"/api/v1/{endpoint}", body={"apikey": self._key, **body})

    def _read(self, endpoint: str, answer: Answer) -> Told:
        told = read_answer(answer, self._key)
        self.standing.note(endpoint, told)
        return told
