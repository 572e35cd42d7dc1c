"""The power cut at one step of an order's way, and how strategy and people carry on after it."""

import asyncio
import json
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import aiohttp

from bot.local_telegram.errors import Json
from bot.local_telegram.server.server import LocalTelegram
from tests.e2e.people import (
    Strategy,
    approve,
    card,
    cards,
    cards_settled,
    is_decidable,
    local_telegram,
    press,
    talking,
    until,
)
from tests.e2e.program import Installation, Result, Service
from tests.factories import ASHA, RAVI

AT_INTAKE = ("queueing", "queued")
AT_THE_TAP = ("deciding", "decided")
AT_THE_BROKER = ("claimed", "filling", "filled", "answered", "recorded")
AT_THE_CARD = ("posting", "posted", "editing", "edited")
PEOPLE = (ASHA, RAVI)
ONCE = "the-only-order"
RESTING: dict[str, object] = {"pricetype": "LIMIT", "price": "1"}
FILLING: dict[str, object] = {"pricetype": "LIMIT", "price": "999999"}


class Crash(NamedTuple):
    """Where the process dies, and in which modes the account is."""

    step: str
    order_mode: str
    trading_mode: str

    @property
    def is_auto(self) -> bool:
        """Whether nobody is asked."""
        return self.order_mode == "auto"

    @property
    def needs_edit(self) -> bool:
        """Whether an order must rest first, so that its card has something new to tell later."""
        return self.is_auto and self.step in ("editing", "edited")

    def __str__(self) -> str:
        return "-".join(self)


CRASHES = [
    Crash(step, order_mode, trading_mode)
    for order_mode in ("semi_auto", "auto")
    for trading_mode in ("live", "sandbox")
    for step in (*AT_INTAKE, *AT_THE_TAP, *AT_THE_BROKER, *AT_THE_CARD)
    if not (order_mode == "auto" and step in AT_THE_TAP)
]


@dataclass(frozen=True)
class Ending:
    """Everything that can be seen once the dust has settled."""

    died: int
    outcome: Json
    copies: list[Json]
    toasts: list[str]
    broker_orders: list[Json]
    stopped: int
    verified: Result
    trail: list[Json]
    orders_stored: int
    broker_orders_stored: int

    @property
    def told(self) -> Counter[str]:
        """How often each kind of event is on the order's trail."""
        return Counter(event["kind"] for event in self.trail if event["order_id"] == 1)


@dataclass
class Story:
    """One order, one strategy and two people who do not give up."""

    crash: Crash
    home: Installation
    telegram: LocalTelegram
    is_answered: bool = False
    query: str = ""
    toasts: list[str] = field(default_factory=list)
    number = 1
    ends = "FILLED"
    """What the card says at last."""

    @property
    def failpoint(self) -> str:
        """Where the program kills itself."""
        return self.crash.step

    async def begin(self, service: Service) -> int:
        """Until the process dies; how it did."""
        dying = asyncio.ensure_future(service.ended())
        acting = asyncio.ensure_future(self._act(service))
        await asyncio.wait({dying, acting}, return_when=asyncio.FIRST_COMPLETED)
        if acting.done():
            acting.result()
        status = await dying
        acting.cancel()
        await asyncio.gather(acting, return_exceptions=True)
        return status

    async def finish(self, service: Service) -> tuple[Json, list[Json]]:
        """After the restart, until everybody is content; the strategy's answers."""
        async with talking(service, self.home.key) as strategy:
            if not self.is_answered:
                await self._insist(strategy)
            if not self.crash.is_auto:
                await self._decide()
            elif self.crash.needs_edit:
                await until(strategy.broker_orders)
                await self._let_fill(strategy)
            for person in PEOPLE:
                await card(self.telegram, person, self.number, self.ends)
            await self._tap_what_is_left()
            return await strategy.outcome(self.number), await strategy.broker_orders()

    async def _act(self, service: Service) -> None:
        async with talking(service, self.home.key) as strategy:
            try:
                await self._post(strategy)
                if self.crash.needs_edit:
                    for person in PEOPLE:
                        await card(self.telegram, person, self.number, "OPEN")
                    await self._let_fill(strategy)
            except aiohttp.ClientError:
                return
        if not self.crash.is_auto:
            shown = await card(self.telegram, ASHA, self.number, "waits for you")
            self.query = self.telegram.press(ASHA, ASHA, shown["message_id"], button_text="Approve")

    async def _post(self, strategy: Strategy) -> int:
        status, _ = await strategy.place(ONCE, RESTING if self.crash.needs_edit else {})
        self.is_answered = status == 200
        return status

    async def _insist(self, strategy: Strategy) -> None:
        """A strategy that got no answer posts again under the same key; 409 means: not yet."""
        while await self._post(strategy) == 409:
            await strategy.outcome(self.number, wait=5)

    async def _let_fill(self, strategy: Strategy) -> None:
        """The resting order gets a price that fills it."""
        resting = [order for order in await strategy.broker_orders() if order["order_status"] == "open"]
        for order in resting:
            named: dict[str, object] = {key: order[key] for key in ("orderid", "exchange", "symbol", "action")}
            terms: dict[str, object] = {
                "strategy": "m",
                "product": "MIS",
                "quantity": "10",
                "disclosed_quantity": "0",
            }
            await strategy.ask("modifyorder", **named, **terms, trigger_price="0", **FILLING)

    async def _decide(self) -> None:
        """Whoever tapped waits for the answer; whoever could not tap does it now."""
        if self.query:
            self.toasts.append(str((await self.telegram.answer_of(self.query, 20))["text"]))
        else:
            self.toasts.append(await approve(self.telegram, ASHA, self.number))

    async def _tap_what_is_left(self) -> None:
        """A copy that was sent but not recorded still has buttons; a tap gets an answer and cures it."""
        for person in PEOPLE:
            for copy in cards(self.telegram, person, self.number):
                if is_decidable(copy):
                    self.toasts.append(await press(self.telegram, person, copy, "Approve"))
        await self.telegram.wait_for(lambda: not any(map(is_decidable, self.copies())), 20)
        await cards_settled(self.home)

    def copies(self) -> list[Json]:
        """Every message that is a card of the order."""
        return [copy for person in PEOPLE for copy in cards(self.telegram, person, self.number)]


async def play(crash: Crash, home: Installation, tell: Callable[..., Story] = Story) -> Ending:
    """Crash, restart, carry on, stop; `tell` makes the story."""
    async with local_telegram(*PEOPLE) as (telegram, url):
        here = home.at(url)
        story = tell(crash, here, telegram)
        async with here.running(story.failpoint) as service:
            died = await story.begin(service)
        async with here.running() as service:
            outcome, broker_orders = await story.finish(service)
            stopped, _ = await service.stop()
    return Ending(
        died=died,
        outcome=outcome,
        copies=story.copies(),
        toasts=story.toasts,
        broker_orders=broker_orders,
        stopped=stopped,
        verified=await home.cli("audit", "verify"),
        trail=await trail_of(home),
        orders_stored=_count(home, "orders"),
        broker_orders_stored=_count(home, "paper_orders"),
    )


async def trail_of(home: Installation, account: str = "main") -> list[Any]:
    """An account's audit trail, as an auditor gets it."""
    exported = await home.cli("audit", "export", "--account", account, "--format", "json")
    assert exported.status == 0, exported.err
    return list(json.loads(exported.out))


def _count(home: Installation, table: str) -> int:
    return int(home.sql(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - our own table names


KILLED = -signal.SIGKILL
