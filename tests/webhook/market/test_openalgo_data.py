"""OpenAlgo's published Python client reads the market from us unchanged."""

from tests.webhook.market_client import CALL, SBIN
from tests.webhook.scripting import Script

NIFTY = {"underlying": "NIFTY", "exchange": "NSE_INDEX", "expiry_date": "29DEC26"}


async def test_prices(script: Script) -> None:
    quote = await script("quotes", **SBIN)
    many = await script("multiquotes", symbols=[SBIN, CALL])
    depth = await script("depth", **CALL)

    assert quote["data"]["ltp"] == 800
    assert [result["symbol"] for result in many["results"]] == ["SBIN", CALL["symbol"]]
    assert len(depth["data"]["bids"]) == len(depth["data"]["asks"]) == 5


async def test_instruments(script: Script) -> None:
    symbol = await script("symbol", **CALL)
    found = await script("search", query="NIFTY 26000 29DEC CE", exchange="NFO")
    everywhere = await script("search", query="RELIANCE")
    expiries = await script("expiry", symbol="NIFTY", exchange="NFO", instrumenttype="options")

    assert symbol["data"]["lotsize"] == 65
    assert [row["symbol"] for row in found["data"]] == [CALL["symbol"]]
    assert everywhere["data"][0]["symbol"] == "RELIANCE"
    assert expiries["data"] == ["23-NOV-26", "01-DEC-26", "08-DEC-26", "15-DEC-26", "29-DEC-26", "25-JAN-27"]


async def test_the_whole_list_of_instruments(script: Script) -> None:
    shares = await script("instruments", exchange="NSE")
    everything = await script("instruments")

    assert set(shares["exchange"]) == {"NSE"}
    assert "SBIN" in set(shares["symbol"])
    assert {"NSE", "NFO", "NSE_INDEX"} <= set(everything["exchange"])
    call = everything[everything["symbol"] == CALL["symbol"]]
    assert (list(call["lotsize"]), list(call["strike"]), list(call["expiry"])) == ([65], [26000], ["29-DEC-26"])


async def test_options(script: Script) -> None:
    symbol = await script("optionsymbol", **NIFTY, offset="ATM", option_type="CE")
    chain = await script("optionchain", **NIFTY, strike_count=5)

    assert symbol["symbol"] == "NIFTY29DEC2626050CE"
    assert len(chain["chain"]) == 11
    assert chain["chain"][5]["ce"]["label"] == "ATM"


async def test_margin(script: Script) -> None:
    position = SBIN | {"action": "BUY", "product": "MIS", "pricetype": "LIMIT", "quantity": 10, "price": 750.5}
    margin = await script("margin", positions=[position])

    assert margin["data"]["total_margin_required"] == 1501


async def test_the_calendar_and_the_intervals(script: Script) -> None:
    this_year = await script("holidays")
    holidays = await script("holidays", year=2026)
    timings = await script("timings", date="2026-11-23")
    intervals = await script("intervals")

    assert this_year == holidays
    assert holidays["data"][0]["date"] == "2026-01-15"
    assert [row["exchange"] for row in timings["data"]][:2] == ["NSE", "BSE"]
    assert intervals["data"]["minutes"][:3] == ["1m", "2m", "3m"]
    assert intervals["data"]["days"] == ["D"]


async def test_what_is_refused_is_the_clients_own_error(script: Script) -> None:
    unknown = await script("quotes", symbol="NOPE", exchange="NSE")
    unknown_year = await script("holidays", year=2031)

    assert (unknown["code"], unknown["error_type"]) == (400, "http_error")
    assert unknown_year["code"] == 404
