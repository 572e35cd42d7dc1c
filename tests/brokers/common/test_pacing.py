"""No more turns than are allowed, exits first, and none after its deadline."""

import asyncio
from datetime import timedelta

import pytest

from brokers.common.pacing import Pacing
from core.orders.broker_order import NotSent
from tests.factories import SettableClock

WINDOW = 0.08


@pytest.fixture
def pacing(clock: SettableClock) -> Pacing:
    """Two turns in each eighty milliseconds."""
    return Pacing(clock, 2, WINDOW)


class Line:
    """Orders that stand in the line, and when each had its turn."""

    def __init__(self, pacing: Pacing, clock: SettableClock) -> None:
        self.given: list[tuple[str, float]] = []
        self._pacing = pacing
        self._clock = clock

    async def order(self, name: str, *, is_exit: bool = False, patience: float = 60) -> NotSent | None:
        """One order that waits for its turn."""
        deadline = self._clock.now() + timedelta(seconds=patience)
        answer = await self._pacing.turn(deadline, is_exit=is_exit)
        if answer is None:
            self.given.append((name, asyncio.get_running_loop().time()))
        return answer

    @property
    def names(self) -> str:
        """Who had a turn, in sequence."""
        return "".join(name for name, _ in self.given)


@pytest.fixture
def line(pacing: Pacing, clock: SettableClock) -> Line:
    """Nobody waits yet."""
    return Line(pacing, clock)


async def test_no_window_has_more_turns_than_are_allowed(line: Line) -> None:
    await asyncio.gather(*(line.order(name) for name in "abcde"))

    times = [at for _, at in line.given]
    assert line.names == "abcde"
    assert all(later - earlier >= WINDOW - 0.005 for earlier, later in zip(times, times[2:], strict=False))
    assert times[1] - times[0] < WINDOW / 2


async def test_exits_go_before_entries_that_came_first(line: Line) -> None:
    entries = [line.order(name) for name in "abcd"]
    exits = [line.order(name, is_exit=True) for name in "XY"]

    await asyncio.gather(*entries, *exits)

    assert line.names == "abXYcd"


async def test_who_cannot_have_a_turn_in_time_is_not_sent_and_takes_nobody_s(line: Line) -> None:
    answers = await asyncio.gather(
        line.order("a"), line.order("b"), line.order("c", patience=WINDOW / 4), line.order("d"), line.order("e")
    )

    assert isinstance(answers[2], NotSent)
    assert line.names == "abde"
    times = dict(line.given)
    assert times["e"] - times["d"] < WINDOW / 2


async def test_after_the_deadline_there_is_no_turn_even_when_nobody_waits(line: Line) -> None:
    assert isinstance(await line.order("a", patience=0), NotSent)
    assert line.names == ""
