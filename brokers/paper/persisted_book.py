"""One paper book as it is kept: events in, changes on disk and in the audit trail before anybody learns of them."""

from dataclasses import replace

from brokers.paper import audit_journal as journal
from brokers.paper.book.book_state import BookState, tickers_of, without_today
from brokers.paper.book.order_numbers import BookKey
from brokers.paper.engine.events import BookEvent, Market, Modified, Placed, Quoted, SquaredOff, Taken
from brokers.paper.engine.matching import fresh_quote
from brokers.paper.engine.quote_check import believable, is_same_price
from brokers.paper.engine.step import step
from brokers.paper.exchange import Exchange, unready_as_unavailable
from brokers.paper.quote_routing import QuoteRouting
from brokers.paper.session_events import SessionEvents
from core.audit import Event
from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.portfolio.paper_book import PaperBook, PaperChanges, PaperHead
from core.portfolio.positions import Trade
from core.ports import Entry, PaperStore, ResetRequest


class PersistedBook:
    """Not safe to share between tasks: the broker's lock is around every call."""

    def __init__(
        self, key: BookKey, store: PaperStore, exchange: Exchange, start: PaperHead, resting: QuoteRouting
    ) -> None:
        self._key = key
        self._store = store
        self._exchange = exchange
        self._start = start
        self._resting = resting
        self._state: BookState | None = None
        self._journaled_rules = ""
        self._rules = journal.rules_text(exchange.rules)
        self._taken: dict[Ticker, tuple[Quote, Taken]] = {}
        self._shown: dict[Ticker, Quote] = {}
        self._session_events = SessionEvents(exchange, key.number, self.market)

    async def current(self) -> BookState:
        """The book as it stands. Raises BrokerUnavailable."""
        if self._state is None:
            with unready_as_unavailable():
                stored = await self._store.load(self._key.name)
            book = stored or PaperBook(self._start)
            self._state, self._journaled_rules = BookState.of(book), book.journaled_rules
            self._resting.expect(self._key, self._state.tickers())
            self._resting.hold(self._key, self._state)
        return self._state

    async def seen(self) -> BookState:
        """The book as it is to be shown: a day that it does not know of yet begins with nothing made or paid.

        Raises BrokerUnavailable.
        """
        state = await self.current()
        return without_today(state) if self._session_events.is_day_old(state) else state

    async def apply(self, event: BookEvent, meets: ResetRequest | None = None) -> PaperChanges | None:
        """Let this happen to the book; None when it changed nothing.

        Raises BrokerRefused, BrokerUnavailable (nothing happened).
        """
        state, event = await self.current(), self._with_news(event)
        changes = step(state, event, self._exchange.rules)
        if changes is not None:
            await self._commit(state, changes, self._entry(state, event, changes, meets))
            self._note_taken(event, changes.trades)
        # Only now: what could not be saved must be met by the same price again.
        self._shown |= {_ticker_of(quote): quote for quote in _quotes(event)}
        return changes

    async def apply_quote(self, quoted: Quoted) -> bool:
        """Let a price reach the orders that wait for it; whether one moved. Raises BrokerUnavailable."""
        moved = await self.apply(quoted) is not None
        if not moved and quoted.market.quote is not None:
            quote = quoted.market.quote
            self._resting.settle(self._key, [(quote.exchange, quote.symbol)], await self.current())
        return moved

    async def catch_up_with_clock(self) -> bool:
        """Do what the time asks for; whether there was anything. Raises BrokerUnavailable."""
        moved = False
        if (await self.current()).head.day is None:
            # Nothing was ever traded here; its first day begins with its first order.
            return False
        for due_events in self._session_events.due:
            for event in due_events(await self.current()):
                moved = await self.apply(event) is not None or moved
        return await self._look_again() or moved

    async def _look_again(self) -> bool:
        # A feed that ticks only on change has nothing to say to an order that arrives while its price stands still.
        moved = False
        for ticker in tuple((await self.current()).tickers()):
            market = self.market(ticker)
            if market.hours.is_open and fresh_quote(market, self._exchange.rules):
                moved = await self.apply(Quoted(market)) is not None or moved
        return moved

    async def open_day(self) -> None:
        """Bring the book into the present trading day, its first one included. Raises BrokerUnavailable."""
        if (await self.current()).head.day is None:
            await self.apply(self._session_events.this_day())
        await self.catch_up()

    async def catch_up(self) -> None:
        """Bring a book that has been used into the present trading day. Raises BrokerUnavailable."""
        if self._session_events.is_day_old(await self.current()):
            await self.catch_up_with_clock()

    def market(self, ticker: Ticker) -> Market:
        """What is known of an instrument now."""
        quote = self._exchange.feed.quote(*ticker)
        return self.market_at(ticker, quote)

    def market_at(self, ticker: Ticker, quote: Quote | None) -> Market:
        """What is known of an instrument at this quote of it."""
        now = self._exchange.clock.now()
        instrument = self._exchange.instruments.find(*ticker)
        return Market(
            instrument=instrument,
            quote=believable(quote, instrument),
            now=now,
            hours=self._exchange.hours.at(ticker[0], now),
            taken=self._taken_of(quote),
        )

    async def _commit(self, state: BookState, changes: PaperChanges, entry: Entry) -> None:
        tickers = tickers_of(changes)
        # A price that arrives while we save is for the new order, too.
        self._resting.expect(self._key, tickers)
        # Whatever becomes of the save, cancellation included: the next use reads what the store really holds.
        self._state = None
        with unready_as_unavailable():
            await self._store.save(self._key.name, changes, entry)
        self._state, self._journaled_rules = state.after(changes), entry.rules
        self._resting.settle(self._key, tickers, self._state)
        if changes.positions or changes.holdings or changes.dropped:
            self._resting.hold(self._key, self._state)

    def _entry(self, state: BookState, event: BookEvent, changes: PaperChanges, meets: ResetRequest | None) -> Entry:
        now = self._exchange.clock.now()
        events: list[Event] = []
        if not self._journaled_rules:
            events.append(journal.opened(self._key, state.to_book(), self._exchange.rules, now))
        elif self._journaled_rules != self._rules:
            events.append(journal.ruled(self._key, self._exchange.rules, now))
        events.append(journal.moved(self._key, event, changes, now))
        return Entry(tuple(events), self._rules, meets)

    def _note_taken(self, event: BookEvent, trades: tuple[Trade, ...]) -> None:
        quotes = {_ticker_of(quote): quote for quote in _quotes(event)}
        for trade in trades:
            quote = quotes.get((trade.exchange, trade.symbol))
            if quote is not None:
                self._taken[trade.exchange, trade.symbol] = quote, self._taken_of(quote).plus(trade)

    def _with_news(self, event: BookEvent) -> BookEvent:
        """The event; a quote that says what the last one said is not new."""
        if not isinstance(event, Quoted) or event.market.quote is None:
            return event
        last = self._shown.get(_ticker_of(event.market.quote))
        return replace(event, is_new=last is None or not is_same_price(event.market.quote, last))

    def _taken_of(self, quote: Quote | None) -> Taken:
        if quote is None:
            return Taken()
        last, taken = self._taken.get((quote.exchange, quote.symbol), (None, Taken()))
        return taken if last is not None and is_same_price(quote, last) else Taken()


def _ticker_of(quote: Quote) -> Ticker:
    return quote.exchange, quote.symbol


def _quotes(event: BookEvent) -> list[Quote]:
    return [market.quote for market in _markets(event) if market.quote is not None]


def _markets(event: BookEvent) -> tuple[Market, ...]:
    match event:
        case Placed() | Modified() | Quoted():
            return (event.market,)
        case SquaredOff():
            return event.markets
        case _:
            return ()
