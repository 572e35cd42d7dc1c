"""Option chains: their shapes, and which strikes they have."""

from decimal import Decimal
from typing import Any

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
    assert entry == {"symbol": CALL["symbol"], "label": "ITM1", "lotsize": 65, "tick_size": 0.05} | quote


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
