"""Coming over from OpenAlgo: the sandbox's money, positions, waiting orders and triggers."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.accounts import TradingMode
from core.audit import SYSTEM
from core.errors import Invalid
from core.money import plain
from core.orders.gtt import GttStatus, Side
from core.orders.order import PriceType
from core.orders.states import BrokerStatus
from core.portfolio.positions import Holding
from core.services.operations.openalgo_report import BookFate
from tests.runtime import Spine
from tests.services.imports.coming_over import bring, everything, sandbox_of, why
from tests.services.imports.openalgo_sample import OpenAlgoSample

BELOW = {"trigger_price": 750.0, "price": 749.0, "trigger_direction": "below"}
ABOVE = {"trigger_price": 850.0, "price": 851.0, "trigger_direction": "above"}


async def test_money_positions_and_holdings_come_over_and_the_book_can_be_proved(
    spine: Spine, old: OpenAlgoSample
) -> None:
    old.fund(today_realized_pnl=99.0)
    old.hold("INFY", 10, 974.9162962962963, "MIS")
    old.hold("SBIN", -4, 812.35, "MIS", accumulated_realized_pnl=5.5)
    old.hold("TCS", 0, 0, "MIS")
    old.keep("SBIN", 7, 640.1, settlement_date="2026-11-19")

    user = await bring(spine, old)
    book = sandbox_of(spine, user.account)
    head, funds = await book.head(), await book.get_funds()

    assert [plain(one) for one in (head.capital, head.realised, head.realised_today)] == ["10000000", "1234.5", "0"]
    assert {one.symbol: (plain(one.quantity), plain(one.average_price)) for one in await book.list_positions()} == {
        "INFY": ("10", "974.9163"),
        "SBIN": ("-4", "812.35"),
    }
    assert [replace(one, ltp=Decimal(0)) for one in await book.list_holdings()] == [
        Holding("NSE", "SBIN", Decimal(7), Decimal("640.1"), date(2026, 11, 19))
    ]
    assert funds.available + funds.used == head.cash
    assert not await spine.services.sandbox.doubts(user.account, TradingMode.SANDBOX)
    assert user.left_out == []


@pytest.mark.parametrize(
    ("moved_at", "counts"),
    [
        ("2026-11-23 04:00:00", True),  # 09:30 in India, by UTC
        ("2026-11-23 09:50:00", True),  # 09:50 in India, by its own clock
        ("2026-11-22 21:00:00", False),  # 02:30 in India, by UTC: the day before
    ],
)
async def test_todays_result_is_todays_by_either_clock(
    spine: Spine, old: OpenAlgoSample, moved_at: str, *, counts: bool
) -> None:
    old.fund(today_realized_pnl=-5000.0, updated_at=moved_at)

    user = await bring(spine, old)

    assert (await sandbox_of(spine, user.account).head()).realised_today == (-5000 if counts else 0)


async def test_what_the_paper_market_cannot_hold_is_named(spine: Spine, old: OpenAlgoSample) -> None:
    old.fund()
    old.hold("NOSUCHSHARE", 10, 100.0, "MIS")
    old.hold("NIFTY27OCT26FUT", 75, 26000.0, exchange="NFO")
    old.hold("SBIN", -5, 800.0, "CNC")
    old.hold("INFY", 5, 0.0, "MIS")
    old.hold("TCS", 5, 3000.0, "BO")
    old.keep("NIFTY", 5, 26000.0, exchange="NSE_INDEX")

    user = await bring(spine, old)

    assert why(user) == {
        "position NOSUCHSHARE MIS": "NOSUCHSHARE on NSE is not among the paper market's instruments",
        "position NIFTY27OCT26FUT NRML": "NIFTY27OCT26FUT expired on 27 Oct 2026",
        "position SBIN CNC": "shares for delivery cannot be sold short",
        "position INFY MIS": "its average price is not more than 0",
        "position TCS BO": "its product 'BO' is not known here",
        "holding NIFTY": "NIFTY on NSE_INDEX is not among the paper market's instruments",
    }
    assert not await sandbox_of(spine, user.account).list_positions()


async def test_an_order_of_today_waits_on_under_a_new_number(spine: Spine, old: OpenAlgoSample) -> None:
    old.fund()
    old.rest("26112312345678")
    old.rest("26112312345679", price_type="SL-M", price=None, trigger_price=820.0, order_status="trigger pending")

    user = await bring(spine, old)
    book = sandbox_of(spine, user.account)
    limit, stop = await book.list_orders()

    assert (limit.status, plain(limit.terms.price), limit.placed_at) == (
        BrokerStatus.OPEN,
        "700",
        datetime(2026, 11, 23, 3, 50, 0, 123456, UTC),
    )
    assert (stop.status, stop.terms.pricetype) == (BrokerStatus.TRIGGER_PENDING, PriceType.SL_M)
    assert user.sandbox.draft is not None
    assert user.sandbox.draft.renumbered == {
        "26112312345678": limit.broker_order_id,
        "26112312345679": stop.broker_order_id,
    }
    await book.check()
    spine.feed.pin("NSE", "SBIN", Decimal(699))
    await spine.runtime.paper.drain()
    assert (await book.get(limit.broker_order_id)).status is BrokerStatus.COMPLETE
    assert not await spine.services.sandbox.doubts(user.account, TradingMode.SANDBOX)


async def test_orders_whose_day_is_over_or_that_would_trade_at_once_do_not_come(
    spine: Spine, old: OpenAlgoSample
) -> None:
    old.fund()
    # Before 03:00 in India by its clock, though it would be today by UTC.
    old.rest("1", order_timestamp="2026-11-23 02:00:00")
    old.rest("2", price_type="MARKET", price=None)
    old.rest("3", filled_quantity=4)
    old.rest("4", action="SELL", product="CNC")
    old.rest("5", quantity=10_000_000)
    old.rest("6", order_timestamp=None)
    old.rest("7", order_status="complete")
    old.rest("8", price=700.01)

    user = await bring(spine, old)

    assert await sandbox_of(spine, user.account).list_orders() == []
    told = why(user)
    assert told.keys() == {f"order {number}" for number in (1, 2, 3, 4, 5, 6, 8)}
    assert told["order 1"] == "it was for the day of 23 Nov 2026, which is over"
    assert "at once" in told["order 2"]
    assert "in part" in told["order 3"]
    assert "delivered" in told["order 4"]
    assert "Insufficient funds" in told["order 5"]
    assert "when it was placed" in told["order 6"]


async def test_triggers_wait_on_under_their_own_ids(spine: Spine, old: OpenAlgoSample) -> None:
    old.watch("GTT-261120-0000000a", BELOW, expires_at="2026-11-23 10:30:00")
    old.watch("GTT-261120-0000000b", ABOVE, BELOW)
    # Before triggers had a direction.
    old.watch("GTT-261120-0000000c", {"trigger_price": 760.0, "price": 0, "pricetype": "MARKET"})

    user = await bring(spine, old)
    book = sandbox_of(spine, user.account)
    found = {one.trigger_id[-1]: one for one in await book.list_gtts()}

    assert user.left_out == []
    assert found["a"].gtt.expires_at == datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    assert found["b"].gtt.sides == (Side(Decimal(750), Decimal(749)), Side(Decimal(850), Decimal(851)))
    assert {one.status for one in found.values()} == {GttStatus.ACTIVE}
    await book.check()
    spine.feed.pin("NSE", "SBIN", Decimal(745))
    await spine.runtime.paper.drain()
    assert {name: (await book.get_gtt(one.trigger_id)).status for name, one in found.items()} == dict.fromkeys(
        "abc", GttStatus.TRIGGERED
    )


async def test_triggers_that_may_have_traded_there_do_not_come(spine: Spine, old: OpenAlgoSample) -> None:
    old.watch("GTT-261120-00000001", BELOW | {"leg_status": "triggering"})
    old.watch("GTT-261120-00000002", BELOW | {"leg_status": "cancelled"}, ABOVE)
    old.watch("GTT-261120-00000003", BELOW | {"trigger_direction": "above"})
    # Over at ten by India's clock, which it is; by UTC it would wait until the afternoon.
    old.watch("GTT-261120-00000004", BELOW, expires_at="2026-11-23 10:00:00")
    old.watch("GTT-261120-00000005", BELOW, gtt_status="triggered")
    old.watch("GTT-261120-00000006", BELOW, last_price=0)
    old.watch("'; DROP TABLE", BELOW)
    old.watch("GTT-261120-00000008", BELOW | {"product": "MIS"})

    user = await bring(spine, old)

    assert await sandbox_of(spine, user.account).list_gtts() == []
    told = why(user)
    assert told.keys() == {*(f"trigger GTT-261120-0000000{n}" for n in (1, 2, 3, 4, 6, 8)), "trigger '; DROP TABLE"}
    assert "may have been placed" in told["trigger GTT-261120-00000001"]
    assert "past" in told["trigger GTT-261120-00000004"]


async def test_a_book_that_is_in_use_here_stays_as_it_is(spine: Spine, old: OpenAlgoSample) -> None:
    user = await bring(spine, old)
    await spine.services.sandbox.ask_reset(user.account, TradingMode.SANDBOX, {"capital": Decimal(5)}, SYSTEM)
    old.fund()
    before = everything(spine)

    again = await bring(spine, old)

    assert (again.sandbox.fate, everything(spine)) == (BookFate.WAS_USED, before)


async def test_money_that_cannot_be_stops_all_of_it(spine: Spine, old: OpenAlgoSample) -> None:
    old.fund(total_capital="a lot")
    before = everything(spine)

    with pytest.raises(Invalid, match="total_capital"):
        await bring(spine, old)

    assert everything(spine) == before
