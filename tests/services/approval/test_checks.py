"""What is found out about a waiting order, and that no broker holds up its card."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.settings.settings import Paper
from core.accounts import TradingMode
from core.errors import BrokerUnavailable
from core.orders.intents import Basket, Split
from core.orders.order import Action, ApiType, Product
from core.orders.router import Operation
from core.portfolio.positions import Funds, Holding, Position
from core.ports import RunningFeed
from core.review.check import Check
from core.services.approval.checks import ANSWER_WITHIN, Checks
from core.services.approval.surroundings import Surroundings
from tests.factories import SettableClock, some_terms
from tests.fakes import ScriptedBroker
from tests.runtime import Spine, running_spine
from tests.waiting import SOON

LIVE_BASKET: dict[str, Any] = {"api_type": ApiType.BASKETORDER, "operation": Operation.BASKETORDER}


async def look(spine: Spine, *legs: Any, **other: Any) -> Check:
    order_id = await spine.queue(*legs, **other)
    check = await spine.services.checks.look(spine.account, await spine.order(order_id))
    assert check is not None
    return check


async def test_price_age_move_position_and_money(spine: Spine, clock: SettableClock) -> None:
    order_id = await spine.queue(some_terms(quantity=25))
    await spine.move(808)
    clock.advance(seconds=2)

    check = await spine.services.checks.look(spine.account, await spine.order(order_id))

    assert check is not None
    assert (check.last, check.signal, check.made_by) == (Decimal(808), Decimal(800), "simulated")
    assert (check.held, check.held_after) == (Decimal(0), Decimal(25))
    assert check.margin == Decimal(808) * 25 / 5
    assert check.left == Decimal(10_000_000) - check.margin
    assert (check.unknown, check.charges) == ("", None)


async def test_what_only_reduces_a_position_takes_no_margin(spine: Spine) -> None:
    await spine.hold(Position("NSE", "SBIN", Product.MIS, Decimal(40), Decimal(800)))

    check = await look(spine, some_terms(Action.SELL, 40))

    assert (check.held, check.held_after, check.margin, check.left) == (Decimal(40), Decimal(0), None, None)


async def test_a_delivery_sale_counts_the_shares_that_were_delivered(spine: Spine) -> None:
    await spine.own(TradingMode.LIVE, Holding("NSE", "SBIN", Decimal(30), Decimal(700)))

    check = await look(spine, some_terms(Action.SELL, 10, product=Product.CNC))

    assert (check.held, check.held_after) == (Decimal(30), Decimal(20))


async def test_charges_are_told_where_the_book_charges(tmp_path: Path, template: Path, clock: SettableClock) -> None:
    paper = Paper(outside_hours="ignore", charges=True)
    async with running_spine(tmp_path, template, clock, paper=paper) as spine:
        check = await look(spine, some_terms(quantity=100))
        await spine.approve(await spine.queue(some_terms(quantity=100)))
        await spine.execute()
        (trade,) = await spine.book().list_trades()

    assert check.charges is not None
    assert abs(check.charges - trade.charges) < Decimal("0.10")


async def test_a_split_order_is_looked_at_as_a_whole(spine: Spine) -> None:
    split = {"api_type": ApiType.SPLITORDER, "operation": Operation.SPLITORDER}

    check = await look(spine, intent=Split(some_terms(quantity=25), 10), **split)

    assert (check.held_after, check.margin) == (Decimal(25), Decimal(4000))


async def test_a_basket_has_the_margin_of_all_and_no_one_price(spine: Spine) -> None:
    legs = some_terms(quantity=10), some_terms(Action.SELL, 5, symbol="INFY")

    check = await look(spine, intent=Basket(legs), **LIVE_BASKET)

    assert (check.last, check.held) == (None, None)
    assert check.margin is not None
    assert check.margin > Decimal(1600)


async def test_a_closed_market_is_told_with_its_opening(tmp_path: Path, template: Path) -> None:
    saturday = SettableClock(datetime(2026, 11, 28, 6, 0, tzinfo=UTC))
    async with running_spine(tmp_path, template, saturday, paper=Paper(outside_hours="queue")) as spine:
        check = await look(spine)

    assert check.warnings == ("NSE is closed: it is Saturday. It opens Mon 30 Nov 09:15.",)


async def test_the_same_order_approved_before_is_told(spine: Spine, clock: SettableClock) -> None:
    first = await spine.queue()
    await spine.approve(first)
    clock.advance(minutes=4)

    again, other = await look(spine), await look(spine, strategy="another")

    assert again.warnings == (f"The same order was approved 4 min ago, as #{first}.",)
    assert other.warnings == ()


async def test_a_decided_order_is_not_looked_at_and_keeps_what_was_shown(spine: Spine) -> None:
    order_id = await spine.queue()
    shown = await spine.services.checks.look(spine.account, await spine.order(order_id))
    await spine.approve(order_id)

    order = await spine.order(order_id)
    assert shown is not None
    assert order.checked == shown.dump()
    assert await spine.services.checks.look(spine.account, order) is None
    assert (await spine.runtime.audit.verify()).breaks == []

    spine.sql("UPDATE orders SET checked = NULL")
    assert ["checked is empty" in found.what for found in (await spine.runtime.audit.verify()).breaks] == [True]


async def test_the_price_is_always_fresh_and_the_broker_is_asked_now_and_then(
    spine: Spine, clock: SettableClock
) -> None:
    order = await spine.order(await spine.queue())
    first = await spine.services.checks.look(spine.account, order)
    await spine.move(900)

    soon = await spine.services.checks.look(spine.account, order)
    clock.advance(seconds=4)
    later = await spine.services.checks.look(spine.account, order)

    assert first is not None
    assert soon is not None
    assert later is not None
    assert (soon.last, soon.margin, later.margin) == (Decimal(900), first.margin, Decimal(1800))


class Sleeping(ScriptedBroker):
    """A broker that takes its time."""

    def __init__(self, *args: Any, fault: Exception | None = None) -> None:
        super().__init__(*args)
        self.looks = 0
        self.fault = fault
        self.awake = asyncio.Event()

    async def get_funds(self) -> Funds:
        """When it is awake, or only to fail."""
        self.looks += 1
        if self.fault is not None:
            raise self.fault
        await self.awake.wait()
        return await self._inner.get_funds()


def looking_at(spine: Spine, broker: ScriptedBroker, clock: SettableClock) -> Checks:
    """Checks that ask this broker."""
    surroundings = Surroundings(spine.runtime.feed, _Open(), None)  # type: ignore[arg-type]
    return Checks(spine.runtime.database, _Only(broker, spine.runtime.feed), surroundings, clock)  # type: ignore[arg-type]


async def test_a_broker_that_is_away_is_left_alone_for_a_while(spine: Spine, clock: SettableClock) -> None:
    broker = Sleeping(spine.book(), fault=BrokerUnavailable("away"))
    order, checks = await spine.order(await spine.queue()), looking_at(spine, broker, clock)

    looks = [await checks.look(spine.account, replace(order, version=version)) for version in (1, 2)]
    clock.advance(seconds=11)
    await checks.look(spine.account, replace(order, version=3))

    assert {look.unknown for look in looks if look is not None} == {"the broker did not answer"}
    assert broker.looks == 2


async def test_a_slow_broker_delays_no_card_and_its_late_answer_is_not_lost(
    spine: Spine, clock: SettableClock
) -> None:
    broker = Sleeping(spine.book())
    order, checks = await spine.order(await spine.queue()), looking_at(spine, broker, clock)

    async with asyncio.timeout(ANSWER_WITHIN + SOON):
        first = await checks.look(spine.account, order)
    broker.awake.set()
    later = await checks.look(spine.account, order)

    assert first is not None
    assert later is not None
    assert (first.last, first.held, first.unknown) == (Decimal(800), None, "the broker did not answer")
    assert (later.held, later.unknown, broker.looks) == (Decimal(0), "", 1)


class _Only:
    """The one broker."""

    def __init__(self, broker: ScriptedBroker, feed: RunningFeed) -> None:
        self._broker = broker
        self._feed = feed

    def feed(self, *_: object) -> RunningFeed:
        """The prices."""
        return self._feed

    def book(self, *_: object) -> ScriptedBroker:
        """It."""
        return self._broker


class _Open:
    """Exchanges that never close."""

    def phase(self, *_: object) -> str:
        """Open."""
        return "endless"
