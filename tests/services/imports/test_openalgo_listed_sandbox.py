"""The sandbox of an OpenAlgo in instruments that only its list has."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.cli.imports.openalgo_text import as_facts, in_words
from bot.process.bootstrap import Runtime, open_only_runtime
from bot.settings.settings import Paper
from brokers.paper.book.order_numbers import BookKey
from core.accounts import Account, TradingMode
from core.audit import SYSTEM
from core.errors import ConfigError
from core.ids import ClientOrderId
from core.orders.broker_order import Accepted, PlaceRequest
from core.orders.order import Action, LegTerms, PriceType, Product
from core.services.operations.openalgo_import import ImportWish
from tests.runtime import Spine, settings_for
from tests.services.imports.coming_over import Open, bring_all, why
from tests.services.imports.openalgo_sample import CALL, OpenAlgoSample


def _fill_sandbox(old: OpenAlgoSample) -> None:
    old.list_nifty()
    old.list("ZOMATO", tick=0.01)
    old.fund()
    old.hold(CALL, 150, 210.5, exchange="NFO")
    old.keep("ZOMATO", 10, 250.0, settlement_date="2026-11-19")
    old.rest("26112312345678", symbol="ZOMATO", price=240.01)
    leg = {"trigger_price": 200.0, "price": 199.0, "trigger_direction": "below"}
    old.watch("GTT-261120-0a1b2c3d", leg, symbol="ZOMATO", last_price=250.0)


async def test_what_only_the_list_has_comes_into_the_sandbox_when_it_is_in_use(
    spine: Spine, old: OpenAlgoSample, opened: Open
) -> None:
    _fill_sandbox(old)

    async with opened("imported") as runtime:
        told = await bring_all(runtime, old, ImportWish(SYSTEM))
        done = await bring_all(runtime, old)

    assert (told.users[0].left_out, done.users[0].left_out) == ([], [])
    async with opened("imported") as runtime:
        account = done.users[0].account
        book = runtime.paper.book(BookKey(TradingMode.SANDBOX, account.id))
        assert [(one.symbol, one.quantity) for one in await book.list_positions()] == [(CALL, Decimal(150))]
        assert [one.symbol for one in await book.list_holdings()] == ["ZOMATO"]
        assert [one.terms.price for one in await book.list_open()] == [Decimal("240.01")]
        assert [one.gtt.symbol for one in await book.list_gtts()] == ["ZOMATO"]
        assert not await runtime.services.sandbox.doubts(account, TradingMode.SANDBOX)


async def test_without_it_the_report_says_what_the_setting_would_bring(spine: Spine, old: OpenAlgoSample) -> None:
    _fill_sandbox(old)
    old.hold("NOSUCHSHARE", 10, 100.0, "MIS")
    old.list("GOLD29DEC26FUT", "MCX")

    report = await bring_all(spine.runtime, old, ImportWish(SYSTEM))
    said, words, facts = why(report.users[0]), in_words(report, ""), as_facts(report, "")

    hint = 'with instruments = "imported" under [paper] it comes over'
    assert {name for name, reason in said.items() if hint in reason} == {
        f"position {CALL} NRML",
        "holding ZOMATO",
        "order 26112312345678",
        "trigger GTT-261120-0a1b2c3d",
    }
    assert said["position NOSUCHSHARE MIS"] == "NOSUCHSHARE on NSE is not among the paper market's instruments"
    assert "list of instruments: comes over; 11 instruments, contract table as of 23 Nov 2026" in words
    assert "1 row left out: its lot is 1" in words
    assert facts["instruments"] == {
        "what": "comes over",
        "count": 11,
        "as_of": "2026-11-23",
        "left_out": {"its lot is 1, so how much a lot is cannot be told": 1},
        "in_use": False,
    }


async def test_what_is_held_can_be_left_whatever_is_listed_by_then(
    spine: Spine, old: OpenAlgoSample, opened: Open
) -> None:
    _fill_sandbox(old)
    async with opened("imported") as runtime:
        account = (await bring_all(runtime, old)).users[0].account
    # The broker has dropped it, and then the settings are put back.
    old.run("DELETE FROM symtoken WHERE exchange = 'NFO'")
    await bring_all(spine.runtime, old)

    async with opened("imported") as runtime:
        assert runtime.listing.find("NFO", CALL) is not None
        assert runtime.listing.find("NFO", "NIFTY29DEC2626025CE") is None
        await _sell(runtime, account, "1")
    async with opened("bundled") as runtime:
        await _sell(runtime, account, "2")
        assert runtime.listing.find("NSE", "ZOMATO") is not None
        assert runtime.listing.find("NFO", CALL) is None


async def _sell(runtime: Runtime, account: Account, client_order_id: str) -> None:
    """One lot of the calls at the market."""
    book, now = runtime.paper.book(BookKey(TradingMode.SANDBOX, account.id)), runtime.services.clock.now()
    (before,) = [one.quantity for one in await book.list_positions()]
    terms = LegTerms("NFO", CALL, Action.SELL, Decimal(75), PriceType.MARKET, Product.NRML)
    request = PlaceRequest(ClientOrderId(client_order_id), terms, now + timedelta(minutes=1))
    assert isinstance(await book.place(request), Accepted)
    await runtime.paper.drain()
    assert [one.quantity for one in await book.list_positions()] == [before - 75]


async def test_a_service_does_not_start_without_the_list_that_it_is_to_use(spine: Spine, old: OpenAlgoSample) -> None:
    settings = settings_for(spine.path.parent, paper=Paper(instruments="imported"))

    with pytest.raises(ConfigError, match="no list of instruments came over yet"):
        async with open_only_runtime(settings):
            pass
    old.list_nifty()
    await bring_all(spine.runtime, old)
    async with open_only_runtime(settings) as runtime:
        assert runtime.listing.find("NFO", CALL)
