"""Quantities, prices, distances and times as a card shows them: exact, never rounded to look different."""

from datetime import datetime
from decimal import Decimal

from core import money
from core.clock import IST, render_ist_time
from core.money import PAISA, group_indian, plain, rupees, to_paise


def quantity(value: Decimal) -> str:
    """A number of shares or units; grouped as lakh and crore from five digits on."""
    whole, dot, rest = plain(abs(value)).partition(".")
    grouped = group_indian(whole) if len(whole) > 4 else whole
    return f"{'-' if value < 0 else ''}{grouped}{dot}{rest}"


def price(value: Decimal) -> str:
    """A price in rupees with all its decimals, at least two: `₹84.1225`."""
    if value == value.quantize(PAISA):
        return rupees(value)
    whole, _, decimals = plain(abs(value)).partition(".")
    return f"{'-' if value < 0 else ''}₹{group_indian(whole)}.{decimals}"


def mean_price(value: Decimal) -> str:
    """What fills came to on average; unlike a price of an order it may be rounded."""
    return price(money.mean_price(value))


def signed_rupees(value: Decimal) -> str:
    """A profit or loss: `+₹120.00`, `-₹80.50`."""
    return f"+{rupees(value)}" if to_paise(value) > 0 else rupees(value)


def counted(count: int, thing: str) -> str:
    """`1 order`, `2 orders`; `thing` is singular and takes an s."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def distance(last: Decimal, wanted: Decimal, name: str) -> str:
    """How far the last price is from a price of the order: `0.41% above the limit`."""
    percent = (last - wanted) / wanted * 100
    if not percent:
        return f"exactly at the {name}"
    size = f"{abs(percent):.2f}" if abs(percent) >= Decimal("0.005") else "less than 0.01"
    return f"{size}% {'above' if percent > 0 else 'below'} the {name}"


def moved(now: Decimal, then: Decimal) -> str:
    """How far a price has moved, with its sign: `+0.41%`."""
    percent = (now - then) / then * 100
    size = f"{abs(percent):.2f}%" if abs(percent) >= Decimal("0.005") else "less than 0.01%"
    return f"{'+' if percent > 0 else '-'}{size}"


def clock_time(at: datetime) -> str:
    """An hour as Telegram HTML that each reader's own phone puts into their own time; where it cannot, in IST."""
    return f'<tg-time unix="{int(at.timestamp())}" format="t">{at.astimezone(IST):%H:%M} IST</tg-time>'


def moment(at: datetime, now: datetime) -> str:
    """A time of day in IST, with its date when that is not today."""
    local = at.astimezone(IST)
    if local.date() == now.astimezone(IST).date():
        return render_ist_time(at)
    return f"{local:%d %b %H:%M:%S} IST"
