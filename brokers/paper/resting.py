"""Which books have orders resting on which instrument, so that other ticks cost nothing."""

from collections.abc import Iterable

from brokers.paper.numbers import BookKey
from brokers.paper.state import BookState
from brokers.tickers import Ticker


class RestingIndex:
    """From instruments to books; may name a book too many, never one too few."""

    def __init__(self) -> None:
        self._books: dict[Ticker, set[BookKey]] = {}

    def books_on(self, ticker: Ticker) -> tuple[BookKey, ...]:
        """The books to show a price of this instrument to."""
        return tuple(self._books.get(ticker, ()))

    def expect(self, book: BookKey, tickers: Iterable[Ticker]) -> None:
        """Orders may rest on these from now on."""
        for ticker in tickers:
            self._books.setdefault(ticker, set()).add(book)

    def settle(self, book: BookKey, tickers: Iterable[Ticker], state: BookState) -> None:
        """`state` tells what really rests on these."""
        for ticker in tickers:
            if ticker in state.resting:
                self.expect(book, (ticker,))
            elif ticker in self._books:
                self._books[ticker].discard(book)
                if not self._books[ticker]:
                    del self._books[ticker]
