"""The paper exchange as pure functions: a book and an event in, the book's changes out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from brokers.paper.funds import require_funds, require_shares
from brokers.paper.ledger import Fill, book_fill
from brokers.paper.matching import Match, match_arrival, match_resting
from brokers.paper.state import BookState
from core.books import BrokerOrder, PaperChanges, Quote
from core.checks import require_tradable
from core.errors import BrokerRefused, Invalid
from core.instruments import Instrument
from core.orders import LegTerms
from core.states import BrokerStatus


@dataclass(frozen=True, slots=True)
class Market:
    """What is known of an order's instrument at the moment of an event."""

    instrument: Instrument | None
    quote: Quote | None
    now: datetime


def place(state: BookState, order: BrokerOrder, market: Market) -> PaperChanges:
    """A new order: filled, resting, or rejected with the reason as its message."""
    try:
        return _enter(state, order, market)
    except BrokerRefused as refusal:
        return state.with_order(replace(order, status=BrokerStatus.REJECTED, message=str(refusal)))


def modify(state: BookState, order: BrokerOrder, terms: LegTerms, market: Market) -> PaperChanges:
    """New terms for a resting order, judged like a new order's. Raises BrokerRefused."""
    if _identity(terms) != _identity(order.terms):
        raise BrokerRefused("Exchange, symbol, action and product of an order cannot be modified")
    changed = replace(order, terms=terms, updated_at=market.now)
    return _enter(state.without(order), changed, market, _stays_triggered(order, terms))


def cancel(state: BookState, order: BrokerOrder, now: datetime) -> PaperChanges:
    """A resting order ends unfilled."""
    return state.with_order(replace(order, status=BrokerStatus.CANCELLED, updated_at=now))


def apply_quote(state: BookState, quote: Quote, now: datetime) -> PaperChanges | None:
    """What a new price does to the orders that rest on it; None when nothing."""
    steps: list[PaperChanges] = []
    for order in state.resting.get((quote.exchange, quote.symbol), {}).values():
        match = match_resting(order, quote)
        if match.status is not order.status:
            steps.append(_settle(state, order, match, now))
            state = state.after(steps[-1])
    return _merge(steps) if steps else None


def _enter(state: BookState, order: BrokerOrder, market: Market, is_triggered: bool = False) -> PaperChanges:
    try:
        require_tradable(order.terms, market.instrument, market.now)
    except Invalid as why:
        raise BrokerRefused(str(why)) from None
    match = match_arrival(order.terms, market.quote, is_triggered)
    require_shares(state, order.terms)
    require_funds(state, order.terms, match.price)
    return _settle(state, order, match, market.now)


def _settle(state: BookState, order: BrokerOrder, match: Match, now: datetime) -> PaperChanges:
    if match.price is None:
        return state.with_order(replace(order, status=match.status, updated_at=now))
    return book_fill(state, Fill(order, match.price, now))


def _identity(terms: LegTerms) -> tuple[str, ...]:
    return terms.exchange, terms.symbol, terms.action, terms.product


def _stays_triggered(order: BrokerOrder, terms: LegTerms) -> bool:
    return order.status is BrokerStatus.OPEN and (
        (terms.pricetype, terms.trigger_price) == (order.terms.pricetype, order.terms.trigger_price)
    )


def _merge(steps: Sequence[PaperChanges]) -> PaperChanges:
    last = steps[-1]
    return PaperChanges(
        last.cash,
        last.last_order_number,
        orders=tuple(order for step in steps for order in step.orders),
        trades=tuple(trade for step in steps for trade in step.trades),
        # Several fills move one position: only its last form is saved.
        positions=tuple({(p.exchange, p.symbol, p.product): p for s in steps for p in s.positions}.values()),
        holdings=tuple({(h.exchange, h.symbol): h for s in steps for h in s.holdings}.values()),
    )
