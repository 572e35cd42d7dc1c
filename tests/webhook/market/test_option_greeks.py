"""Implied volatilities and Greeks: what they are reckoned on, and what is said where there are none."""

import asyncio
from datetime import datetime
from decimal import Decimal

import pytest

from core.clock import IST
from tests.feed.rig import NIFTY, PolledStage
from tests.webhook.market_client import CALL, MISSING, SBIN, Shop

PUT = {"symbol": "NIFTY29DEC2626000PE", "exchange": "NFO"}
AT_THE_MONEY = {"NIFTY29DEC2626050CE": "412.35", "NIFTY29DEC2626050PE": "287.05"}
"""They make a forward of 26,175.30."""


@pytest.fixture
async def nifty(shop: Shop) -> Shop:
    """A shop in which the index and its options stand still."""
    shop.spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26_055))
    for symbol, price in (AT_THE_MONEY | {CALL["symbol"]: "435", PUT["symbol"]: "259.7"}).items():
        shop.spine.feed.pin("NFO", symbol, Decimal(price))
    return shop


async def test_a_price_implies_a_volatility_and_greeks(nifty: Shop) -> None:
    nifty.spine.clock.moment = datetime(2026, 12, 1, 3, 19, 46, tzinfo=IST)

    answer = await nifty.ask("optiongreeks", **CALL, forward_price=25966.05)

    assert (answer.status, answer.body) == (
        200,
        {
            "status": "success",
            "symbol": "NIFTY29DEC2626000CE",
            "exchange": "NFO",
            "underlying": "NIFTY",
            "strike": 26000,
            "option_type": "CE",
            "expiry_date": "29-Dec-2026",
            "days_to_expiry": 28.5071,
            "spot_price": 25966.05,
            "option_price": 435,
            "interest_rate": 0,
            "implied_volatility": 15.6,
            "greeks": {"delta": 0.4967, "gamma": 0.000352, "theta": -7.919, "vega": 28.9489, "rho": -0.339742},
        },
    )


async def reckoned_on(shop: Shop, **asked: object) -> object:
    """The forward."""
    return (await shop.ask("optiongreeks", **CALL, **asked)).body["spot_price"]


async def test_the_forward_is_what_the_options_at_the_money_make_unless_another_price_is_named(nifty: Shop) -> None:
    nifty.spine.feed.pin("NFO", "NIFTY29DEC26FUT", Decimal("26170.5"))

    assert await reckoned_on(nifty) == 26175.3
    assert await reckoned_on(nifty, forward_price=26_200) == 26_200
    assert await reckoned_on(nifty, underlying_symbol="NIFTY") == 26_055
    assert await reckoned_on(nifty, underlying_exchange="NSE_INDEX") == 26_055
    assert await reckoned_on(nifty, underlying_symbol="NIFTY29DEC26FUT") == 26170.5
    assert await reckoned_on(nifty, underlying_symbol="NIFTY29DEC26FUT", underlying_exchange="NFO") == 26170.5


async def test_interest_is_in_the_forward_so_that_call_and_put_imply_one_volatility(shop: Shop) -> None:
    shop.spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26_055))
    both = [{"symbol": symbol, "exchange": "NFO"} for symbol in AT_THE_MONEY]

    answer = await shop.ask("multioptiongreeks", symbols=both, interest_rate=12)

    call, put = answer.body["data"]
    assert call["implied_volatility"] == put["implied_volatility"]
    assert call["interest_rate"] == 12


async def test_the_time_of_expiry_may_be_given(nifty: Shop) -> None:
    nifty.spine.clock.moment = datetime(2026, 12, 29, 12, 0, tzinfo=IST)

    usual = (await nifty.ask("optiongreeks", **CALL, forward_price=26_200)).body
    later = (await nifty.ask("optiongreeks", **CALL, forward_price=26_200, expiry_time="18:00")).body

    assert (usual["days_to_expiry"], later["days_to_expiry"]) == (0.1458, 0.25)


async def test_many_options_are_told_one_by_one(nifty: Shop) -> None:
    gone = {"symbol": "NIFTY28DEC2626000CE", "exchange": "NFO"}
    spot = PUT | {"underlying_symbol": "NIFTY", "underlying_exchange": "NSE_INDEX"}

    answer = await nifty.ask("multioptiongreeks", symbols=[CALL, gone, spot], interest_rate="6.5")

    assert (answer.status, answer.body["status"]) == (200, "success")
    assert answer.body["summary"] == {"total": 3, "success": 2, "failed": 1}
    first, second, third = answer.body["data"]
    alone = (await nifty.ask("optiongreeks", **CALL, interest_rate=6.5)).body
    assert first == alone
    assert second == gone | {
        "status": "error",
        "message": "Symbol NIFTY28DEC2626000CE not found in exchange NFO",
    }
    assert (third["status"], third["spot_price"], third["option_type"]) == ("success", 26_055, "PE")


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"symbol": "NIFTY29DEC26FUT"}, 400, "NIFTY29DEC26FUT on NFO is not an option."),
        ({"symbol": "NIFTY31DEC2626000CE"}, 404, "Symbol NIFTY31DEC2626000CE not found in exchange NFO"),
        ({"forward_price": 26_500}, 400, "it is not above the option's intrinsic value of ₹500.00."),
        ({"forward_price": 400}, 400, "it is not below ₹400.00, the most that such an option is worth."),
        ({"underlying_symbol": "NIFTI"}, 400, "Symbol 'NIFTI' not found for exchange 'NSE'."),
    ],
)
async def test_what_implies_nothing_says_why(nifty: Shop, asked: dict[str, object], status: int, told: str) -> None:
    answer = await nifty.ask("optiongreeks", **(CALL | asked))

    assert (answer.status, answer.body["status"]) == (status, "error")
    assert told in answer.body["message"]


async def test_an_option_that_has_expired_implies_nothing(nifty: Shop) -> None:
    nifty.spine.clock.moment = datetime(2026, 12, 29, 15, 30, tzinfo=IST)

    answer = await nifty.ask("optiongreeks", **CALL)

    assert (answer.status, answer.body["message"]) == (400, "NIFTY29DEC2626000CE has expired.")


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        (CALL["symbol"], "There is no price for NIFTY29DEC2626000CE on NFO."),
        ("NIFTY", "There is no price for NIFTY on NSE_INDEX."),
        (
            "NIFTY29DEC2626050PE",
            "The call and the put at the money of NIFTY29DEC26 have no price both: give forward_price.",
        ),
    ],
)
async def test_a_price_that_is_missing_is_named(nifty: Shop, missing: str, told: str) -> None:
    feed, quote = nifty.spine.feed, nifty.spine.feed.quote
    feed.quote = lambda exchange, symbol: None if symbol == missing else quote(exchange, symbol)  # type: ignore[method-assign]

    answer = await nifty.ask("optiongreeks", **CALL)

    assert (answer.status, answer.body["message"]) == (404, told)


@pytest.mark.parametrize(
    ("endpoint", "asked", "errors"),
    [
        ("optiongreeks", {}, {"symbol": [MISSING], "exchange": [MISSING]}),
        ("optiongreeks", SBIN, {"exchange": ["Must be one of: NFO, BFO, CDS, BCD, MCX, NCO, CRYPTO."]}),
        (
            "optiongreeks",
            CALL | {"interest_rate": 100.5},
            {"interest_rate": ["Must be greater than or equal to 0 and less than or equal to 100."]},
        ),
        ("optiongreeks", CALL | {"forward_price": 0}, {"forward_price": ["Must be greater than 0."]}),
        ("optiongreeks", CALL | {"expiry_time": "24:00"}, {"expiry_time": ["Must be a time of day such as 15:30."]}),
        ("optiongreeks", CALL | {"strike": 1}, {"strike": ["Unknown field."]}),
        ("multioptiongreeks", {"symbols": []}, {"symbols": ["Symbols must contain 1 to 50 items."]}),
        ("multioptiongreeks", {"symbols": [CALL] * 51}, {"symbols": ["Symbols must contain 1 to 50 items."]}),
    ],
)
async def test_bad_fields_are_told_beside_the_message(
    shop: Shop, endpoint: str, asked: dict[str, object], errors: dict[str, object]
) -> None:
    answer = await shop.ask(endpoint, **asked)

    assert (answer.status, answer.body) == (400, {"status": "error", "message": "Validation error", "errors": errors})


async def test_prices_that_have_to_be_asked_for_are_waited_for(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = PolledStage()
    stage.source.prices |= {("NFO", symbol): Decimal(price) for symbol, price in AT_THE_MONEY.items()}
    stage.source.prices |= {("NSE_INDEX", "NIFTY"): Decimal(26_055), ("NFO", CALL["symbol"]): Decimal(435)}
    monkeypatch.setattr(shop.spine.runtime.brokers, "feed", lambda *_: stage.feed)
    polling = asyncio.create_task(_poll(stage))

    answer = await shop.ask("optiongreeks", **CALL)
    polling.cancel()

    assert (answer.status, answer.body["spot_price"]) == (200, 26175.3)


@pytest.mark.parametrize(
    ("endpoint", "more"),
    [
        ("optionchain", {"strike_count": 1}),
        ("optionsymbol", {"offset": "ATM", "option_type": "CE"}),
        ("syntheticfuture", {}),
    ],
)
async def test_an_underlying_that_nobody_looked_at_is_waited_for(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, endpoint: str, more: dict[str, object]
) -> None:
    stage = PolledStage()
    stage.source.prices |= {("NFO", symbol): Decimal(price) for symbol, price in AT_THE_MONEY.items()}
    stage.source.prices[NIFTY] = Decimal(26_055)
    monkeypatch.setattr(shop.spine.runtime.brokers, "feed", lambda *_: stage.feed)
    polling = asyncio.create_task(_poll(stage))

    answer = await shop.ask(endpoint, underlying="NIFTY", exchange="NSE_INDEX", expiry_date="29DEC26", **more)
    polling.cancel()

    assert (answer.status, answer.body["underlying_ltp"]) == (200, 26055)


async def _poll(stage: PolledStage) -> None:
    while True:
        await stage.feed.poll_once()
        await asyncio.sleep(0)
