"""Finds the books with orders or triggers on an instrument, so that other ticks cost nothing."""

from collections.abc import Collection, Iterable

from brokers.paper.book.book_state import BookState
from brokers.paper.book.order_numbers import BookKey
from core.market.instruments import Ticker


class QuoteRouting:
    """Maps instruments to the books that need their quotes; may name a book too many, never one too few."""

    def __init__(self) -> None:
        self._books: dict[Ticker, set[BookKey]] = {}
        self._watchers: dict[Ticker, set[BookKey]] = {}
        self._held: dict[BookKey, frozenset[Ticker]] = {}

    def books_on(self, ticker: Ticker) -> tuple[BookKey, ...]:
        """The books that must see a quote of this instrument."""
        resting, watching = self._books.get(ticker), self._watchers.get(ticker)
        if resting and watching:
            return tuple(resting | watching)
        return tuple(resting or watching or ())

    def watch(self, book: BookKey, tickers: Collection[Ticker]) -> None:
        """Record that this book's triggers wait on these instruments, and on no others."""
        for ticker in [known for known, books in self._watchers.items() if book in books and known not in tickers]:
            self._watchers[ticker].discard(book)
            if not self._watchers[ticker]:
                del self._watchers[ticker]
        for ticker in tickers:
            self._watchers.setdefault(ticker, set()).add(book)

    def tickers(self) -> tuple[Ticker, ...]:
        """The instruments on which some book has orders or triggers, or which it holds."""
        return tuple((self._books.keys() | self._watchers.keys()).union(*self._held.values()))

    def hold(self, book: BookKey, state: BookState) -> None:
        """Record which instruments the book holds in `state`."""
        positions = frozenset((one.exchange, one.symbol) for one in state.positions.values() if one.quantity)
        self._held[book] = positions.union(state.holdings)

    def expect(self, book: BookKey, tickers: Iterable[Ticker]) -> None:
        """Record that orders of this book may rest on these instruments from now on."""
        for ticker in tickers:
            self._books.setdefault(ticker, set()).add(book)

    def settle(self, book: BookKey, tickers: Iterable[Ticker], state: BookState) -> None:
        """Record on which of these instruments the book has resting orders in `state`."""
        for ticker in tickers:
            if state.resting_on(ticker):
                self.expect(book, (ticker,))
            elif ticker in self._books:
                self._books[ticker].discard(book)
                if not self._books[ticker]:
                    del self._books[ticker]
