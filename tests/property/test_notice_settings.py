"""What people choose is read back as it was chosen, and quiet hours hold over midnight."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import IST
from core.insight.notice_settings import Loudness, NoticeKind, NoticeSettings, QuietHours

MINUTES = st.integers(0, 24 * 60 - 1)
MIDNIGHT = datetime(2026, 11, 27, tzinfo=IST)


def at(minute: int) -> time:
    """A time of day by its minute."""
    return time(minute // 60, minute % 60)


HOURS = st.tuples(MINUTES, MINUTES).filter(lambda two: two[0] != two[1])
CHOICES = st.dictionaries(st.sampled_from(NoticeKind), st.sampled_from(Loudness))


@given(CHOICES, st.none() | HOURS)
def test_settings_survive_being_stored(choices: dict[NoticeKind, Loudness], hours: tuple[int, int] | None) -> None:
    settings = NoticeSettings(choices, QuietHours(at(hours[0]), at(hours[1])) if hours else None)

    assert NoticeSettings.from_json(settings.as_json()) == settings


@given(HOURS, MINUTES)
def test_a_minute_is_quiet_if_one_comes_to_it_before_the_end(hours: tuple[int, int], minute: int) -> None:
    begin, end = hours
    quiet = QuietHours(at(begin), at(end))
    length = (end - begin) % (24 * 60)

    moment = (MIDNIGHT + timedelta(minutes=minute)).astimezone(UTC)

    assert quiet.contain(moment) == ((minute - begin) % (24 * 60) < length)


@given(st.sampled_from(NoticeKind), st.sampled_from(Loudness), CHOICES)
def test_a_choice_changes_its_own_kind_only(
    kind: NoticeKind, loudness: Loudness, choices: dict[NoticeKind, Loudness]
) -> None:
    before = NoticeSettings(choices)

    after = before.choosing(kind, loudness)

    assert after.of(kind) is loudness
    assert all(after.of(other) is before.of(other) for other in NoticeKind if other is not kind)


@pytest.mark.parametrize(
    "stored", ["", "[]", "null", '{"choices": {"fills": "loud"}, "quiet": null}', '{"quiet": 3}']
)
def test_what_cannot_be_read_keeps_everything_on(stored: str) -> None:
    assert NoticeSettings.from_json(stored) == NoticeSettings()


@pytest.mark.parametrize("text", ["", "22-7", "25:00-07:00", "22:61-07:00", "22:00-22:00", "22:00", "a-b"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"22:00-07:00|begin when they end|must be in"):
        QuietHours.read(text)


def test_three_taps_lead_back_to_on() -> None:
    assert [Loudness.ON.next, Loudness.SILENT.next, Loudness.OFF.next] == [
        Loudness.SILENT,
        Loudness.OFF,
        Loudness.ON,
    ]
