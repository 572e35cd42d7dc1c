"""The picture of an account's days: its size whatever it shows, and the words at its axes."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import matplotlib as mpl
import pytest

from bot.chart.drawing import draw
from bot.chart.labels import Scale, dates, profit
from bot.chart.spec import HEIGHT, WIDTH, Chart, Point, read, write
from tests.local_telegram.pictures import size_of

ROOT = Path(__file__).parents[2]
LAST = date(2026, 11, 23)
CRORE = Decimal(10_000_000)


def chart(*profits: int | str, account: str = "main", start: Decimal = CRORE, every: int = 1) -> Chart:
    """Days with these profits, `every` so many days, up to a Monday."""
    points: list[Point] = []
    equity = start
    for number, one in enumerate(profits):
        equity += Decimal(one)
        points.append(Point(LAST - timedelta(days=(len(profits) - 1 - number) * every), equity, Decimal(one)))
    return Chart(account, "SANDBOX", start, tuple(points))


@pytest.fixture(autouse=True)
def _own_settings() -> Iterator[None]:
    with mpl.rc_context():
        yield


@pytest.mark.parametrize(
    "shown",
    [
        chart(0),
        chart(1_63),
        chart("0.01", "-0.01"),
        chart(-3_100, -2_000, -1),
        chart(20_000, 0, 20_000, every=26),
        chart(*range(-15, 15)),
        chart(*(number * 37 % 101 - 48 for number in range(400))),
        chart(5, account="W" * 40),
        chart(5, account="$\\frac{1}{2}$ <b>x</b> & _a_ %s {0}"),
        chart(5, account="—"),
        chart(-900, -900, start=Decimal(1_000)),
        chart(10**15, start=Decimal(5 * 10**15)),
        chart(0, start=Decimal(0)),
    ],
    ids=lambda shown: f"{len(shown.points)} days",
)
def test_a_picture_has_the_size_of_a_telegram_photo(shown: Chart) -> None:
    picture = draw(shown)

    assert size_of(picture) == (WIDTH, HEIGHT) == (1024, 1280)
    assert picture.endswith(b"IEND\xaeB`\x82")
    assert len(picture) < 300_000


def test_gain_and_loss_are_drawn_apart() -> None:
    pictures = {draw(chart(100)), draw(chart(-100)), draw(chart(0)), draw(chart(100, account="other"))}

    assert len(pictures) == 4


def test_a_chart_goes_through_json_unchanged() -> None:
    shown = chart("0.05", "-12345678901234567890.123", account='"$<&\u202e\n')

    assert read(write(shown)) == shown


@pytest.mark.parametrize(
    ("largest", "step", "value", "written"),
    [
        ("10002000", "1000", "10001000", "₹1,00,01,000"),
        ("18000000", "2000000", "12000000", "₹1.2 Cr"),
        ("11000000", "500000", "10500000", "₹1.05 Cr"),
        ("560000", "250000", "-250000", "−₹2.5 L"),
        ("560000", "250000", "500000", "₹5.0 L"),
        ("40000", "20000", "20000", "₹20,000"),
        ("5000000000", "100000000", "5100000000", "₹510 Cr"),
        ("0.4", "0.2", "0.2", "₹0.2"),
        ("0.04", "0.01", "-0.03", "−₹0.03"),
        ("500000", "100000", "0", "₹0"),
    ],
)
def test_axes_are_written_in_lakh_and_crore(largest: str, step: str, value: str, written: str) -> None:
    assert Scale.of(Decimal(largest), Decimal(step)).write(Decimal(value)) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("163.4", "+₹163"),
        ("-0.125", "−₹0.13"),
        ("125000", "+₹1.25 L"),
        ("-99999.4", "−₹99,999"),
        ("20000000", "+₹2.00 Cr"),
        ("9999999.90", "+₹1.00 Cr"),
        ("-9999999.90", "−₹1.00 Cr"),
        ("9990000", "+₹99.90 L"),
        ("-1", "−₹1"),
    ],
)
def test_profits_bear_their_sign(value: str, written: str) -> None:
    assert profit(Decimal(value)) == written


def test_days_are_named_where_there_is_room() -> None:
    assert dates(LAST, LAST) == [(LAST, "Mon\n23 Nov")]
    assert [name for _, name in dates(LAST - timedelta(days=6), LAST)] == [
        "Tue\n17 Nov",
        "Thu\n19 Nov",
        "Sat\n21 Nov",
        "Mon\n23 Nov",
    ]
    assert [name for _, name in dates(LAST - timedelta(days=29), LAST)] == [
        "26 Oct",
        "2 Nov",
        "9 Nov",
        "16 Nov",
        "23 Nov",
    ]
    assert [name for _, name in dates(LAST - timedelta(days=364), LAST)][-2:] == ["Sep\n2026", "Nov\n2026"]


def test_there_are_never_too_many_or_no_dates() -> None:
    counts = {len(dates(LAST - timedelta(days=span), LAST)) for span in range(800)}

    assert counts == {1, 2, 3, 4, 5, 6}


def test_the_service_starts_without_what_draws_and_without_what_solves_volatilities() -> None:
    program = (
        "import sys, bot.__main__, bot.process.run, bot.handlers.pnl, bot.local_telegram.server.server; "
        "import bot.chart.renderer; "
        "unwanted = {'matplotlib', 'numpy', 'PIL', 'py_lets_be_rational'}; "
        "sys.exit('brokers.pricing.black76' not in sys.modules or not unwanted.isdisjoint(sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
