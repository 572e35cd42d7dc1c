"""A daily list is kept whole, with its age."""

import os
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from brokers.common.kept_file import Kept, KeptFile

PUBLISHED = time(8, 30)


def in_india(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 as an Indian clock shows it."""
    return datetime.fromisoformat(f"2026-11-{day:02}T{hour:02}:{minute:02}:00+05:30")


def test_what_was_kept_comes_back_with_its_moment(tmp_path: Path) -> None:
    kept = Kept(b"a,b\n", datetime(2026, 11, 27, 4, 0, 5, tzinfo=UTC))
    KeptFile(tmp_path / "new", "list.csv").keep(kept)

    assert KeptFile(tmp_path / "new", "list.csv").read() == kept
    assert [one.name for one in (tmp_path / "new").iterdir()] == ["list.csv"]


def test_nothing_was_kept_yet(tmp_path: Path) -> None:
    assert KeptFile(tmp_path, "list.csv").read() is None


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = KeptFile(tmp_path, "list.csv")
    before = Kept(b"old", datetime(2026, 11, 26, tzinfo=UTC))
    file.keep(before)

    def full(_handle: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        file.keep(Kept(b"new", datetime(2026, 11, 27, tzinfo=UTC)))

    assert file.read() == before
    assert [one.name for one in tmp_path.iterdir()] == ["list.csv"]


@pytest.mark.parametrize(
    ("fetched", "now", "fresh"),
    [
        (in_india(27, 9), in_india(27, 15), True),
        (in_india(27, 9), in_india(28, 2, 59), True),
        (in_india(27, 9), in_india(28, 3), False),
        (in_india(27, 4), in_india(27, 8, 29), True),
        (in_india(27, 4), in_india(27, 8, 30), False),
        (in_india(27, 8, 30), in_india(27, 8, 31), True),
    ],
)
def test_a_list_is_of_its_trading_day_and_not_from_before_it_was_published(
    fetched: datetime, now: datetime, fresh: bool
) -> None:
    assert Kept(b"", fetched).is_of(now, PUBLISHED) is fresh
