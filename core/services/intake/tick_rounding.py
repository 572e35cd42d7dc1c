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
    moved = tuple(replace(leg, terms=_on_tick(leg.terms, find)) for leg in legs)
    changes = [*dict.fromkeys(one for leg, now in zip(legs, moved, strict=True) for one in _changes(leg, now))]
    if not changes:
        return legs, {}
    return moved, {OFF_TICK: ", ".join([*changes[:_MOST_NAMED], *(["…"] if len(changes) > _MOST_NAMED else [])])}


def explain_ticks(facts: Mapping[str, str]) -> str:
    """What a strategy is told of prices that were moved; nothing when none was."""
    return f"Brought to the tick: {facts[OFF_TICK]}" if OFF_TICK in facts else ""


def _on_tick(terms: LegTerms, find: Callable[[LegTerms], Instrument | None]) -> LegTerms:
    # Most orders are at the market, and a long list of instruments is asked once less.
    listed = find(terms) if terms.price or terms.trigger_price else None
    return terms if listed is None else brought_to_tick(terms, listed.tick)


def _changes(leg: DraftLeg, now: DraftLeg) -> Iterator[str]:
    was, becomes = leg.terms, now.terms
    for before, after in ((was.price, becomes.price), (was.trigger_price, becomes.trigger_price)):
        if before != after:
            yield f"{plain(before)} → {plain(after)}"
