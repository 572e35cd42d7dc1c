"""Waits for the first price of what nobody had looked at before."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TypeVar

from core.ports import PriceFeed

T = TypeVar("T")
WITHIN = 2.0
"""Seconds; a script that asked would not wait much longer."""


async def first_answer(feed: PriceFeed, look: Callable[[], T], is_whole: Callable[[T], bool]) -> T:
    """What `look` finds in the feed; once more after the feed's next answers when the first look left something out.

    The first look at an instrument is what makes a feed that polls ask for it.
    """
    found = look()
    if is_whole(found):
        return found
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(WITHIN):
            await feed.next_answers()
    return look()
