"""Rebuilds standing approvals and their uses from the audit trail, to compare them with the tables."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.audit import Kind, Link
from core.money import plain
from core.standing.approvals import Size

Written = tuple[object, ...]


@dataclass(slots=True)
class StandingRows:
    """One account's rows as text: each approval by its number, and each use by its order's number."""

    approvals: dict[int, Written] = field(default_factory=dict)
    """The terms as stored, who gave them, when, and whether it was stopped."""
    uses: dict[int, Written] = field(default_factory=dict)
    """The approval's number, and the size."""


def size_as_facts(size: Size) -> list[object]:
    """A size as the trail keeps it."""
    return [plain(size.shares), size.lots, plain(size.rupees)]


class StandingReplay:
    """Reads one account's events in their order; then tells where the rows say something else."""

    def __init__(self) -> None:
        self._said = StandingRows()

    def read(self, link: Link) -> None:
        """Take one more event into account; those that concern no standing approval change nothing."""
        try:
            self._read(link, json.loads(link.facts))
        except (ValueError, TypeError, KeyError, AttributeError):
            # A row that was tampered with breaks its chain, which says so.
            return

    def _read(self, link: Link, facts: Mapping[str, Any]) -> None:
        said = self._said
        if link.kind == Kind.STANDING_GIVEN:
            who = link.actor.partition(" ")[0].partition(":")[2]
            said.approvals[facts["standing"]] = facts["terms"], int(who), link.at, False
        elif link.kind == Kind.STANDING_STOPPED:
            said.approvals[facts["standing"]] = (*said.approvals[facts["standing"]][:-1], True)
        elif link.kind == Kind.ORDER_APPROVED and "standing" in facts and link.order_id is not None:
            said.uses[link.order_id] = facts["standing"], *facts["size"]

    def differences(self, found: StandingRows) -> Iterator[str]:
        """Where the rows are not what the events lead to, in words."""
        pairs = (
            ("standing approval", self._said.approvals, found.approvals),
            ("use by order", self._said.uses, found.uses),
        )
        for name, said, has in pairs:
            for number in sorted(said.keys() | has.keys()):
                if number not in has:
                    yield f"{name} {number} is missing"
                elif number not in said:
                    yield f"{name} {number} is in the table, and the trail does not tell of it"
                elif said[number] != has[number]:
                    yield f"{name} {number} is not what the trail says"
