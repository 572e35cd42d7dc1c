"""The rows of OpenAlgo's sandbox in our terms. Every function raises Invalid for what cannot be ours."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from core.clock import IST, trading_day
from core.errors import Invalid
from core.market.instruments import FRACTIONAL_EXCHANGES
from core.money import ZERO
from core.openalgo.rows import Row, amount, text
from core.openalgo.stamps import moment, readings
from core.orders.gtt import Gtt, Side
from core.orders.order import Action, LegTerms, PriceType, Product
from core.portfolio.paper_book import PaperHead
from core.portfolio.positions import Holding, Position

W = TypeVar("W", bound=StrEnum)
_OPEN = ("open", "trigger pending", "trigger_pending")
_SHARED = ("action", "quantity", "product", "pricetype")
_ONE_SIDE_MOVED = "one of its sides has been reached there, so its order may have been placed"


def is_open(order: Row) -> bool:
    """Whether an order still waits there."""
    return text(order, "order_status") in _OPEN


def is_active(gtt: Row) -> bool:
    """Whether a trigger still waits there."""
    return text(gtt, "gtt_status") in ("active", "triggering")


def is_held(position: Row) -> bool:
    """Whether anything is left of a position."""
    return text(position, "quantity") not in ("", "0", "0.0")


def order_terms(row: Row) -> LegTerms:
    """What an order that waits asks for."""
    if amount(row, "filled_quantity"):
        raise Invalid("it is filled in part")
    return LegTerms(
        exchange=text(row, "exchange"),
        symbol=text(row, "symbol"),
        action=_word(Action, row, "action"),
        quantity=_quantity(row),
        pricetype=_word(PriceType, row, "price_type"),
        product=_word(Product, row, "product"),
        price=amount(row, "price"),
        trigger_price=amount(row, "trigger_price"),
    )


def placed_at(order: Row) -> datetime:
    """When an order was placed there."""
    at = moment(order, "order_timestamp", IST)
    if at is None:
        raise Invalid("it does not say when it was placed")
    return at


def gtt_terms(row: Row, legs: Sequence[Row]) -> Gtt:
    """What a trigger asks for: its stop-loss side first."""
    if text(row, "gtt_status") != "active" or any(text(leg, "leg_status") != "pending" for leg in legs):
        raise Invalid(_ONE_SIDE_MOVED)
    if len(legs) not in (1, 2):
        raise Invalid(f"it has {len(legs)} sides")
    if len({tuple(text(leg, name) for name in _SHARED) for leg in legs}) > 1:
        raise Invalid("its sides are not of one order")
    for leg in legs:
        _require_ahead(leg, amount(row, "last_price"))
    first = legs[0]
    pricetype = _word(PriceType, first, "pricetype")
    if pricetype not in (PriceType.LIMIT, PriceType.MARKET):
        raise Invalid(f"its pricetype {pricetype} is not one of a trigger")
    limited = pricetype is PriceType.LIMIT
    sides = [Side(amount(leg, "trigger_price"), amount(leg, "price") if limited else ZERO) for leg in legs]
    return Gtt(
        exchange=text(row, "exchange"),
        symbol=text(row, "symbol"),
        action=_word(Action, first, "action"),
        quantity=_quantity({**first, "exchange": row.get("exchange")}),
        product=_word(Product, first, "product"),
        pricetype=pricetype,
        sides=tuple(sorted(sides, key=lambda side: side.trigger)),
        expires_at=moment(row, "expires_at", IST),
    )


def read_position(row: Row, today: date) -> Position:
    """A position; what it made today is today's only if the row moved today by either clock."""
    return Position(
        exchange=text(row, "exchange"),
        symbol=text(row, "symbol"),
        product=_word(Product, row, "product"),
        quantity=_quantity(row),
        average_price=_average(row),
        realised=amount(row, "accumulated_realized_pnl"),
        realised_today=_realised_on(today, row),
    )


def read_holding(row: Row) -> Holding:
    """Delivered shares."""
    settled = moment(row, "settlement_date", IST)
    return Holding(
        exchange=text(row, "exchange"),
        symbol=text(row, "symbol"),
        quantity=_quantity(row),
        average_price=_average(row),
        settled_on=settled and settled.astimezone(IST).date(),
    )


def read_head(row: Row | None, fresh: PaperHead, now: datetime) -> PaperHead:
    """A book's money; what ties it up is reckoned anew from what is held."""
    today = trading_day(now)
    if row is None:
        return PaperHead(fresh.capital, fresh.leverage, day=today)
    capital = amount(row, "total_capital")
    if capital <= ZERO:
        raise Invalid("The total_capital of OpenAlgo's sandbox is not more than 0.")
    return PaperHead(
        capital,
        fresh.leverage,
        realised=amount(row, "realized_pnl"),
        realised_today=_realised_on(today, row),
        day=today,
    )


def _realised_on(today: date, row: Row) -> Decimal:
    is_todays = any(trading_day(at) == today for at in readings(row, "updated_at"))
    return amount(row, "today_realized_pnl") if is_todays else ZERO


def _require_ahead(leg: Row, last_price: Decimal) -> None:
    # Older rows do not name a direction; then it follows from the price of that time, as ours does.
    named = text(leg, "trigger_direction")
    if named and (named == "above") != (amount(leg, "trigger_price") > last_price):
        raise Invalid("its trigger was behind the price already when it was placed")


def _quantity(row: Row) -> Decimal:
    quantity = amount(row, "quantity")
    if text(row, "exchange") not in FRACTIONAL_EXCHANGES and quantity != quantity.to_integral_value():
        raise Invalid("its quantity is not a whole number")
    return quantity


def _average(row: Row) -> Decimal:
    average = amount(row, "average_price")
    if average <= ZERO:
        raise Invalid("its average price is not more than 0")
    return average


def _word(words: type[W], row: Row, name: str) -> W:
    try:
        return words(text(row, name))
    except ValueError:
        raise Invalid(f"its {name} {text(row, name)!r} is not known here") from None
