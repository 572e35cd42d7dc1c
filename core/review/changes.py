"""What a client may change about an order before approving it, and what was asked before they did."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from core.clock import utc_text
from core.errors import Invalid
from core.market.instruments import Instrument
from core.money import EXACT, ZERO, plain, rupees
from core.orders.bounds import Bounds
from core.orders.intents import Single, dump_intent, parse_intent
from core.orders.order import ApiType, LegTerms, Order, PriceType
from core.orders.states import QueueStatus

FRACTIONS = (2, 4)
"""Half and a quarter."""
TICKS = (-5, -1, 0, 1, 5)
NOT_CHANGEABLE = "The terms of this order cannot be changed here."
_PRICED = frozenset({PriceType.MARKET, PriceType.LIMIT, PriceType.SL})


@dataclass(frozen=True, slots=True)
class Asked:
    """What the strategy asked for, and who changed it when."""

    terms: LegTerms
    changed_by: str
    changed_at: datetime

    def dump(self) -> str:
        """As it is stored with the order and on its trail."""
        told = {"by": self.changed_by, "at": utc_text(self.changed_at)}
        return json.dumps({**json.loads(dump_intent(Single(self.terms))), **told}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Change:
    """What a client wants changed; `restore` brings back what was asked."""

    quantity: Decimal | None = None
    price: Decimal | None = None
    restore: bool = False


def parse_asked(text: str) -> Asked | None:
    """What was asked, as it was stored; None for what cannot be read any more."""
    intent = parse_intent(text)
    if not isinstance(intent, Single):
        return None
    try:
        told = json.loads(text)
        return Asked(intent.terms, str(told["by"]), datetime.fromisoformat(told["at"]))
    except (ValueError, KeyError, TypeError):
        return None


def is_changeable(order: Order) -> bool:
    """Whether it waits, and its one leg says all of it; the legs of other orders are worked out from a request."""
    is_plain = order.api_type is ApiType.PLACEORDER and len(order.legs) == 1 and order.intent is None
    return order.status is QueueStatus.PENDING and is_plain


def may_change_quantity(order: Order) -> bool:
    """Whether there is another quantity to choose."""
    bounds = order.bounds or Bounds()
    more_than_a_lot = order.legs[0].terms.quantity > Decimal(order.facts.get("lot", "1"))
    return is_changeable(order) and (bounds.quantity is not None or more_than_a_lot or order.asked is not None)


def may_change_price(order: Order) -> bool:
    """Whether the strategy lets its limit be chosen."""
    bounds = order.bounds or Bounds()
    return is_changeable(order) and bounds.price is not None and order.legs[0].terms.pricetype in _PRICED


def asked_terms(order: Order) -> LegTerms:
    """What the strategy asked for. Raises Invalid when that cannot be read any more."""
    if order.asked is None:
        return order.legs[0].terms
    asked = parse_asked(order.asked)
    if asked is None:
        raise Invalid(NOT_CHANGEABLE)
    return asked.terms


def changed_terms(order: Order, change: Change) -> LegTerms:
    """The order's terms with this change. Raises Invalid for what its strategy does not allow."""
    if not is_changeable(order):
        raise Invalid(NOT_CHANGEABLE)
    asked, terms = asked_terms(order), order.legs[0].terms
    if change.restore:
        return asked
    if change.quantity is not None:
        _require_quantity(change.quantity, asked, order.bounds or Bounds())
        terms = replace(terms, quantity=change.quantity)
    if change.price is not None:
        _require_price(change.price, terms, order.bounds or Bounds())
        pricetype = PriceType.LIMIT if terms.pricetype is PriceType.MARKET else terms.pricetype
        terms = replace(terms, price=change.price, pricetype=pricetype)
    return terms


def offered_quantities(order: Order, instrument: Instrument) -> list[tuple[int, Decimal]]:
    """Half and a quarter of what was asked, in whole lots, as far as they are allowed and not there already."""
    asked = asked_terms(order)
    lot = Decimal(1 if asked.quantity % instrument.lot else instrument.lot)
    sizes = [(one, EXACT.divide_int(EXACT.divide(asked.quantity, Decimal(one)), lot) * lot) for one in FRACTIONS]
    return [(one, size) for one, size in sizes if _would_change(order, Change(quantity=size))]


def offered_prices(order: Order, instrument: Instrument, last: Decimal | None) -> list[Decimal]:
    """Limits some ticks away from the present one, or from the last price when there is none yet."""
    terms = order.legs[0].terms
    base = last if terms.pricetype is PriceType.MARKET else terms.price
    if base is None:
        return []
    on_tick = EXACT.divide_int(base, instrument.tick) * instrument.tick
    prices = [on_tick + ticks * instrument.tick for ticks in TICKS]
    return [price for price in prices if _would_change(order, Change(price=price))]


def _would_change(order: Order, change: Change) -> bool:
    try:
        return changed_terms(order, change) != order.legs[0].terms
    except Invalid:
        return False


def _require_quantity(quantity: Decimal, asked: LegTerms, bounds: Bounds) -> None:
    if quantity <= ZERO:
        raise Invalid("The quantity must be above 0.")
    if bounds.quantity is not None:
        if quantity not in bounds.quantity:
            raise Invalid(f"The strategy allows a quantity of {bounds.quantity}.")
    elif quantity > asked.quantity:
        raise Invalid(f"The strategy asked for {plain(asked.quantity)}; it can only be made smaller.")


def _require_price(price: Decimal, terms: LegTerms, bounds: Bounds) -> None:
    if bounds.price is None or terms.pricetype not in _PRICED:
        raise Invalid("The strategy does not let its price be changed.")
    if price not in bounds.price:
        raise Invalid(f"The strategy allows a limit of {rupees(bounds.price.low)} to {rupees(bounds.price.high)}.")
