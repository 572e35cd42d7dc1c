"""Whether an OpenAlgo takes orders now: three questions, because no one answer of it says so."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

from brokers.openalgo.openalgo_changes import SEMI_AUTO_WORDS
from brokers.openalgo.openalgo_client import OpenAlgoClient
from brokers.openalgo.openalgo_placing import ANALYZE, DEFAULT_STRATEGY, KEY, SEMI_AUTO
from brokers.openalgo.openalgo_standing import reason_of
from core.clock import Clock
from core.errors import BrokerUnavailable
from core.market.broker_session import BrokerSession

NO_ORDER = "0"
"""An order number that no broker gives. To cancel it does nothing, but is refused in a way that shows the mode."""

ASK_EVERY = timedelta(seconds=30)


class SessionWatch:
    """Asks in the background whether what stops orders is over: OpenAlgo does not tell by itself."""

    def __init__(self, client: OpenAlgoClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._asked_at: datetime | None = None
        self._asking: asyncio.Task[None] | None = None

    async def ask_once(self) -> None:
        """Learn the modes before the first order, if that can be learnt."""
        if self._asked_at is None:
            self._asked_at = self._clock.now()
            await self._ask()

    def look_again(self) -> None:
        """Begin to ask, unless that was done a moment ago; waits for nothing."""
        now = self._clock.now()
        is_busy = self._asking is not None and not self._asking.done()
        if is_busy or (self._asked_at is not None and now - self._asked_at < ASK_EVERY):
            return
        self._asked_at = now
        self._asking = asyncio.get_running_loop().create_task(self._ask())

    async def close(self) -> None:
        """Stop asking."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _ask(self) -> None:
        with suppress(BrokerUnavailable):
            await ask_for_session(self._client)


async def ask_for_session(client: OpenAlgoClient) -> BrokerSession:
    """The mode, the login at the broker, and who approves. Raises BrokerUnavailable when nothing is answered."""
    analyzer = await client.tell("analyzer", {})
    data = analyzer.fields.get("data")
    mode = data.get("analyze_mode") if analyzer.is_success and isinstance(data, dict) else None
    if not isinstance(mode, bool):
        return BrokerSession(is_open=False, detail=reason_of(analyzer))
    client.standing.note_mode(is_analyze=mode)
    if mode:
        return BrokerSession(is_open=False, detail=ANALYZE)
    funds = await client.tell("funds", {})
    money = funds.fields.get("data")
    if not funds.is_success:
        return BrokerSession(is_open=False, detail=reason_of(funds))
    if not (isinstance(money, dict) and "availablecash" in money):
        # Its modules answer so when the broker has ended the login.
        return BrokerSession(is_open=False, detail=KEY)
    probe = await client.tell("cancelorder", {"strategy": DEFAULT_STRATEGY, "orderid": NO_ORDER})
    if not probe.fields or probe.status == 429:
        raise BrokerUnavailable(reason_of(probe))
    is_semi_auto = probe.status == 403 and SEMI_AUTO_WORDS in probe.message
    client.standing.note_order_mode(is_semi_auto=is_semi_auto)
    if is_semi_auto:
        return BrokerSession(is_open=False, detail=SEMI_AUTO)
    return BrokerSession(is_open=True, detail="OpenAlgo is in live mode, and is logged in to its broker")
