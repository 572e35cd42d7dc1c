"""A way out of a position that is refused on arrival is recorded, so that the client is told; an entry is not."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from brokers.paper.broker import PaperBroker
from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM, Kind
from core.errors import BrokerUnavailable, CountersignError, Invalid, Paused
from core.insight.news import Topic
from core.orders.gtt import Gtt, Side
from core.orders.intents import Basket, Intent, OptionLeg, Options, Single, Smart
from core.orders.order import Action, ApiType, PriceType, Product
from core.orders.router import Operation
from core.portfolio.positions import Holding, Position
from tests.factories import ASHA, RAVI, VEENA, some_terms
from tests.runtime import Spine
from tests.services.insight.hearing import heard, planned, topics

OFF_TICK = some_terms(action=Action.SELL, limit="812.53")
SBIN = Position("NSE", "SBIN", Product.MIS, Decimal(10), Decimal(800))
STOP = replace(OFF_TICK, pricetype=PriceType.SL_M, price=Decimal(0), trigger_price=Decimal("780.01"))
AUTO, SEMI = OrderMode.AUTO, OrderMode.SEMI_AUTO


async def refused(spine: Spine, intent: Intent, error: type[CountersignError] = Invalid) -> None:
    """A strategy asks for this, and is refused."""
    with pytest.raises(error):
        await spine.submit(intent=intent)


async def recorded(spine: Spine) -> list[Mapping[str, Any]]:
    """The refused exits of the trail."""
    return [json.loads(link.facts) for link in await spine.audit_of() if link.kind == Kind.EXIT_REFUSED]


@pytest.mark.parametrize("mode", [AUTO, SEMI])
@pytest.mark.parametrize(
    ("intent", "how"),
    [
        (Single(OFF_TICK), "reduces"),
        (Single(replace(OFF_TICK, quantity=Decimal(500))), "reduces"),
        (Single(replace(OFF_TICK, product=Product.NRML, price=Decimal(812))), "reduces"),
        (Single(STOP), "protects"),
        (Basket((some_terms(symbol="TCS"), OFF_TICK)), "reduces"),
        (Smart(replace(OFF_TICK, action=Action.BUY), Decimal(0)), "reduces"),
        (
            Gtt("NSE", "SBIN", Action.SELL, Decimal(10), Product.MIS, PriceType.LIMIT, (Side(Decimal("780.01")),)),
            "protects",
        ),
    ],
)
async def test_it_says_what_it_would_have_done(spine: Spine, mode: OrderMode, intent: Intent, how: str) -> None:
    await spine.switch(order_mode=mode)
    await spine.hold(SBIN)

    await refused(spine, intent)

    (facts,) = await recorded(spine)
    assert (facts["how"], facts["held_as"], facts["action"], facts["symbol"]) == (how, "MIS", "SELL", "SBIN")
    assert facts["why"]


@pytest.mark.parametrize(
    "intent",
    [
        Single(replace(OFF_TICK, action=Action.BUY)),
        Single(replace(OFF_TICK, symbol="TCS")),
        Smart(replace(OFF_TICK, price=Decimal("812.53")), Decimal(25)),
        Basket((replace(OFF_TICK, action=Action.BUY),)),
    ],
)
async def test_an_entry_is_none(spine: Spine, intent: Intent) -> None:
    await spine.hold(SBIN)

    await refused(spine, intent)

    assert await recorded(spine) == []


async def test_delivered_shares_are_held_too(spine: Spine) -> None:
    await spine.own(TradingMode.LIVE, Holding("NSE", "SBIN", Decimal(10), Decimal(800)))

    await refused(spine, Single(replace(OFF_TICK, product=Product.CNC)))

    assert [one["held_as"] for one in await recorded(spine)] == ["CNC"]


async def test_an_option_that_cannot_be_found_is_looked_for_by_its_underlying(spine: Spine) -> None:
    await spine.hold(Position("NFO", "NIFTY29DEC2626000CE", Product.NRML, Decimal(65), Decimal(100)))
    out = OptionLeg("ATM", "CE", Action.SELL, 65, product=Product.NRML)

    with pytest.raises(CountersignError):
        await spine.submit(
            intent=Options("NIFTY", "NSE_INDEX", (out,), expiry="01JAN20"),
            api_type=ApiType.OPTIONSORDER,
            operation=Operation.OPTIONSORDER,
        )

    assert [one["symbol"] for one in await recorded(spine)] == ["NIFTY29DEC2626000CE"]


async def test_an_exit_while_trading_is_paused_is_recorded(spine: Spine) -> None:
    await spine.hold(SBIN)
    await spine.services.pausing.pause_as(spine.account, SYSTEM)

    await refused(spine, Single(replace(OFF_TICK, price=Decimal(812))), Paused)

    assert "paused" in (await recorded(spine))[0]["why"]


async def away(self: PaperBroker) -> None:
    """A broker that does not answer."""
    raise BrokerUnavailable("The broker is away.")


async def test_closing_everything_is_always_an_exit(spine: Spine, monkeypatch: pytest.MonkeyPatch) -> None:
    await spine.switch(order_mode=AUTO)
    monkeypatch.setattr(PaperBroker, "list_positions", away)

    with pytest.raises(BrokerUnavailable):
        await spine.services.trading.close_all(await spine.caller(), "momentum", {})

    assert [one["how"] for one in await recorded(spine)] == ["closes"]


async def test_where_nobody_knows_what_is_held_it_may_have_been_one(
    spine: Spine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PaperBroker, "list_positions", away)

    await refused(spine, Single(OFF_TICK))

    assert [one["how"] for one in await recorded(spine)] == ["unknown"]


async def test_those_who_decide_are_told_once_and_it_is_counted(spine: Spine) -> None:
    await spine.hold(SBIN)
    await heard(spine)

    for _ in range(30):
        await refused(spine, Single(OFF_TICK))

    assert await topics(spine, ASHA) == await topics(spine, RAVI) == [Topic.EXIT_REFUSED]
    assert await topics(spine, VEENA) == []
    assert (await planned(spine, ASHA)).due[0].notice.times == 30
