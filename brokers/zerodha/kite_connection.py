"""Asking Kite as one client: the session, the circuit, and how fast."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from brokers.common.adapter import Opening
from brokers.common.guarded_client import GuardedClient
from brokers.common.http_client import Answer, Call, HttpClient
from brokers.common.pacing import Pacing
from brokers.zerodha.kite_answers import (
    NEW_LOGIN,
    Said,
    change_fault,
    data_of,
    placed,
    read_fault,
    without,
)
from brokers.zerodha.kite_session import KiteLogin, ends_at
from core.backoff import Backoff
from core.clock import render_ist_time
from core.errors import BrokerError, BrokerUnavailable
from core.ids import BrokerOrderId
from core.market.broker_reach import Reach
from core.orders.broker_order import NotSent, Refused, Unknown

ORDERS_PER_SECOND = 10
_WITH_ROOM = 8
"""Orders in a second unless the settings say otherwise: what leaves evenly may arrive in a bunch."""
_PATIENCE = timedelta(seconds=10)
"""How long a cancellation or change waits for its turn, and a look at prices for its own."""
_FOR_LISTS = 60.0
"""Seconds: some megabytes, on a slow line too."""
_HELD = Backoff(first=1, longest=30, jitter=0)
"""Kite locks out who goes on asking after it has said that this is too much."""

F = TypeVar("F", bound=BrokerError)


class KiteConnection:
    """Every request to Kite goes through here. An answer that ends the session closes it at once."""

    def __init__(self, opening: Opening) -> None:
        self._clock = opening.clock
        self._http = GuardedClient(opening.address, opening.clock)
        self._slow = HttpClient(replace(opening.address, answer_within=_FOR_LISTS), opening.clock)
        most = opening.orders_per_second or _WITH_ROOM
        self._orders = Pacing(opening.clock, max(1, min(most, ORDERS_PER_SECOND)))
        self._quotes = Pacing(opening.clock, 1)
        self._held_until: datetime | None = None
        self._too_many = 0
        self.begin(KiteLogin.read(opening.credentials))

    @property
    def login(self) -> KiteLogin:
        """The credentials that are used now."""
        return self._login

    @property
    def reach(self) -> Reach:
        """Whether Kite answers."""
        return self._http.reach

    @property
    def ends_at(self) -> datetime | None:
        """When the session ends by itself; None without one."""
        return ends_at(self._began) if self._login.access_token else None

    def begin(self, login: KiteLogin) -> None:
        """Use these credentials from now on. A session of unknown age is taken for a new one until Kite says no."""
        self._login = login
        self._began = login.made_at or self._clock.now()
        self._is_refused = False

    @property
    def why_over(self) -> str:
        """Why this login cannot be good any more, without asking; empty when it may be."""
        ends = self.ends_at
        if ends is None:
            return f"{NEW_LOGIN}: nobody has logged in yet"
        return f"{NEW_LOGIN}: the last one ended at {render_ist_time(ends)}" if self._clock.now() >= ends else ""

    @property
    def why_closed(self) -> str:
        """Why this login takes no order, as far as is known here; empty when nothing speaks against it."""
        return self.why_over or (NEW_LOGIN if self._is_refused else "")

    def check(self) -> None:
        """Raise BrokerUnavailable when nothing can be sent now. Asks nothing."""
        if self.why_closed:
            raise BrokerUnavailable(self.why_closed)
        self._http.check()

    async def place(
        self, call: Call, deadline: datetime, *, is_exit: bool
    ) -> BrokerOrderId | NotSent | Refused | Unknown:
        """Send an order, once, in its turn. Never raises."""
        if early := self._not_now() or await self._orders.turn(deadline, is_exit=is_exit) or self._not_now():
            return early
        answer = await self._http.place(call, deadline)
        if not isinstance(answer, Answer):
            return answer
        self._note(answer)
        match placed(answer):
            case NotSent(reason, after):
                return NotSent(self._clean(reason), max(after, self._held))
            case Refused(message):
                return Refused(self._clean(message))
            case Unknown(detail):
                return Unknown(self._clean(detail))
            case order_id:
                return order_id

    async def change(self, call: Call) -> object | Said:
        """Send a cancellation or a change, once, in its turn; what was said when it did not succeed.

        Raises BrokerUnavailable (never left us), OutcomeUnknown.
        """
        self.check()
        if late := await self._orders.turn(self._clock.now() + _PATIENCE, is_exit=True):
            raise BrokerUnavailable(late.reason)
        return self._note(await self._http.change(call))

    async def read(self, call: Call) -> object:
        """What a success holds. Raises BrokerUnavailable."""
        if not self._login.access_token:
            raise BrokerUnavailable(self.why_closed)
        data = self._note(await self._http.read(call))
        if isinstance(data, Said):
            raise self.cleaned(read_fault(data))
        return data

    async def read_prices(self, call: Call) -> object:
        """As `read`, no more often than Kite answers questions for prices: once in a second."""
        if late := await self._quotes.turn(self._clock.now() + _PATIENCE, is_exit=False):
            raise BrokerUnavailable(late.reason)
        return await self.read(call)

    async def fetch(self, call: Call) -> bytes:
        """The body of a success that is no JSON, and may be long. Raises BrokerUnavailable."""
        answer = await self._slow.read(call)
        if answer.status != 200:
            data = self._note(answer)
            raise self.cleaned(read_fault(data if isinstance(data, Said) else Said(answer.status, "", "")))
        return answer.raw

    async def exchange(self, call: Call) -> object | Said:
        """Send a request that makes a session. Raises BrokerUnavailable, OutcomeUnknown."""
        return data_of(await self._http.change(call))

    def fault(self, said: Said) -> BrokerError:
        """What is known after a change that did not succeed."""
        return self.cleaned(change_fault(said))

    def cleaned(self, fault: F) -> F:
        """The same fault without a secret."""
        return type(fault)(self._clean(str(fault)))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()
        await self._slow.close()

    @property
    def _held(self) -> timedelta:
        left = self._held_until - self._clock.now() if self._held_until else timedelta(0)
        return max(left, timedelta(0))

    def _not_now(self) -> NotSent | None:
        if self.why_closed:
            return NotSent(self.why_closed)
        return NotSent("Zerodha takes no more requests this second", self._held) if self._held else None

    def _note(self, answer: Answer) -> object | Said:
        """What was answered, and what follows from it for the next requests."""
        data = data_of(answer)
        if answer.status == 429:
            self._too_many += 1
            wait = timedelta(seconds=_HELD.wait(self._too_many, 0))
            self._held_until = self._clock.now() + wait
        elif not isinstance(data, Said):
            self._too_many = 0
        if isinstance(data, Said) and data.ends_session:
            self._is_refused = True
        elif not isinstance(data, Said):
            self._is_refused = False
        return data

    def _clean(self, words: str) -> str:
        return without(self._login.secrets(), words)
