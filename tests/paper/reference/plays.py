"""Whole scripts, played by the reference or by both."""

from collections.abc import Sequence
from dataclasses import dataclass
from pprint import pformat

from brokers.paper.engine.events import BookEvent
from tests.paper.reference.dice import Dice
from tests.paper.reference.duel import Duel, Setting, differs, shortest
from tests.paper.reference.landmarks import Landmarks
from tests.paper.reference.rendering import render
from tests.paper.reference.scripts import Script
from tests.paper.reference.stage import some_capital, some_leverage, some_rules


@dataclass(frozen=True)
class Played:
    """A script that was played to its end without a difference."""

    setting: Setting
    events: Sequence[BookEvent]
    landmarks: Landmarks


def some_setting(dice: Dice) -> Setting:
    """Money and rules."""
    return Setting(some_capital(dice), some_leverage(dice), some_rules(dice))


def play(dice: Dice, length: int) -> Played:
    """Feed a script to both. Raises AssertionError with the shortest events that show a difference."""
    setting = some_setting(dice)
    duel, script, events = Duel(setting), Script(dice), list[BookEvent]()
    landmarks = Landmarks(duel.reference)
    for _ in range(length):
        event = script.next(duel.view())
        events.append(event)
        count = len(duel.reference.trades)
        if duel.process(event):
            raise AssertionError(describe(setting, events))
        script.note(duel.fills_since(count))
        landmarks.look(event, duel.refusal)
    return Played(setting, events, landmarks)


def describe(setting: Setting, events: Sequence[BookEvent]) -> str:
    """The difference, and the fewest events that bring it."""
    few = shortest(setting, events)
    return "\n".join(["", *differs(setting, few), pformat(setting, width=160), *map(render, few)])
