"""Many scenarios at once, since each mostly waits; every test then looks at the end of its own."""

import asyncio
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from tests.e2e.program import Installation

AT_ONCE = max(10 // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")), 2)
"""Of this worker; as many in the whole run as two cores can carry."""
C = TypeVar("C")
T = TypeVar("T")


@asynccontextmanager
async def side_by_side(
    request: pytest.FixtureRequest, name: str, play: Callable[[C], Awaitable[T]]
) -> AsyncIterator[Mapping[C, asyncio.Task[T]]]:
    """Play every case that the session's tests ask for under the parameter `name`."""
    here = [item for item in request.session.items if getattr(item, "module", None) is request.module]
    specs = [getattr(item, "callspec", None) for item in here]
    wanted: dict[C, None] = dict.fromkeys(spec.params[name] for spec in specs if spec and name in spec.params)
    room = asyncio.Semaphore(AT_ONCE)

    async def one(case: C) -> T:
        async with room:
            return await play(case)

    tasks = {case: asyncio.create_task(one(case)) for case in wanted}
    yield tasks
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)


class InModes:
    """Copies of one installation whose account `main` is in given modes; each pair of modes is set once."""

    def __init__(self, furnished: Installation, folder: Path) -> None:
        self._furnished = furnished
        self._folder = folder
        self._made: dict[str, Installation] = {}
        self._making: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def copy(self, order_mode: str, trading_mode: str, folder: Path) -> Installation:
        """A fresh one in this folder."""
        name = f"{order_mode}-{trading_mode}"
        async with self._making[name]:
            if name not in self._made:
                made = self._furnished.copied_to(self._folder / name)
                await made.set_modes(order_mode, trading_mode)
                self._made[name] = made
        return self._made[name].copied_to(folder)
