"""Makes a paper book of OpenAlgo's sandbox: what this exchange could hold comes over, everything else is named."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from brokers.paper import audit_journal as journal
from brokers.paper.book.book_state import BookState
from brokers.paper.book.order_numbers import BookKey, broker_order_id, next_order_number
from brokers.paper.engine.funds import require_shares, shortage
from brokers.paper.engine.matching import first_status
from brokers.paper.exchange import Exchange
from brokers.paper.gtt.trigger_rules import LIVES
from brokers.paper.symbols.contracts import with_last_moment
from brokers.paper.trading_hours import trades_until
from core.clock import IST, trading_day
from core.errors import BrokerRefused, Invalid
from core.ids import BrokerOrderId
from core.market.instruments import Instrument, InstrumentType, Ticker
from core.openalgo import sandbox_rows as theirs
from core.openalgo.installation import LeftOut, SandboxRows
from core.openalgo.rows import Row, amount, text
from core.openalgo.stamps import moment
from core.orders.gtt import BrokerGtt, GttStatus, require_possible, require_waiting
from core.orders.order import PriceType, Product
from core.orders.pre_trade_checks import require_tradable
from core.portfolio.paper_book import PaperChanges, PaperHead, PaperOrder
from core.portfolio.positions import Holding, Position
from core.ports import BookDraft

S = TypeVar("S")
T = TypeVar("T")
_TRIGGER_ID = re.compile(r"GTT-\d{6}-[0-9a-f]{8}")


class BookDrafting:
    """Makes one book."""

    def __init__(
        self,
        key: BookKey,
        exchange: Exchange,
        fresh: PaperHead,
        rows: SandboxRows,
        listed: Mapping[Ticker, Instrument] | None = None,
    ) -> None:
        """Among the instruments `listed`, else those of the exchange. Raises Invalid for money that cannot be."""
        self._key = key
        self._exchange = exchange
        self._now = exchange.clock.now()
        self._rows = rows
        self._listed = listed
        self._state = BookState(theirs.read_head(rows.funds, fresh, self._now))
        self._left_out: list[LeftOut] = []
        self._renumbered: dict[str, BrokerOrderId] = {}

    def draft(self) -> BookDraft:
        """The book. Raises Unready for an account beyond the id range."""
        rows = self._rows
        positions = self._each("position", filter(theirs.is_held, rows.positions), self._position, _symbol)
        holdings = self._each("holding", filter(theirs.is_held, rows.holdings), self._holding, _symbol)
        self._state = self._state.after(PaperChanges(self._state.head, positions=positions, holdings=holdings))
        self._each("order", filter(theirs.is_open, rows.orders), self._order, lambda row: text(row, "orderid"))
        active = [pair for pair in rows.gtts if theirs.is_active(pair[0])]
        gtts = self._each("trigger", active, self._gtt, lambda pair: text(pair[0], "gtt_id"))
        book = self._state.to_book()
        return BookDraft(
            name=self._key.name,
            book=book,
            gtts=gtts,
            opened=journal.opened(self._key, book, self._exchange.rules, self._now),
            rules=journal.rules_text(self._exchange.rules),
            renumbered=self._renumbered,
            left_out=tuple(self._left_out),
        )

    def _each(self, kind: str, found: Iterable[S], make: Callable[[S], T], name: Callable[[S], str]) -> tuple[T, ...]:
        made = list[T]()
        for one in found:
            try:
                made.append(make(one))
            except (Invalid, BrokerRefused) as why:
                self._left_out.append(LeftOut(kind, name(one), str(why)))
        return tuple(made)

    def _position(self, row: Row) -> Position:
        position = theirs.read_position(row, trading_day(self._now))
        self._require_held(position.exchange, position.symbol)
        if position.product is Product.CNC and position.quantity < 0:
            raise Invalid("shares for delivery cannot be sold short")
        return position

    def _holding(self, row: Row) -> Holding:
        holding = theirs.read_holding(row)
        self._require_held(holding.exchange, holding.symbol)
        if holding.quantity < 0:
            raise Invalid("shares for delivery cannot be sold short")
        return holding

    def _order(self, row: Row) -> None:
        terms, at = theirs.order_terms(row), min(theirs.placed_at(row), self._now)
        if terms.pricetype is PriceType.MARKET:
            raise Invalid("a market order would trade at once, at another price than the one it was meant for")
        require_tradable(terms, self._find(terms.exchange, terms.symbol), self._now)
        number = next_order_number(self._state.head.last_order_number, self._now)
        order = PaperOrder(
            broker_order_id=broker_order_id(self._key.number, number),
            client_order_id=None,
            terms=terms,
            status=first_status(terms),
            placed_at=at,
            updated_at=self._now,
            strategy=text(row, "strategy"),
            queued_at=self._now,
            arrives_at=self._arrives_at(terms.exchange, at),
            reserve_price=terms.price or terms.trigger_price,
        )
        require_shares(self._state, order)
        after = self._state.after(PaperChanges(replace(self._state.head, last_order_number=number), orders=(order,)))
        if missing := shortage(self._state, after):
            raise Invalid(missing)
        self._state = after
        self._renumbered[text(row, "orderid")] = order.broker_order_id

    def _gtt(self, pair: tuple[Row, Sequence[Row]]) -> BrokerGtt:
        row, legs = pair
        trigger_id, gtt = text(row, "gtt_id"), theirs.gtt_terms(row, legs)
        if not _TRIGGER_ID.fullmatch(trigger_id):
            raise Invalid("its id is not one of OpenAlgo's triggers")
        require_possible(gtt, self._find(gtt.exchange, gtt.symbol), self._now)
        placed_at = moment(row, "created_at", UTC)
        return BrokerGtt(
            trigger_id=BrokerOrderId(trigger_id),
            client_order_id=None,
            gtt=replace(gtt, expires_at=gtt.expires_at or self._now + LIVES),
            status=GttStatus.ACTIVE,
            last_price=require_waiting(gtt, amount(row, "last_price")),
            placed_at=min(placed_at, self._now) if placed_at else self._now,
            updated_at=self._now,
            strategy=text(row, "strategy"),
        )

    def _find(self, exchange: str, symbol: str) -> Instrument | None:
        if self._listed is None:
            return self._exchange.instruments.find(exchange, symbol)
        found = self._listed.get((exchange, symbol))
        today, last_trade = self._now.astimezone(IST).date(), partial(trades_until, self._exchange.hours)
        return found and with_last_moment(found, today, last_trade)

    def _arrives_at(self, exchange: str, placed_at: datetime) -> datetime | None:
        hours = self._exchange.hours.at(exchange, self._now)
        closed = self._exchange.hours.last_close(exchange, self._now)
        if closed is not None and placed_at < closed:
            raise Invalid(f"it was for the day of {placed_at.astimezone(IST):%d %b %Y}, which is over")
        if not hours.is_open and hours.opens_at is None:
            raise Invalid(hours.text)
        return hours.opens_at

    def _require_held(self, exchange: str, symbol: str) -> None:
        instrument = self._find(exchange, symbol)
        if instrument is None or instrument.type is InstrumentType.INDEX:
            raise Invalid(f"{symbol} on {exchange} is not among the paper market's instruments")
        if instrument.expiry and instrument.expiry < self._now.astimezone(IST).date():
            raise Invalid(f"{symbol} expired on {instrument.expiry:%d %b %Y}")


def _symbol(row: Row) -> str:
    return f"{text(row, 'symbol')} {text(row, 'product')}".strip()
