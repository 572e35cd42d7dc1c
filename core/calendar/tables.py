"""The years as the exchanges published them; `source` says where each comes from."""

from datetime import date, time

from core.calendar.days import (
    ALL_BUT_MCX,
    CURRENCIES,
    EVENING,
    EXCHANGES,
    SHARES,
    USUAL_CLOSE,
    Holiday,
    HolidayKind,
    Hours,
    Year,
)

EVERY_YEAR = {
    (1, 26): "Republic Day",
    (8, 15): "Independence Day",
    (10, 2): "Mahatma Gandhi Jayanti",
    (12, 25): "Christmas",
}
"""Month and day of the holidays on which every exchange is closed in any year."""

_MORNING: Hours = (time(9), EVENING)
_BUDGET: Hours = (time(9, 15), time(15, 30))


def _closed(year: int, month: int, day: int, name: str) -> Holiday:
    """Nothing trades."""
    return Holiday(date(year, month, day), name, HolidayKind.TRADING, EXCHANGES)


def _evening(year: int, month: int, day: int, name: str) -> Holiday:
    """Only commodities trade, and only in the evening."""
    hours = {"MCX": (EVENING, USUAL_CLOSE)}
    return Holiday(date(year, month, day), name, HolidayKind.TRADING, ALL_BUT_MCX, hours)


def _bank(year: int, month: int, day: int, name: str) -> Holiday:
    """Everything but currencies trades."""
    return Holiday(date(year, month, day), name, HolidayKind.SETTLEMENT, CURRENCIES)


_2026 = (
    Holiday(date(2026, 1, 1), "New Year (no evening session)", HolidayKind.SPECIAL, hours={"MCX": _MORNING}),
    _evening(2026, 1, 15, "Municipal Corporation Election in Maharashtra"),
    _closed(2026, 1, 26, "Republic Day"),
    Holiday(
        date(2026, 2, 1),
        "Union Budget (Sunday session)",
        HolidayKind.SPECIAL,
        CURRENCIES,
        {**dict.fromkeys(SHARES, _BUDGET), "MCX": _MORNING},
    ),
    _closed(2026, 2, 15, "Mahashivratri"),
    _bank(2026, 2, 19, "Chhatrapati Shivaji Maharaj Jayanti"),
    _evening(2026, 3, 3, "Holi"),
    _bank(2026, 3, 19, "Gudi Padwa"),
    _closed(2026, 3, 21, "Id-Ul-Fitr (Ramadan Eid)"),
    _evening(2026, 3, 26, "Shri Ram Navami"),
    _evening(2026, 3, 31, "Shri Mahavir Jayanti"),
    _bank(2026, 4, 1, "Annual Bank Closing"),
    _closed(2026, 4, 3, "Good Friday"),
    _evening(2026, 4, 14, "Dr. Baba Saheb Ambedkar Jayanti"),
    _evening(2026, 5, 1, "Maharashtra Day"),
    _evening(2026, 5, 28, "Bakri Id"),
    _evening(2026, 6, 26, "Muharram"),
    _closed(2026, 8, 15, "Independence Day"),
    _bank(2026, 8, 26, "Id-E-Milad"),
    _evening(2026, 9, 14, "Ganesh Chaturthi"),
    _closed(2026, 10, 2, "Mahatma Gandhi Jayanti"),
    _evening(2026, 10, 20, "Dussehra"),
    Holiday(date(2026, 11, 8), "Diwali Laxmi Pujan (Muhurat Trading)", HolidayKind.SPECIAL, hours_known=False),
    _evening(2026, 11, 10, "Diwali-Balipratipada"),
    _evening(2026, 11, 24, "Prakash Gurpurb Sri Guru Nanak Dev"),
    _closed(2026, 12, 25, "Christmas"),
)

_2027 = (
    _closed(2027, 1, 26, "Republic Day"),
    _closed(2027, 3, 26, "Good Friday"),
    _closed(2027, 8, 15, "Independence Day"),
    _closed(2027, 10, 2, "Mahatma Gandhi Jayanti"),
    _closed(2027, 12, 25, "Christmas"),
)

YEARS = {
    2026: Year(
        2026,
        True,
        "NSE circulars CMTR71775, COM71784, CD71962, CMTR72260, COM72263, CMTR72349, CD72233 and MCX's list for 2026",
        _2026,
    ),
    2027: Year(2027, False, "those that fall on the same day every year, and Good Friday,", _2027),
}
