"""Brings prices to the tick in the sandbox, whose strategies were written for one that knows no ticks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from core.market.instruments import Instrument
from core.money import plain
from core.orders.order import DraftLeg, LegTerms
from core.orders.pre_trade_checks import brought_to_tick

OFF_TICK = "off_tick"
"""The fact of an order that says which prices were moved: `450.03 → 450`."""
_MOST_NAMED = 5


def bring_to_ticks(
    legs: tuple[DraftLeg, ...], find: Callable[[LegTerms], Instrument | None]
) -> tuple[tuple[DraftLeg, ...], Mapping[str, str]]:
    """The legs with every price on its instrument's tick, and the fact to keep where one was moved."""
    found = [(leg, find(leg.terms)) for leg in legs]
    moved = [
        replace(leg, terms=brought_to_tick(leg.terms, listed.tick)) if listed is not None else leg
        for leg, listed in found
    ]
    changes = dict.fromkeys(
        change for leg, was in zip(moved, legs, strict=True) for change in _changes(was.terms, leg.terms)
    )
    if not changes:
        return legs, {}
    named = ", ".join([*changes][:_MOST_NAMED])
    return tuple(moved), {OFF_TICK: named if len(changes) <= _MOST_NAMED else f"{named}, …"}


def explain_ticks(facts: Mapping[str, str]) -> str:
    """What a strategy is told of prices that were moved; nothing when none was."""
    return f"Brought to the tick: {facts[OFF_TICK]}" if OFF_TICK in facts else ""


def _changes(was: LegTerms, now: LegTerms) -> Iterator[str]:
    for before, after in ((was.price, now.price), (was.trigger_price, now.trigger_price)):
        if before != after:
            yield f"{plain(before)} → {plain(after)}"
