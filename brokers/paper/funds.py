"""Whether a paper book can afford an order: money for what opens, shares for what delivers."""

from collections.abc import Iterable
from decimal import Decimal

from brokers.paper.state import BookState
from brokers.tickers import ticker_of
from core.books import Funds, Position
from core.errors import BrokerRefused
from core.money import ZERO, plain, rupees
from core.orders import Action, LegTerms, PriceType, Product


def margin(quantity: Decimal, price: Decimal) -> Decimal:
    """The money that an open quantity ties up, in rupees: its whole value."""
    return abs(quantity) * price


def used(state: BookState) -> Decimal:
    """What positions, holdings and resting orders tie up together, in rupees."""
    positions = sum((margin(p.quantity, p.average_price) for p in state.positions.values()), ZERO)
    holdings = sum((margin(h.quantity, h.average_price) for h in state.holdings.values()), ZERO)
    return positions + holdings + _reserved(state)


def render_funds(state: BookState, positions: Iterable[Position]) -> Funds:
    """The book's money, given its positions at their last prices."""
    tied_up = used(state)
    return Funds(
        available=state.cash - tied_up,
        used=tied_up,
        realised=sum((p.realised for p in state.positions.values()), ZERO),
        unrealised=sum((p.unrealised for p in positions), ZERO),
    )


def require_shares(state: BookState, terms: LegTerms) -> None:
    """Raises BrokerRefused when a delivery sale is not covered by shares that no other order sells."""
    if terms.product is not Product.CNC or terms.action is not Action.SELL:
        return
    owned, selling = _reducible(state, terms), _queued(state, terms)
    if owned <= 0:
        raise BrokerRefused(
            f"Cannot sell {terms.symbol} in CNC. No position or holding is there to be delivered; "
            "MIS allows selling short within the day."
        )
    if terms.quantity > owned - selling:
        raise BrokerRefused(
            f"Cannot sell {plain(terms.quantity)} {terms.symbol} in CNC: {plain(owned)} owned, "
            f"{plain(selling)} of them in open sell orders."
        )


def require_funds(state: BookState, terms: LegTerms, fill_price: Decimal | None) -> None:
    """Raises BrokerRefused when the part that opens a position costs more than is available.

    `fill_price` is None for an order that will rest.
    """
    free = _reducible(state, terms)
    if fill_price is None:
        free -= _queued(state, terms)
    opening = terms.quantity - min(max(free, ZERO), terms.quantity)
    required = margin(opening, _resting_price(terms) if fill_price is None else fill_price)
    available = state.cash - used(state)
    if required > available and opening:
        raise BrokerRefused(
            f"Insufficient funds. Required: {rupees(required)}, Available: {rupees(available)}, "
            f"Shortage: {rupees(required - available)}"
        )


def _reducible(state: BookState, terms: LegTerms) -> Decimal:
    quantity = state.position(terms).quantity
    if terms.action is Action.BUY:
        return max(-quantity, ZERO)
    return max(quantity, ZERO) + state.held(terms)


def _queued(state: BookState, terms: LegTerms) -> Decimal:
    orders = state.resting.get(ticker_of(terms), {}).values()
    same = (o.terms for o in orders if (o.terms.product, o.terms.action) == (terms.product, terms.action))
    return sum((queued.quantity for queued in same), ZERO)


def _resting_price(terms: LegTerms) -> Decimal:
    return terms.trigger_price if terms.pricetype is PriceType.SL_M else terms.price


def _reserved(state: BookState) -> Decimal:
    # Older orders use up the position first: whatever it no longer covers would open one.
    uncovered: dict[tuple[str, str, Product, Action], Decimal] = {}
    total = ZERO
    for terms in (order.terms for order in state.resting_orders()):
        side = (terms.exchange, terms.symbol, terms.product, terms.action)
        free = uncovered[side] if side in uncovered else _reducible(state, terms)
        covered = min(free, terms.quantity)
        uncovered[side] = free - covered
        total += margin(terms.quantity - covered, _resting_price(terms))
    return total
