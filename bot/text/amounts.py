"""Quantities, prices, distances and times as a card shows them: exact, never rounded to look different."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.text import card_face as texts
from bot.text.language.translation import plural, spoken
from core import money
from core.accounts import Language
from core.clock import IST, render_duration, render_ist_time
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
    """`1 order`, `2 orders`; `thing` is English, singular and takes an s."""
    return plural(f"{{count}} {thing}", f"{{count}} {thing}s", count).format(count=count)


def distance(last: Decimal, wanted: Decimal, name: str) -> str:
    """How far the last price is from a price of the order: `0.41% above the limit`."""
    percent = (last - wanted) / wanted * 100
    if not percent:
        return texts.EXACTLY_AT.format(name=name)
    return (texts.ABOVE if percent > 0 else texts.BELOW).format(percent=_percent(percent), name=name)


def moved(now: Decimal, then: Decimal) -> str:
    """How far a price has moved, with its sign: `+0.41%`."""
    percent = (now - then) / then * 100
    return f"{'+' if percent > 0 else '-'}{_percent(percent)}"


def _percent(value: Decimal) -> str:
    return f"{abs(value):.2f}%" if abs(value) >= Decimal("0.005") else texts.UNDER_A_HUNDREDTH


def duration(length: timedelta) -> str:
    """A length of time, short enough for a phone: `45 s`, `12 min`, `2 h 5 min`."""
    return " ".join(texts.UNITS_OF_TIME.get(word, word) for word in render_duration(length).split(" "))


def day(of: date) -> str:
    """A day of the year: `28 Nov`."""
    return _written(of, f"{of:%d %b}", "d MMM")


def day_of_year(of: date) -> str:
    """A day with its year: `28 Nov 2026`."""
    return _written(of, f"{of:%d %b %Y}", "d MMM y")


def day_of_week(of: date) -> str:
    """A day with the day of the week: `Sat 28 Nov 2026`."""
    return _written(of, f"{of:%a} {of.day} {of:%b %Y}", "EEE d MMM y")


def _written(of: date, english: str, pattern: str) -> str:
    """In English as the program has always written it, else as people who read the language do."""
    if spoken() is Language.ENGLISH:
        return english
    # Only needed where somebody reads another language, and it takes a while to import.
    from babel.dates import format_date

    return format_date(of, pattern, locale=spoken().value)


def clock_time(at: datetime) -> str:
    """An hour as Telegram HTML that each reader's own phone puts into their own time; where it cannot, in IST."""
    return f'<tg-time unix="{int(at.timestamp())}" format="t">{at.astimezone(IST):%H:%M} IST</tg-time>'


def moment(at: datetime, now: datetime) -> str:
    """A time of day in IST, with its date when that is not today."""
    local = at.astimezone(IST)
    if local.date() == now.astimezone(IST).date():
        return render_ist_time(at)
    return f"{day(local.date())} {local:%H:%M:%S} IST"
