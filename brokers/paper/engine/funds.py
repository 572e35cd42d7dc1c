"""Whether a paper book can afford an order: money for what opens, shares for what delivers."""

from collections.abc import Iterable
from decimal import Decimal

from brokers.paper.book.book_state import BookState
from brokers.paper.book.margin_queue import left_of
from brokers.tickers import ticker_of
from core.errors import BrokerRefused
from core.money import EXACT, ZERO, plain, rupees
from core.orders.order import Action, Product
from core.portfolio.paper_book import PaperOrder
from core.portfolio.positions import Funds, Holding, PaperFigures, Position

_FINEST = Decimal("0.000001")


def used(state: BookState) -> Decimal:
    """The margin used by positions, holdings and waiting orders together, in rupees."""
    return state.tied_up


def available(state: BookState) -> Decimal:
    """The margin that is available for a new order, in rupees; below zero after losses."""
    return state.head.cash - used(state)


def render_funds(state: BookState, positions: Iterable[Position], holdings: Iterable[Holding]) -> Funds:
    """The book's money, given its positions and holdings at their last prices."""
    held: tuple[Position | Holding, ...] = (*positions, *holdings)
    head = state.head
    return Funds(
        available=available(state),
        used=used(state),
        realised=head.realised_today,
        unrealised=sum((one.unrealised for one in held), ZERO),
        charges=head.charges_today,
        paper=PaperFigures(
            capital=head.capital,
            gross_exposure=sum(map(_exposure, held), ZERO),
            realised_total=head.realised,
            charges_total=head.charges,
            last_reset=head.last_reset,
            reset_count=head.reset_count,
        ),
    )


def shortage(state: BookState, after: BookState) -> str | None:
    """Why the funds do not suffice for the state `after`; None when they do, or when it uses no more margin."""
    # Averages are rounded, so a difference of a rounding error must not count as a shortage.
    required, free = used(after) - used(state), available(state).quantize(_FINEST, context=EXACT)
    if required <= 0 or required <= free:
        return None
    return (
        f"Insufficient funds. Required: {rupees(required)}, Available: {rupees(free)}, "
        f"Shortage: {rupees(required - free)}"
    )


def require_shares(state: BookState, order: PaperOrder) -> None:
    """Raises BrokerRefused when a delivery sale is not covered by shares that no other order sells."""
    terms = order.terms
    if terms.product is not Product.CNC or terms.action is not Action.SELL:
        return
    owned, selling = state.reducible(terms.position_key, terms.action), _others(state, order)
    if owned <= 0:
        raise BrokerRefused(
            f"Cannot sell {terms.symbol} in CNC. No position or holding is there to be delivered; "
            "MIS allows selling short within the day."
        )
    if left_of(order) > owned - selling:
        raise BrokerRefused(
            f"Cannot sell {plain(left_of(order))} {terms.symbol} in CNC: {plain(owned)} owned, "
            f"{plain(selling)} of them in open sell orders."
        )


def only_reduces(state: BookState, order: PaperOrder) -> bool:
    """Whether it, and what else waits on its side, can do no more than close the position."""
    terms = order.terms
    return left_of(order) + _others(state, order) <= state.reducible(terms.position_key, terms.action)


def _others(state: BookState, order: PaperOrder) -> Decimal:
    terms = order.terms
    queue = state.ladder(ticker_of(terms)).queues.get((terms.product, terms.action))
    before = state.find_resting(order.broker_order_id)
    return (queue.quantity if queue else ZERO) - (left_of(before) if before else ZERO)


def _exposure(held: Position | Holding) -> Decimal:
    # What has no price is worth what it cost.
    return abs(held.quantity) * (held.ltp or held.average_price)
