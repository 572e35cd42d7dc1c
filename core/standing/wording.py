"""Standing approvals as people read them."""

from datetime import date
from decimal import Decimal

from core.market.instruments import Ticker
from core.money import group_indian, plain, rupees
from core.orders.order import Action
from core.standing.approvals import ANY, Bound, Size, Terms, Unit

SOME = 8


def render_bound(bound: Bound) -> str:
    """`₹50,000`, `200 shares`, `2 lots`."""
    return _amount(bound.most, bound.unit)


def render_day(day: date) -> str:
    """`31 Dec 2026`."""
    return f"{day.day} {day:%b %Y}"


def what_orders(terms: Terms, most: int = SOME) -> str:
    """Which orders: `BUY NSE:SBIN, NSE:INFY`, `Exits only, of anything`; so many instruments by name."""
    names = [ticker_name(one) for one in sorted(terms.tickers)]
    listed = ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
    if not terms.exits_only:
        return f"{terms.action} {listed}"
    side = {None: "Exits only", Action.SELL: "Exits only, by selling", Action.BUY: "Exits only, by buying"}
    return f"{side[terms.action]}, of {'anything' if terms.tickers == ANY else listed}"


def how_much(terms: Terms) -> list[str]:
    """The bounds, one line each."""
    if terms.per_order is None and terms.per_day is None:
        return ["at most what closes the position"]
    lines = [f"an order: at most {render_bound(terms.per_order)}"] if terms.per_order else []
    return [*lines, f"a day: at most {render_bound(terms.per_day)} in all"] if terms.per_day else lines


def used_today(terms: Terms, used: Size) -> str:
    """`₹32,000 of ₹50,000 used today`; in rupees where a day has no bound."""
    if terms.per_day is None:
        return f"{_amount(used.rupees, Unit.RUPEES)} used today"
    unit = terms.per_day.unit
    return f"{_amount(used.measured_in(unit), unit)} of {render_bound(terms.per_day)} used today"


def above(bound: Bound, size: Size, of_what: str) -> str:
    """That a size is above its bound: `₹60,000 is above ₹50,000 a day`."""
    return f"{_amount(size.measured_in(bound.unit), bound.unit)} is above {render_bound(bound)} {of_what}"


def ticker_name(ticker: Ticker) -> str:
    """`NSE:SBIN`."""
    return ":".join(ticker)


def _amount(value: Decimal, unit: Unit) -> str:
    if unit is Unit.RUPEES:
        return rupees(value).removesuffix(".00")
    whole, dot, rest = plain(value).partition(".")
    word = unit.value.removesuffix("s") if value == 1 else unit.value
    return f"{group_indian(whole)}{dot}{rest} {word}"
