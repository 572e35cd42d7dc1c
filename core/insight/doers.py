"""Who caused an event of the audit trail, and its facts as text."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.audit import Link
from core.ids import UserId


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did something, as the trail says: `telegram`, `cli`, `key` or `system`, a number and a name."""

    kind: str
    id: int | None = None
    name: str = ""

    @classmethod
    def of(cls, link: Link) -> "Doer":
        """Who caused this event."""
        what, _, name = link.actor.partition(" ")
        kind, _, number = what.partition(":")
        return cls(kind, int(number) if number.lstrip("-").isdigit() else None, name)

    def is_person(self, user_id: UserId) -> bool:
        """Whether it was this person, in Telegram."""
        return self.kind == "telegram" and self.id == user_id


def facts_of(link: Link) -> dict[str, str]:
    """The facts of an event as text, `limits.value` for what is inside of another; what is empty is left out."""
    return dict(_flat(json.loads(link.facts)))


def _flat(facts: Mapping[str, object], inside: str = "") -> Iterator[tuple[str, str]]:
    for key, value in facts.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{inside}{key}.")
        elif isinstance(value, str | int) and value != "":
            yield f"{inside}{key}", str(value)
