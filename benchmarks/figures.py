"""What was measured beside what was promised, as one table."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; `target` is the least or the most that it should be, None when nothing is promised."""

    what: str
    measured: float
    unit: str = ""
    target: float | None = None
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """`ok`, `MISSED`, or nothing."""
        if self.target is None:
            return ""
        is_met = self.measured >= self.target if self.at_least else self.measured <= self.target
        return "ok" if is_met else "MISSED"

    def cells(self) -> tuple[str, str, str, str]:
        """Its line of the table."""
        sign = "≥" if self.at_least else "≤"
        target = "" if self.target is None else f"{sign} {_number(self.target)}{self.unit}"
        return self.what, f"{_number(self.measured)}{self.unit}", target, self.verdict


def render(figures: Sequence[Figure]) -> str:
    """The table."""
    lines = [("what", "measured", "target", ""), *(figure.cells() for figure in figures)]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
