"""A file of ticks is read as it is written, or refused where it is wrong."""

from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest

from brokers.feed.tick_file import Tick, TickFile
from core.errors import ConfigError
from tests.feed.rig import FULL, HEADER, NIFTY, SBIN, utc, written

ROOT = Path(__file__).parents[2]
FIRST = "2026-01-05T09:15:00,NSE,SBIN,800"


def test_a_full_line_says_everything(tmp_path: Path) -> None:
    file = written(tmp_path, FULL, f"{FIRST},799.95,800.05,10,20,12345")

    (tick,) = file.read()

    sides = Decimal("799.95"), Decimal("800.05")
    assert tick == Tick(utc("2026-01-05T03:45:00"), SBIN, Decimal(800), *sides, 10, 20, 12345)


def test_what_is_not_said_is_not_known(tmp_path: Path) -> None:
    short, empty = written(tmp_path, HEADER, FIRST), f"{FIRST},,,,,"

    assert next(short.read()) == next(written(tmp_path, FULL, empty).read())
    assert next(written(tmp_path, FULL, FIRST).read()).bid is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-05T09:15:00", "2026-01-05T03:45:00"),
        ("2026-07-06 09:15:00.250", "2026-07-06T03:45:00.250"),
        ("2026-07-06T09:15:00+05:30", "2026-07-06T03:45:00"),
        ("2026-07-06T03:45:00Z", "2026-07-06T03:45:00"),
        ("2026-03-29T03:30:00", "2026-03-28T22:00:00"),
    ],
)
def test_times_are_indian_unless_they_say_otherwise(tmp_path: Path, text: str, moment: str) -> None:
    file = written(tmp_path, HEADER, f"{text},NSE,SBIN,800")

    assert next(file.read()).time == utc(moment)


def test_columns_may_stand_in_any_order_and_a_byte_order_mark_before_them(tmp_path: Path) -> None:
    file = written(tmp_path, "\ufeffltp,symbol,exchange,time", "800,SBIN,NSE,2026-01-05T09:15:00")

    assert next(file.read()).ltp == 800


def test_the_example_in_the_docs_is_good(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "market-data.md").read_text(encoding="utf-8")
    example = text.partition("```csv\n")[2].partition("```")[0]

    assert [tick.ticker for tick in written(tmp_path, example).read()] == [SBIN, NIFTY, SBIN]


def test_a_scan_tells_what_is_in_it(tmp_path: Path) -> None:
    file = written(tmp_path, HEADER, FIRST, "2026-01-05T09:15:00,NSE_INDEX,NIFTY,26000", FIRST)

    assert file.scan() == {SBIN, NIFTY}


BAD = [
    ("09:15,NSE,SBIN,800", "time", "'09:15' is not a time such as 2026-11-23T09:15:00"),
    (",NSE,SBIN,800", "time", "is empty"),
    ("0001-01-01T00:00:00,NSE,SBIN,800", "time", "is not a time"),
    ("2026-01-05T09:14:59,NSE,SBIN,800", "time", "is earlier than the line before"),
    ("2026-01-05T09:15:00,LSE,SBIN,800", "exchange", "'LSE' is not one of NSE, NFO"),
    ("2026-01-05T09:15:00,NSE,,800", "symbol", "is empty"),
    ("2026-01-05T09:15:00,NSE,SBIN,", "ltp", "must be more than 0"),
    ("2026-01-05T09:15:00,NSE,SBIN,0", "ltp", "must be more than 0"),
    ("2026-01-05T09:15:00,NSE,SBIN,-1", "ltp", "'-1' is not a price such as 972.85"),
    ("2026-01-05T09:15:00,NSE,SBIN,NaN", "ltp", "'NaN' is not a price"),
    ("2026-01-05T09:15:00,NSE,SBIN,1e999", "ltp", "'1e999' is not a price"),
    ("2026-01-05T09:15:00,NSE,SBIN,८००", "ltp", "is not a price"),
    ("2026-01-05T09:15:00,NSE,SBIN,800,801,800", "bid", "is above the ask"),
    ("2026-01-05T09:15:00,NSE,SBIN,800,x", "bid", "'x' is not a price"),
    ("2026-01-05T09:15:00,NSE,SBIN,800,799,801,1.5", "bid_size", "'1.5' is not a whole number"),
    ("2026-01-05T09:15:00,NSE,SBIN,800,799,801,1,2,-3", "volume", "'-3' is not a whole number"),
    ("2026-01-05T09:15:00,NSE,SBIN,800,799,801,1,2,3,4", "after the last", "more cells than columns"),
]


@pytest.mark.parametrize(("line", "column", "why"), BAD)
def test_a_bad_line_is_named_with_its_column(tmp_path: Path, line: str, column: str, why: str) -> None:
    file = written(tmp_path, FULL, f"{FIRST},,,,,", line)

    with pytest.raises(ConfigError) as refusal:
        file.scan()

    place = f"feed.file: {tmp_path / 'ticks.csv'}, line 3, column {column}: "
    assert str(refusal.value).startswith(place)
    assert why in str(refusal.value)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["time,exchange,symbol"], "line 1, column ltp: is missing"),
        ([f"{HEADER},price"], "line 1, column 'price': is not one of time, exchange"),
        ([f"{HEADER},ltp"], "line 1, column ltp: is there twice"),
        ([HEADER], "has no ticks"),
        ([HEADER, '"2026'], "line 2"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, lines: list[str], why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        written(tmp_path, *lines).scan()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    for path, why in ((tmp_path / "none.csv", "No such file"), (tmp_path / "binary.csv", "not UTF-8")):
        with pytest.raises(ConfigError, match=why):
            TickFile(path).scan()


def test_a_large_file_is_not_read_before_it_is_asked_for(tmp_path: Path) -> None:
    lines = [FIRST] * 20_000
    file = written(tmp_path, HEADER, *lines, "nonsense")

    assert len(list(islice(file.read(), 100))) == 100
