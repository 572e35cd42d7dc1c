"""The events of an account's orders as they come, for as long as a key is good."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from core.accounts import Caller
from core.orders.order_events import StrategyEvent
from core.services.facade import Services
from core.services.wakeups import is_set_within

PAGE = 100


@dataclass(frozen=True, slots=True)
class Heard:
    """What came, in order, and whose key it is as it stands now; `is_silence` when nothing came for a heartbeat."""

    caller: Caller
    events: Sequence[StrategyEvent] = ()
    is_silence: bool = False


@dataclass(frozen=True, slots=True)
class Listening:
    """Who listens, from which position of the account's trail on, and for how long nothing may come."""

    key: str
    position: int
    heartbeat: float
    """Seconds without an event after which the key is checked again."""


async def hear_events(services: Services, who: Listening, moved: asyncio.Event) -> AsyncIterator[Heard]:
    """Yield what comes, and each heartbeat in which nothing does. Raises Unauthorized, Disabled, Unready."""
    position = who.position
    while True:
        moved.clear()
        caller = await services.keys.authenticate(who.key)
        page = await services.events.after(caller.account.id, position, PAGE)
        position = page.position
        yield Heard(caller, page.events)
        while not page.more and not await is_set_within(moved, who.heartbeat):
            yield Heard(caller, is_silence=True)
            if await services.events.must_look(caller, position):
                break
