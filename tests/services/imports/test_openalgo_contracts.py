"""OpenAlgo's list of instruments: what of it comes over, what does not, and what the sandbox then lists."""

from datetime import date
from decimal import Decimal
from typing import Any

from bot.process.openalgo_source import read_source
from core.accounts import TradingMode
from core.audit import SYSTEM
from core.market.instruments import Instrument
from core.services.operations.openalgo_import import ImportWish
from core.services.operations.openalgo_report import ListFate
from tests.factories import SettableClock
from tests.runtime import Spine
from tests.services.imports.coming_over import Open, bring_all, everything
from tests.services.imports.openalgo_sample import CALL, OpenAlgoSample

DECEMBER = date(2026, 12, 29)
STRANGE: dict[str, dict[str, Any]] = {
    "NOTICK": {"tick": 0},
    "NULLTICK": {"tick": None},
    "NOLOT": {"lot": 0},
    "HALF": {"lot": 1.5},
    "TEXT": {"lot": "many"},
    "MARS": {"exchange": "MARS"},
    "GOLD29DEC26FUT": {"exchange": "MCX", "lot": 1, "expiry": "29-DEC-26"},
    "NIFTY29DEC26FUT": {"exchange": "NFO", "lot": 75, "expiry": "30-DEC-26"},
    "NIFTY29DEC2626000CE": {"exchange": "NFO", "lot": 75, "expiry": "soon"},
    "NIFTY29DEC2626000PE": {"exchange": "NFO", "lot": 75, "expiry": "29-DEC-26", "strike": 2600.0},
    "NIFTY31FEB2726000PE": {"exchange": "NFO", "lot": 75},
    "NIFTY W1": {"exchange": "NFO", "lot": 75},
    "LINE\n": {},
}


async def test_the_sandbox_lists_what_came_over(spine: Spine, old: OpenAlgoSample, opened: Open) -> None:
    old.list_nifty()
    old.list("ZOMATO", tick=0.01, name="ETERNAL LIMITED")
    old.list("SBIN")
    old.list("SBIN29DEC26FUT", "NFO", 750, 0.05, name="SBIN", expiry="29-Dec-2026")
    assert (await bring_all(spine.runtime, old)).contracts.fate is ListFate.COMES

    async with opened("imported") as runtime:
        market, account = runtime.services.market, await spine.switch(trading_mode=TradingMode.SANDBOX)
        call, share = market.instrument(account, "NFO", CALL), market.instrument(account, "NSE", "ZOMATO")

        assert (call.lot, call.tick, call.freeze_quantity, call.strike) == (
            75,
            Decimal("0.05"),
            1800,
            Decimal("26012.5"),
        )
        assert (share.name, share.tick, share.has_derivatives) == ("ETERNAL LIMITED", Decimal("0.01"), False)
        assert market.instrument(account, "NSE", "SBIN").has_derivatives
        assert market.expiries(account, "NFO", "NIFTY", options=True) == [DECEMBER]
        assert market.expiries(account, "NFO", "SBIN", options=True) == []
        chain = await market.chain(account, "NIFTY", "NSE_INDEX", "29DEC26", None)
        assert [row.strike for row in chain.rows] == [26000, Decimal("26012.5"), 26025, 26050]
        assert [one.symbol for one in await market.search(account, "eternal", None)] == ["ZOMATO"]
        assert [one.symbol for one in await market.search(account, "SBIN", None)] == ["SBIN", "SBIN29DEC26FUT"]
        assert len(await market.instruments(account, None)) == 13
        assert await market.search(account, "RELIANCE", None) == []


async def test_a_contract_that_expired_is_only_known_to_who_holds_it(
    spine: Spine, old: OpenAlgoSample, opened: Open, clock: SettableClock
) -> None:
    old.list_nifty()
    await bring_all(spine.runtime, old)
    async with opened("imported") as runtime:
        clock.advance(days=36)
        assert runtime.listing.list_options("NFO", "NIFTY", DECEMBER, "CE")
        on_its_last_day = runtime.listing.find("NFO", CALL)
        clock.advance(days=1)

        assert on_its_last_day is not None
        assert runtime.listing.find("NFO", CALL) is not None
        assert runtime.listing.list_options("NFO", "NIFTY", DECEMBER, "CE") == ()
        assert runtime.listing.list_expiries("NFO", "NIFTY", options=False) == []
        assert [one.symbol for one in runtime.listing.search("NIFTY", None, 99)] == ["NIFTY"]


async def test_strange_rows_are_left_out_and_counted(spine: Spine, old: OpenAlgoSample) -> None:
    old.list("GOOD")
    for symbol, changed in STRANGE.items():
        old.list(symbol, **changed)
    old.list("SAME")
    old.list("SAME", name="again")
    old.list("OTHER", tick=0.05)
    old.list("OTHER", tick=0.01)

    contracts = (await bring_all(spine.runtime, old)).contracts

    assert {symbol for _, symbol in read_source(old.source).contracts.instruments} == {"GOOD", "SAME"}
    assert contracts.count == 2
    assert contracts.left_out == {
        "its tick is not an amount above 0": 2,
        "its lot is not a whole number above 0": 3,
        "its exchange is not known here": 1,
        "its lot is 1, so how much a lot is cannot be told": 1,
        "its expiry is not the one in its symbol": 2,
        "its strike is not the one in its symbol": 1,
        "its expiry is no day": 1,
        "its symbol is not that of a future or an option": 1,
        "its symbol cannot be written in an order": 1,
        "it is there already, with the same terms": 1,
        "it is there with other terms, too": 2,
    }


async def test_a_list_is_dated_by_its_download_else_by_what_is_in_it(spine: Spine, old: OpenAlgoSample) -> None:
    old.list("SBIN27OCT26FUT", "NFO", 750, expiry="27-OCT-26")
    old.list_nifty()
    undated = await bring_all(spine.runtime, old, ImportWish(SYSTEM))
    old.add("master_contract_status", broker="dhan", status="error", last_updated="2026-11-23 08:00:00")
    old.add("master_contract_status", broker="zerodha", status="success", last_updated="2026-11-20 08:01:02.5")

    dated = await bring_all(spine.runtime, old)

    assert (undated.contracts.as_of, dated.contracts.as_of) == (date(2026, 10, 27), date(2026, 11, 20))


async def test_twice_in_a_row_changes_nothing_and_another_list_replaces_it(
    spine: Spine, old: OpenAlgoSample, opened: Open
) -> None:
    old.list_nifty()
    old.list("ZOMATO")
    await bring_all(spine.runtime, old)
    before = everything(spine)

    again = await bring_all(spine.runtime, old)
    old.run("DELETE FROM symtoken WHERE symbol = 'ZOMATO'; UPDATE symtoken SET lotsize = 65 WHERE exchange = 'NFO'")
    told = await bring_all(spine.runtime, old, ImportWish(SYSTEM))

    assert (again.contracts.fate, again.is_change, told.contracts.fate) == (ListFate.WAS_HERE, False, ListFate.COMES)
    assert everything(spine) == before
    assert (await bring_all(spine.runtime, old)).contracts.fate is ListFate.COMES
    async with opened("imported") as runtime:
        assert _lot(runtime.listing.find("NFO", CALL)) == 65
        assert runtime.listing.find("NSE", "ZOMATO") is None


async def test_the_same_list_of_a_newer_day_is_as_new_as_that(
    spine: Spine, old: OpenAlgoSample, opened: Open
) -> None:
    old.list_nifty()
    old.add("master_contract_status", broker="zerodha", status="success", last_updated="2026-11-20 08:00:00")
    await bring_all(spine.runtime, old)
    old.change("master_contract_status", last_updated="2026-11-23 08:00:00")

    assert (await bring_all(spine.runtime, old)).contracts.fate is ListFate.COMES
    async with opened("imported") as runtime:
        assert runtime.listing.as_of == date(2026, 11, 23)
        assert len(runtime.listing.search("", None, 99)) == 10


def _lot(found: Instrument | None) -> int:
    assert found is not None
    return found.lot
