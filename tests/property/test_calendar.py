"""Of every exchange, on every day of the known years and of those that are only guessed."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.settings.calendar_file import load_calendar
from core.calendar.expiries import DayOfMonth, LastWeekday, TradingDayFromEnd
from core.clock import IST
from core.market.instruments import EXCHANGES

CALENDAR = load_calendar()
DAY = timedelta(days=1)
FIRST, LAST = date(2024, 1, 1), date(2029, 12, 31)
exchanges = st.sampled_from(EXCHANGES)
days = st.dates(FIRST, LAST)
moments = st.datetimes(
    datetime.combine(FIRST, time.min), datetime.combine(LAST, time.max), timezones=st.sampled_from([UTC, IST])
)


@given(exchanges, days)
def test_a_session_is_in_order_and_within_its_day(exchange: str, day: date) -> None:
    found = CALENDAR.session_on(exchange, day)
    if found is not None:
        midnight = datetime.combine(day, time.min, IST)
        assert midnight <= found.opens < found.closes <= midnight + DAY


@given(exchanges, moments)
def test_open_means_in_the_session_of_that_day(exchange: str, moment: datetime) -> None:
    today = CALENDAR.session_on(exchange, moment.astimezone(IST).date())
    is_open = today is not None and today.opens <= moment < today.closes
    assert CALENDAR.is_open(exchange, moment) is is_open
    assert (CALENDAR.why_closed(exchange, moment) == "") is is_open


@given(exchanges, moments)
def test_the_next_session_is_ahead_and_none_is_between(exchange: str, moment: datetime) -> None:
    then = CALENDAR.next_session(exchange, moment)
    assert then.opens > moment
    day = moment.astimezone(IST).date()
    while day < then.opens.astimezone(IST).date():
        between = CALENDAR.session_on(exchange, day)
        assert between is None or between.opens <= moment
        day += DAY


@given(exchanges, moments)
def test_the_last_session_is_over_and_none_ended_since(exchange: str, moment: datetime) -> None:
    last = CALENDAR.last_session(exchange, moment)
    assert last.closes <= moment
    day = last.opens.astimezone(IST).date() + DAY
    while day <= moment.astimezone(IST).date():
        since = CALENDAR.session_on(exchange, day)
        assert since is None or since.closes > moment
        day += DAY


@given(exchanges, moments)
def test_after_the_last_session_comes_the_next_or_one_is_running(exchange: str, moment: datetime) -> None:
    following = CALENDAR.next_session(exchange, CALENDAR.last_session(exchange, moment).opens)
    assert following.opens <= moment < following.closes or following == CALENDAR.next_session(exchange, moment)


@given(exchanges, days)
def test_square_off_is_within_the_session(exchange: str, day: date) -> None:
    found = CALENDAR.session_on(exchange, day)
    if found is not None:
        squared = CALENDAR.square_off_at(found)
        assert squared is None or found.opens <= squared <= found.closes - timedelta(minutes=5)


@given(exchanges, days)
def test_what_is_not_known_is_a_guess_and_nothing_else_is(exchange: str, day: date) -> None:
    found = CALENDAR.market_day(exchange, day)
    never_closes = exchange in {"CRYPTO", "GLOBAL_INDEX"}
    assert (found.note != "") is (CALENDAR.doubt(day) != "" and not never_closes)
    assert found.session is None or found.session.note == found.note


@given(exchanges, days)
def test_what_is_known_to_be_closed_has_no_session(exchange: str, day: date) -> None:
    if CALENDAR.is_known_closed(exchange, day):
        assert CALENDAR.session_on(exchange, day) is None


@given(
    st.sampled_from(["NFO", "BFO", "CDS", "BCD", "MCX"]),
    st.one_of(
        st.integers(0, 4).map(LastWeekday),
        st.integers(1, 28).map(DayOfMonth),
        st.integers(1, 9).map(TradingDayFromEnd),
    ),
    st.dates(date(2024, 1, 1), date(2040, 12, 31)),
)
def test_a_month_expires_on_a_trading_day(
    exchange: str, rule: LastWeekday | DayOfMonth | TradingDayFromEnd, month: date
) -> None:
    assert CALENDAR.session_on(exchange, rule.expiry(exchange, month.year, month.month, CALENDAR)) is not None
