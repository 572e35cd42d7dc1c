"""Option chains: their shapes, and which strikes they have."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from core.clock import IST
from tests.webhook.market_client import CALL, Shop

NIFTY = {"underlying": "NIFTY", "exchange": "NSE_INDEX", "expiry_date": "29DEC26"}
ATM = NIFTY | {"offset": "ATM", "option_type": "CE"}


async def test_a_chain_labels_every_strike_from_the_money(shop: Shop) -> None:
    shop.spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26_055))
    answer = await shop.ask("optionchain", **NIFTY, strike_count="2")

    body = answer.body
    assert (body["underlying"], body["underlying_ltp"]) == ("NIFTY", 26055)
    assert (body["expiry_date"], body["atm_strike"]) == ("29DEC26", 26050)
    labels = [(rung["strike"], rung["ce"]["label"], rung["pe"]["label"]) for rung in body["chain"]]
    assert labels == [
        (25950, "ITM2", "OTM2"),
        (26000, "ITM1", "OTM1"),
        (26050, "ATM", "ATM"),
        (26100, "OTM1", "ITM1"),
        (26150, "OTM2", "ITM2"),
    ]


async def test_an_entry_of_a_chain_has_the_quote_of_its_contract(shop: Shop) -> None:
    answer = await shop.ask("optionchain", **NIFTY, strike_count=1)

    entry = answer.body["chain"][0]["ce"]
    quote: Any = await shop.data("quotes", symbol=entry["symbol"], exchange="NFO")
    depth: Any = await shop.data("depth", symbol=entry["symbol"], exchange="NFO")
    waiting = {"bid_qty": depth["bids"][0]["quantity"], "ask_qty": depth["asks"][0]["quantity"]}
    assert entry == {"symbol": CALL["symbol"], "label": "ITM1", "lotsize": 65, "tick_size": 0.05} | quote | waiting


async def test_a_chain_without_a_count_is_the_whole_one(shop: Shop) -> None:
    whole = await shop.ask("optionchain", **NIFTY)
    wide = await shop.ask("optionchain", **NIFTY, strike_count=100)

    assert len(whole.body["chain"]) == 51
    assert wide.body["chain"] == whole.body["chain"]


async def test_contracts_follow_the_price_wherever_it_goes(shop: Shop) -> None:
    shop.spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(28_700))
    chain = await shop.ask("optionchain", **NIFTY, strike_count=1)
    contract = await shop.ask("optionsymbol", **(ATM | {"offset": "OTM20"}))

    labels = [(rung["strike"], rung["ce"]["label"]) for rung in chain.body["chain"]]
    assert labels == [(28_650, "ITM1"), (28_700, "ATM"), (28_750, "OTM1")]
    assert contract.body["symbol"] == "NIFTY29DEC2629700CE"


async def test_shares_have_chains_too(shop: Shop) -> None:
    answer = await shop.ask("optionchain", underlying="RELIANCE", exchange="NSE", expiry_date="29DEC26")

    assert answer.body["chain"][0]["ce"]["lotsize"] == 500


async def test_a_chain_says_what_it_was_counted_from_and_when_it_expires(shop: Shop) -> None:
    shop.spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26_055))
    for symbol, price in (("NIFTY29DEC2626050CE", "412.35"), ("NIFTY29DEC2626050PE", "287.05")):
        shop.spine.feed.pin("NFO", symbol, Decimal(price))
    quote: Any = await shop.data("quotes", symbol="NIFTY", exchange="NSE_INDEX")

    body = (await shop.ask("optionchain", **NIFTY, strike_count=1)).body

    assert (body["underlying_symbol"], body["underlying_exchange"]) == ("NIFTY", "NSE_INDEX")
    assert body["underlying_prev_close"] == quote["prev_close"]
    assert body["expiry_ts"] == datetime(2026, 12, 29, 15, 30, tzinfo=IST).timestamp()
    assert body["server_ts"] == shop.spine.clock.moment.timestamp()
    assert (body["quotes_included"], body["greeks_included"]) == (True, False)
    assert body["forward_price"] == 26175.3
    assert not {"delta", "implied_volatility"} & body["chain"][0]["ce"].keys()


async def test_a_chain_with_greeks_has_those_of_optiongreeks(shop: Shop) -> None:
    shop.spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26_055))

    body = (await shop.ask("optionchain", **NIFTY, strike_count=1, with_greeks=True, interest_rate=6.5)).body
    alone = (await shop.ask("optiongreeks", **CALL, interest_rate=6.5)).body

    assert body["greeks_included"] is True
    call = body["chain"][0]["ce"]
    told = {name: call[name] for name in ("delta", "gamma", "theta", "vega")}
    assert told == {name: value for name, value in alone["greeks"].items() if name != "rho"}
    assert call["implied_volatility"] == alone["implied_volatility"]
    assert body["forward_price"] == alone["spot_price"]


async def test_a_contract_whose_price_implies_nothing_has_no_greeks_in_a_chain(shop: Shop) -> None:
    shop.spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26_055))
    shop.spine.feed.pin("NFO", CALL["symbol"], Decimal(50))

    rows = (await shop.ask("optionchain", **NIFTY, strike_count=1, with_greeks="true")).body["chain"]

    assert rows[0]["ce"]["ltp"] == 50
    assert [("delta" in row["ce"], "delta" in row["pe"]) for row in rows] == [
        (False, True),
        (True, True),
        (True, True),
    ]


async def test_without_prices_at_the_money_a_chain_has_no_forward_and_no_greeks(shop: Shop) -> None:
    shop.spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26_055))
    feed, quote = shop.spine.feed, shop.spine.feed.quote
    feed.quote = lambda exchange, symbol: None if symbol.endswith("26050PE") else quote(exchange, symbol)  # type: ignore[method-assign]

    body = (await shop.ask("optionchain", **NIFTY, strike_count=1, with_greeks=True)).body

    assert (body["greeks_included"], body["forward_price"]) == (True, None)
    assert not any("delta" in side for row in body["chain"] for side in (row["ce"], row["pe"]))


async def test_an_option_chain_of_today_has_no_greeks_once_it_has_expired(shop: Shop) -> None:
    shop.spine.clock.moment = datetime(2026, 12, 29, 15, 31, tzinfo=IST)
    shop.spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26_055))

    body = (await shop.ask("optionchain", **NIFTY, strike_count=1, with_greeks=True)).body

    assert not any("delta" in row["ce"] for row in body["chain"])
