"""A price that no exchange could have made trades nothing, and only a change of a quote is a new one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from brokers.paper.engine.quote_check import believable, is_same_price
from core.market.instruments import Instrument, InstrumentType
from core.market.quotes import Quote

SBIN = Instrument("NSE", "SBIN", "State Bank of India", InstrumentType.EQUITY, 1, Decimal("0.05"))
DAY = {"open": Decimal(800), "high": Decimal(812), "low": Decimal(795), "prev_close": Decimal(801)}
GOOD = Quote(
    "NSE",
    "SBIN",
    ltp=Decimal(800),
    bid=Decimal("799.95"),
    ask=Decimal("800.05"),
    open=DAY["open"],
    high=DAY["high"],
    low=DAY["low"],
    prev_close=DAY["prev_close"],
    volume=1,
    at=datetime(2026, 11, 26, 5, tzinfo=UTC),
    bid_size=10,
    ask_size=10,
)


def test_an_ordinary_quote_is_taken_as_it_is() -> None:
    assert believable(GOOD, SBIN) is GOOD


@pytest.mark.parametrize(
    "wrong",
    [
        {"ltp": Decimal(80)},
        {"ltp": Decimal("812.05")},
        {"ltp": Decimal(0)},
        {"ltp": Decimal(-800)},
        {"ltp": Decimal("0.0000001"), "low": Decimal(0), "high": Decimal(0)},
        {"bid": Decimal("800.10"), "ask": Decimal("800.05")},
    ],
)
def test_what_cannot_be_is_no_price(wrong: dict[str, Decimal]) -> None:
    assert believable(replace(GOOD, **wrong), SBIN) is None  # type: ignore[arg-type]


def test_without_a_day_s_range_the_last_price_stands_alone() -> None:
    unknown = replace(GOOD, high=Decimal(0), low=Decimal(0), bid=Decimal(0), ask=Decimal(0))

    assert believable(unknown, SBIN) == unknown


def test_what_is_off_the_tick_is_brought_to_it_on_the_worse_side() -> None:
    off = replace(GOOD, bid=Decimal("799.97"), ask=Decimal("800.03"), ltp=Decimal("800.01"))

    found = believable(off, SBIN)

    assert found is not None
    assert (found.bid, found.ask, found.ltp) == (Decimal("799.95"), Decimal("800.05"), Decimal(800))


def test_the_same_prices_told_again_are_no_news() -> None:
    again = replace(GOOD, at=GOOD.at + timedelta(seconds=5), volume=99)

    assert is_same_price(again, GOOD)
    assert not is_same_price(replace(again, ask_size=11), GOOD)
    assert not is_same_price(replace(again, ltp=Decimal("800.05")), GOOD)
