"""One line of what `countersign doctor` found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was checked, whether it is well, and what was found or is to be done."""

    what: str
    well: bool
    text: str
