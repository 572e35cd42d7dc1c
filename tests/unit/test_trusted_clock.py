"""A clock that contradicts other clocks is not believed."""

from datetime import timedelta

import pytest

from core.errors import Unready
from core.services.trusted_clock import TOLERANCE, TrustedClock
from tests.factories import START, SettableClock

A_SECOND = timedelta(seconds=1)


@pytest.fixture
def trusted(clock: SettableClock) -> TrustedClock:
    """The clock under test, over one that the test sets."""
    return TrustedClock(clock)


def test_undisputed_time_is_believed(trusted: TrustedClock) -> None:
    assert trusted.require() == START


def test_time_behind_the_database_is_not_believed(trusted: TrustedClock) -> None:
    trusted.remember(START + TOLERANCE + A_SECOND)

    with pytest.raises(Unready, match=r"2026-11-23 10:00:00 IST.*2026-11-23 10:02:01 IST.*Nothing is executed"):
        trusted.require()


def test_time_a_little_behind_the_database_is_believed(trusted: TrustedClock) -> None:
    trusted.remember(START + TOLERANCE)

    assert trusted.require() == START


def test_an_older_record_changes_nothing(trusted: TrustedClock, clock: SettableClock) -> None:
    trusted.remember(START + timedelta(days=1))
    trusted.remember(START)
    trusted.remember(None)

    with pytest.raises(Unready):
        trusted.require()


def test_clock_turned_back_while_running_is_not_believed(trusted: TrustedClock, clock: SettableClock) -> None:
    trusted.require()
    clock.advance(days=-1)

    with pytest.raises(Unready, match="but the database has records of"):
        trusted.require()


@pytest.mark.parametrize(
    ("off", "words"),
    [(timedelta(days=1), "24 h ahead of Telegram's"), (timedelta(days=-1), "24 h behind Telegram's")],
)
def test_time_far_from_telegrams_is_not_believed(trusted: TrustedClock, off: timedelta, words: str) -> None:
    trusted.observe(START - off)

    with pytest.raises(Unready, match=words):
        trusted.require()


@pytest.mark.parametrize("off", [TOLERANCE, -TOLERANCE])
def test_time_close_to_telegrams_is_believed(trusted: TrustedClock, off: timedelta) -> None:
    trusted.observe(START - off)

    assert trusted.require() == START


def test_a_corrected_clock_is_believed_again(trusted: TrustedClock, clock: SettableClock) -> None:
    clock.advance(days=1)
    trusted.observe(START)
    with pytest.raises(Unready):
        trusted.require()
    clock.advance(days=-1)
    trusted.observe(START)

    assert trusted.require() == START


def test_the_time_can_always_be_shown(trusted: TrustedClock) -> None:
    trusted.observe(START - timedelta(days=1))

    assert trusted.now() == START
