"""How old a price is, and the line that says how a feed does."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.market.feed_state import FeedState, age, is_stale
from core.market.quotes import Quote

AT = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
LTP = Decimal(800)
QUOTE = Quote("NSE", "SBIN", LTP, LTP, LTP, LTP, LTP, LTP, LTP, 0, AT)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("seconds", "stale"), [(-5, False), (0, False), (59, False), (60, False), (61, True), (86_400, True)]
)
def test_a_price_is_stale_once_it_is_older_than_the_limit(seconds: int, stale: bool) -> None:
    assert is_stale(QUOTE, AT + timedelta(seconds=seconds), MINUTE) is stale


def test_a_price_from_the_future_has_no_age() -> None:
    assert age(QUOTE, AT - MINUTE) == timedelta(0)
    assert age(QUOTE, AT + MINUTE) == MINUTE


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (FeedState("simulated", AT), "simulated, last tick 1 min ago"),
        (FeedState("openalgo at x:5000", None), "openalgo at x:5000, no tick yet"),
        (FeedState("replay of a.csv", AT, "it has ended"), "replay of a.csv, last tick 1 min ago: it has ended"),
    ],
)
def test_a_feed_says_what_it_is_how_old_and_what_is_wrong(state: FeedState, line: str) -> None:
    assert state.render(AT + MINUTE) == line
