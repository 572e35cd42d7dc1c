"""The future that a call and a put at the money make."""

from decimal import Decimal

from tests.webhook.market_client import Shop

NIFTY = {"underlying": "NIFTY", "exchange": "NSE_INDEX", "expiry_date": "29DEC26"}


async def test_it_is_the_strike_with_the_call_and_without_the_put(shop: Shop) -> None:
    for symbol, price in (("NIFTY29DEC2626050CE", "412.35"), ("NIFTY29DEC2626050PE", "287.05")):
        shop.spine.feed.pin("NFO", symbol, Decimal(price))
    shop.spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26_055))

    answer = await shop.ask("syntheticfuture", **NIFTY)

    assert (answer.status, answer.body) == (
        200,
        {
            "status": "success",
            "underlying": "NIFTY",
            "underlying_ltp": 26055,
            "expiry": "29DEC26",
            "atm_strike": 26050,
            "synthetic_future_price": 26175.3,
        },
    )


async def test_an_expiry_that_has_no_contracts_is_404(shop: Shop) -> None:
    answer = await shop.ask("syntheticfuture", **(NIFTY | {"expiry_date": "28DEC26"}))

    assert (answer.status, answer.body["status"]) == (404, "error")
    assert "No strikes found for NIFTY expiring 28DEC26" in answer.body["message"]


async def test_a_price_that_is_not_there_is_said(shop: Shop) -> None:
    feed, quote = shop.spine.feed, shop.spine.feed.quote
    shop.spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26_055))
    feed.quote = lambda exchange, symbol: None if symbol.endswith("PE") else quote(exchange, symbol)  # type: ignore[method-assign]

    answer = await shop.ask("syntheticfuture", **NIFTY)

    assert answer.status == 404
    assert "NIFTY29DEC26" in answer.body["message"]
