"""Amounts and lengths of time survive being written and read."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from core.clock import parse_duration, render_duration
from core.money import group_indian, plain, rupees
from db.tables.column_types import Amount, Moment

AMOUNTS = st.decimals(-(10**15), 10**15, places=2)
SQLITE = sqlite.dialect()


@given(AMOUNTS)
def test_rupees_say_the_amount_and_nothing_else(amount: Decimal) -> None:
    text = rupees(amount)

    assert Decimal(text.replace("₹", "").replace(",", "")) == amount


@given(st.integers(0, 10**20))
def test_indian_groups_are_twos_before_one_three(number: int) -> None:
    first, *rest = group_indian(str(number)).split(",")

    assert 1 <= len(first) <= (2 if rest else 3)
    assert [len(group) for group in rest] == [2] * (len(rest) - 1) + [3] * bool(rest)
    assert int("".join([first, *rest])) == number


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_plain_number_is_read_back_exactly(value: Decimal) -> None:
    text = plain(value)

    assert Decimal(text) == value
    assert "E" not in text


@given(AMOUNTS, AMOUNTS)
def test_sums_are_exact(one: Decimal, other: Decimal) -> None:
    assert Decimal(plain(one)) + Decimal(plain(other)) == one + other


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**15, places=8))
def test_database_keeps_an_amount_to_the_last_digit(value: Decimal) -> None:
    stored = Amount().process_bind_param(value, SQLITE)

    assert Amount().process_result_value(stored, SQLITE) == value


@given(st.datetimes(timezones=st.timezones(), min_value=datetime(1980, 1, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001
def test_database_keeps_a_moment(moment: datetime) -> None:
    stored = Moment().process_bind_param(moment, SQLITE)

    back = Moment().process_result_value(stored, SQLITE)
    assert back == moment.astimezone(UTC)
    assert back is not None
    assert back.tzinfo is UTC


@given(st.lists(st.datetimes(timezones=st.just(UTC), min_value=datetime(1980, 1, 1)), min_size=2, max_size=2))  # noqa: DTZ001
def test_stored_moments_sort_like_time(moments: list[datetime]) -> None:
    stored = [str(Moment().process_bind_param(moment, SQLITE)) for moment in moments]

    assert (stored[0] < stored[1]) == (moments[0] < moments[1])


@given(st.integers(1, 999_999), st.sampled_from("smhd"))
def test_written_duration_is_read_as_meant(number: int, unit: str) -> None:
    seconds = number * {"s": 1, "m": 60, "h": 3600, "d": 86400}[unit]

    assert parse_duration(f"{number}{unit}") == timedelta(seconds=seconds)


@given(st.integers(0, 10**7))
def test_shown_duration_is_never_longer_than_the_real_one(seconds: int) -> None:
    parts = render_duration(timedelta(seconds=seconds)).split()

    sizes = {"s": 1, "min": 60, "h": 3600}
    shown = sum(int(number) * sizes[unit] for number, unit in zip(parts[::2], parts[1::2], strict=True))
    assert 0 <= seconds - shown < 60
