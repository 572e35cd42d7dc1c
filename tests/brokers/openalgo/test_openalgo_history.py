"""The candles of an account at an OpenAlgo are those that OpenAlgo tells."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import web

from brokers.openalgo import openalgo_broker
from core.errors import BrokerRefused, BrokerUnavailable
from core.market.candles import Candle, CandleQuery, Intervals
from core.orders.broker_order import Accepted
from core.ports import CandleSource
from tests.brokers.openalgo.rig import OpenAlgoRig
from tests.contract.broker_contract import buy, request

QUERY = CandleQuery("NSE", "SBIN", "5m", date(2026, 11, 23), date(2026, 11, 23))


def past_of(rig: OpenAlgoRig) -> CandleSource:
    """The broker as one that knows past prices."""
    assert isinstance(rig.broker, CandleSource)
    return rig.broker


async def test_candles_are_passed_on_oldest_first(rig: OpenAlgoRig) -> None:
    found = await past_of(rig).fetch_candles(QUERY)

    price = Decimal(800)
    assert list(found) == [
        Candle(datetime(2026, 11, 23, 3, 45 + late, tzinfo=UTC), price, price, price, price, 7, 3) for late in (0, 5)
    ]
    assert {name: value for name, value in rig.fake.asked[-1][1].items() if name != "apikey"} == {
        "symbol": "SBIN",
        "exchange": "NSE",
        "interval": "5m",
        "start_date": "2026-11-23",
        "end_date": "2026-11-23",
    }


async def test_intervals_are_openalgo_s(rig: OpenAlgoRig) -> None:
    assert await past_of(rig).fetch_intervals() == Intervals(minutes=("1m", "5m"), days=("D",), months=("M",))


async def test_what_openalgo_will_not_tell_is_its_own_words(rig: OpenAlgoRig) -> None:
    rig.fake.answers["history"] = web.json_response({"status": "error", "message": "No 7m here"}, status=400)

    with pytest.raises(BrokerRefused, match=r"^OpenAlgo says: No 7m here$"):
        await past_of(rig).fetch_candles(QUERY)


ANSWERS: dict[str, tuple[int, Any]] = {
    "a fault": (500, {"status": "error", "message": "Oh"}),
    "another form": (200, {"status": "success", "data": [{"timestamp": 1, "open": "cheap"}]}),
    "no time": (200, {"status": "success", "data": [dict.fromkeys(("timestamp", "open", "high", "low", "close"))]}),
    "a time beyond all times": (
        200,
        {"status": "success", "data": [{"timestamp": 1e30, "open": 1, "high": 1, "low": 1, "close": 1}]},
    ),
}


@pytest.mark.parametrize(("status", "body"), ANSWERS.values(), ids=ANSWERS)
async def test_an_answer_that_is_none_makes_no_candles(rig: OpenAlgoRig, status: int, body: object) -> None:
    rig.fake.answers["history"] = web.json_response(body, status=status)

    with pytest.raises(BrokerUnavailable, match=r"OpenAlgo answered"):
        await past_of(rig).fetch_candles(QUERY)


async def test_a_question_that_takes_too_long_holds_no_order_back(
    rig: OpenAlgoRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openalgo_broker, "HISTORY_WITHIN", 0)
    for _ in range(5):
        with pytest.raises(BrokerUnavailable, match=r"did not answer history within 0 s"):
            await past_of(rig).fetch_candles(QUERY)

    assert isinstance(await rig.broker.place(request(buy())), Accepted)
