"""Gathers the changes of the steps of one event into one."""

from brokers.paper.book.book_state import BookState
from core.portfolio.paper_book import PaperChanges


class ChangeSet:
    """The state after the steps so far, and their changes."""

    def __init__(self, state: BookState) -> None:
        self.state = state
        self._steps: list[PaperChanges] = []

    def add(self, changes: PaperChanges, after: BookState | None = None) -> None:
        """One more change; `after` is the state it leads to, if that is known already."""
        self.state = after or self.state.after(changes)
        self._steps.append(changes)

    def changes(self) -> PaperChanges | None:
        """Everything so far; None when nothing changed. What several steps moved appears in its last form only."""
        if not self._steps:
            return None
        steps = self._steps
        return PaperChanges(
            self.state.head,
            orders=tuple({o.broker_order_id: o for step in steps for o in step.orders}.values()),
            trades=tuple(trade for step in steps for trade in step.trades),
            positions=tuple({p.key: p for s in steps for p in s.positions}.values()),
            holdings=tuple({(h.exchange, h.symbol): h for s in steps for h in s.holdings}.values()),
            dropped=tuple(key for step in steps for key in step.dropped),
        )
