"""Which cards are being shown right now, so that no two workers show the same one."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from core.ids import CardId, ChatId
from core.ports import Card


class CardClaims:
    """A claim on each card that is being shown; who passed one over is told when it is free again."""

    def __init__(self, look_again: Callable[[], None]) -> None:
        """`look_again` is called when a card is free again that somebody passed over."""
        self._look_again = look_again
        self._claimed: dict[CardId, ChatId] = {}
        self._passed_over: set[CardId] = set()

    def pass_over(self, chat_id: ChatId) -> Collection[CardId]:
        """The cards of this chat that are being shown, and that the caller leaves alone."""
        claimed = [card_id for card_id, where in self._claimed.items() if where == chat_id]
        self._passed_over.update(claimed)
        return claimed

    @contextmanager
    def claim(self, card: Card) -> Iterator[bool]:
        """Claim the card for the length of a `with` block; the block is told whether nobody else has it."""
        if card.id in self._claimed:
            self._passed_over.add(card.id)
            yield False
            return
        self._claimed[card.id] = card.chat_id
        try:
            yield True
        finally:
            del self._claimed[card.id]
            if card.id in self._passed_over:
                self._passed_over.discard(card.id)
                self._look_again()
