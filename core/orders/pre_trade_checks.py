"""Checks of an order that do not depend on market prices: symbol, product, lots, ticks, freeze quantity."""

from dataclasses import replace
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation

from core.clock import IST
from core.errors import Invalid
from core.market.instruments import EQUITY_EXCHANGES, Instrument, InstrumentType
from core.money import ZERO, plain
from core.orders.order import Action, LegTerms, PriceType, Product

_NEEDS_PRICE = frozenset({PriceType.LIMIT, PriceType.SL})
_NEEDS_TRIGGER = frozenset({PriceType.SL, PriceType.SL_M})


def require_tradable(
    terms: LegTerms, instrument: Instrument | None, now: datetime, leaving: Decimal = ZERO
) -> Instrument:
    """The instrument. Raises Invalid with the first reason why no market price would make this order acceptable.

    `leaving` is what is held of it when the order can do no more than reduce that, else 0. Lots and freeze
    quantities change while something is held, and must not keep anybody in.
    """
    listed = _require_listed(terms, instrument, now)
    _require_product(terms)
    _require_quantity(terms, listed, leaving)
    if terms.pricetype in _NEEDS_PRICE:
        _require_price(terms, "price", terms.price, listed)
    if terms.pricetype in _NEEDS_TRIGGER:
        _require_price(terms, "trigger price", terms.trigger_price, listed)
    return listed


def brought_to_tick(terms: LegTerms, tick: Decimal) -> LegTerms:
    """The terms with their prices on the tick, on the safe side: a limit is never worse, a stop is never later.

    A purchase's prices go down, a sale's up. What is on the tick stays, and so does what has no tick beside it.
    """
    rounding = ROUND_FLOOR if terms.action is Action.BUY else ROUND_CEILING
    limit = _to_tick(terms.price, tick, rounding) if terms.pricetype in _NEEDS_PRICE else terms.price
    is_stop = terms.pricetype in _NEEDS_TRIGGER
    trigger = _to_tick(terms.trigger_price, tick, rounding) if is_stop else terms.trigger_price
    return replace(terms, price=limit, trigger_price=trigger)


def _to_tick(value: Decimal, tick: Decimal, rounding: str) -> Decimal:
    if _is_multiple(value, tick):
        return value
    try:
        moved = (value / tick).to_integral_value(rounding) * tick
    except InvalidOperation:
        return value
    return moved if moved > 0 else value


def _require_listed(terms: LegTerms, instrument: Instrument | None, now: datetime) -> Instrument:
    if instrument is None:
        raise Invalid(f"Symbol {terms.symbol} not found on {terms.exchange}")
    if instrument.type is InstrumentType.INDEX:
        raise Invalid(f"{terms.symbol} on {terms.exchange} is an index and cannot be traded")
    if instrument.expiry and now.astimezone(IST).date() > instrument.expiry:
        raise Invalid(f"{terms.symbol} expired on {instrument.expiry:%d %b %Y}")
    if instrument.trades_until and now >= instrument.trades_until:
        closed = instrument.trades_until.astimezone(IST)
        raise Invalid(f"{terms.symbol} has expired: its last session closed on {closed:%d %b %Y} at {closed:%H:%M}")
    return instrument


def _require_product(terms: LegTerms) -> None:
    is_equity = terms.exchange in EQUITY_EXCHANGES
    if is_equity and terms.product is Product.NRML:
        raise Invalid(f"NRML cannot be used for {terms.exchange} equity. Use CNC for delivery or MIS for intraday.")
    if not is_equity and terms.product is Product.CNC:
        raise Invalid(f"CNC cannot be used on {terms.exchange}. Use NRML to carry forward or MIS for intraday.")


def is_usual_quantity(terms: LegTerms, instrument: Instrument) -> bool:
    """Whether it is in whole lots and within the freeze quantity, so that it may be ordered whatever is held."""
    is_frozen = bool(instrument.freeze_quantity) and terms.quantity > instrument.freeze_quantity
    return not is_frozen and _is_multiple(terms.quantity, Decimal(instrument.lot))


def _require_quantity(terms: LegTerms, instrument: Instrument, leaving: Decimal) -> None:
    # What is held in whole lots can be left in whole lots.
    is_odd = not _is_multiple(leaving, Decimal(instrument.lot))
    if not _is_multiple(terms.quantity, Decimal(1 if is_odd else instrument.lot)):
        raise Invalid(f"Quantity must be in multiples of lot size {instrument.lot}")
    if terms.quantity <= 0:
        raise Invalid("Quantity must be a positive number")
    if not leaving and instrument.freeze_quantity and terms.quantity > instrument.freeze_quantity:
        raise Invalid(f"Quantity is above the freeze quantity {instrument.freeze_quantity}; split the order")


def _require_price(terms: LegTerms, field: str, value: Decimal, instrument: Instrument) -> None:
    if value <= 0:
        raise Invalid(f"{terms.pricetype} orders require {field}")
    if not _is_multiple(value, instrument.tick):
        raise Invalid(
            f"{field.capitalize()} {plain(value)} is not a multiple of the tick size {plain(instrument.tick)}"
        )


def _is_multiple(value: Decimal, step: Decimal) -> bool:
    try:
        return value % step == 0
    except InvalidOperation:  # more digits than a quotient can have: no market has such numbers
        return False
