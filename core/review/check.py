"""What Countersign found out about an order for its client, as it is shown and stored."""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.clock import utc_text
from core.money import plain


@dataclass(frozen=True, slots=True)
class Check:
    """What was found out at a moment; None is not known, or does not apply. Money is rupees."""

    at: datetime
    last: Decimal | None = None
    seen_at: datetime | None = None
    """When the feed saw the last price."""
    made_by: str = ""
    """What makes the prices when no market does: `simulated`, `replay of …`."""
    signal: Decimal | None = None
    """The price when the order came."""
    held: Decimal | None = None
    held_after: Decimal | None = None
    margin: Decimal | None = None
    left: Decimal | None = None
    """The money that remains after the margin."""
    charges: Decimal | None = None
    unknown: str = ""
    """Why the broker's part is not known."""
    warnings: tuple[str, ...] = ()
    used: str = ""
    """What of a standing approval's day was used with this order."""

    def dump(self) -> str:
        """As it is stored: JSON, its decimals and moments as text, without what is not known."""
        named = {one.name: _as_text(getattr(self, one.name)) for one in fields(self)}
        return json.dumps({name: value for name, value in named.items() if value}, ensure_ascii=False)


_MOMENTS = frozenset({"at", "seen_at"})
_WORDS = frozenset({"made_by", "unknown", "used"})


def parse_check(text: str) -> Check | None:
    """A check as it was stored; None for what cannot be read any more."""
    try:
        found: dict[str, Any] = {name: _read(name, value) for name, value in json.loads(text).items()}
        return Check(**found)
    except (ValueError, TypeError, AttributeError, ArithmeticError):
        return None


def _as_text(value: object) -> object:
    if isinstance(value, Decimal):
        return plain(value)
    return utc_text(value) if isinstance(value, datetime) else value


def _read(name: str, value: Any) -> object:
    if name in _MOMENTS:
        return datetime.fromisoformat(value)
    if name == "warnings":
        return tuple(str(one) for one in value)
    return str(value) if name in _WORDS else Decimal(value)
