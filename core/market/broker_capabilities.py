"""What a broker can do and what it promises, as data."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Duplicates(StrEnum):
    """What a broker does with our client order ids."""

    REFUSED = "refused"
    """A second order of the same id is refused, so that not finding one is proof of absence."""
    LOOKUP = "lookup"
    """Orders can be asked for by our id, and duplicates are taken."""
    SEARCH = "search"
    """Our id comes back in the order book, and duplicates are taken."""
    NONE = "none"
    """Our id is not kept: only terms and times can tell."""


class Sending(StrEnum):
    """How a price type leaves for the broker."""

    NATIVE = "native"
    PROTECTED = "protected"
    """Sent as it is, with the broker's own limit against bad prices."""
    AS_LIMIT = "as_limit"
    """Changed to a limit order near the last price."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """One broker's abilities. `appears_within` is how late an order that was sent may show in the book."""

    duplicates: Duplicates
    tag_length: int
    appears_within: timedelta
    shows_rejects: bool
    book_every: timedelta
    """The shortest time between two reads of the order book."""
    orders_per_second: int
    market: Sending
    stop_market: Sending
    products: frozenset[str]
    exchanges: frozenset[str]

    @property
    def proves_absence(self) -> bool:
        """Whether not finding an order proves that there is none."""
        return self.duplicates is Duplicates.REFUSED
