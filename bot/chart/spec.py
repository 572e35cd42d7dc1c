"""What a picture shows, as JSON from one process to the other."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

WIDTH, HEIGHT = 1024, 1280
"""Pixels; Telegram scales a photo down to 1280 on its longer side, and scaled letters are blurred."""


@dataclass(frozen=True, slots=True)
class Point:
    """One trading day, in rupees."""

    day: date
    equity: Decimal
    profit: Decimal


@dataclass(frozen=True, slots=True)
class Chart:
    """An account's days, oldest first; at least one. `start` is the equity before the first of them."""

    account: str
    mode: str
    start: Decimal
    points: tuple[Point, ...]


def write(chart: Chart) -> bytes:
    """The chart as JSON."""
    return json.dumps(asdict(chart), default=str).encode()


def read(text: bytes) -> Chart:
    """What `write` wrote. Raises ValueError, KeyError, ArithmeticError for anything else."""
    raw = json.loads(text)
    return Chart(raw["account"], raw["mode"], Decimal(raw["start"]), tuple(_points(raw["points"])))


def _points(raw: Iterable[dict[str, str]]) -> Iterable[Point]:
    for one in raw:
        yield Point(date.fromisoformat(one["day"]), Decimal(one["equity"]), Decimal(one["profit"]))
