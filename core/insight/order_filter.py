"""Which orders a list shows."""

from enum import StrEnum

from core.orders.states import QueueStatus


class OrderFilter(StrEnum):
    """The lists of orders that a person may choose from."""

    NEWEST = "newest"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    ALL = "all"

    @property
    def status(self) -> QueueStatus | None:
        """The status that every order of this list has; None for a list of any status."""
        return None if self in {OrderFilter.NEWEST, OrderFilter.ALL} else QueueStatus(self.value)

    @property
    def shows_hidden(self) -> bool:
        """Whether orders that the person has hidden are listed all the same."""
        return self is OrderFilter.ALL
