"""A refused change of what leaves or protects a position is told, and so is a cancellation that did not happen."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from brokers.paper.broker import PaperBroker
from core.accounts import OrderMode, TradingMode
from core.audit import Kind
from core.errors import BrokerUnavailable, CountersignError, Invalid, OutcomeUnknown
from core.ids import BrokerOrderId
from core.insight.news import Topic
from core.orders.gtt import Gtt, Side
from core.orders.intents import Single
from core.orders.order import Action, LegTerms, PriceType, Product
from core.portfolio.positions import Position
from tests.factories import ASHA, RAVI, VEENA, some_terms
from tests.runtime import Spine
from tests.services.insight.hearing import heard, planned, topics
from tests.services.trading.gtts import ASKED, gtt

SBIN = Position("NSE", "SBIN", Product.MIS, Decimal(10), Decimal(800))
STOP = replace(
    some_terms(action=Action.SELL), pricetype=PriceType.SL_M, price=Decimal(0), trigger_price=Decimal("780")
)
OFF_TICK = replace(STOP, trigger_price=Decimal("781.03"))


async def resting(spine: Spine, terms: LegTerms, position: Position | None = SBIN) -> BrokerOrderId:
    """An order of ours at the broker, beside this position."""
    await spine.switch(order_mode=OrderMode.AUTO)
    if position is not None:
        await spine.hold(position)
    (leg,) = (await spine.send(intent=Single(terms))).legs
    assert leg.broker_order_id is not None
    await heard(spine)
    return leg.broker_order_id


async def change(spine: Spine, orderid: BrokerOrderId, terms: LegTerms) -> CountersignError:
    """A strategy wants other terms; why it is refused."""
    with pytest.raises(CountersignError) as refused:
        await spine.services.trading.modify(await spine.caller(), orderid, terms)
    return refused.value


async def recorded(spine: Spine) -> list[Mapping[str, Any]]:
    """The refused operations of the trail."""
    return [json.loads(link.facts) for link in await spine.audit_of() if link.kind == Kind.OPERATION_REFUSED]


@pytest.mark.parametrize("trading_mode", [*TradingMode])
async def test_a_refused_change_of_a_stop_is_told_to_those_who_decide(
    spine: Spine, trading_mode: TradingMode
) -> None:
    await spine.switch(trading_mode=trading_mode, order_mode=OrderMode.AUTO)
    await spine.hold(SBIN, trading_mode)
    (leg,) = (await spine.send(intent=Single(STOP))).legs
    assert leg.broker_order_id is not None

    why = await change(spine, leg.broker_order_id, OFF_TICK)

    (facts,) = await recorded(spine)
    assert (facts["operation"], facts["orderid"], facts["how"]) == ("modifyorder", leg.broker_order_id, "protects")
    assert facts["why"] == str(why)
    assert facts["terms"]["trigger_price"] == "781.03"
    assert Topic.REFUSED in await topics(spine, ASHA)
    assert Topic.REFUSED in await topics(spine, RAVI)
    assert Topic.REFUSED not in await topics(spine, VEENA)


async def test_a_stop_that_was_to_become_something_else_counts_as_a_stop(spine: Spine) -> None:
    stop = await resting(spine, STOP)

    await change(spine, stop, some_terms(action=Action.BUY, limit="700.03"))

    assert [one["how"] for one in await recorded(spine)] == ["protects"]


async def test_a_refused_change_of_an_entry_is_not_told(spine: Spine) -> None:
    entry = await resting(spine, some_terms(limit=700))

    await change(spine, entry, some_terms(limit="700.03"))

    assert await recorded(spine) == []


async def test_a_stop_of_nothing_is_no_protection(spine: Spine) -> None:
    stop = await resting(spine, STOP, position=None)

    await change(spine, stop, OFF_TICK)

    assert await recorded(spine) == []


async def test_a_script_that_asks_again_and_again_is_one_notice(spine: Spine) -> None:
    stop = await resting(spine, STOP)

    for _ in range(20):
        await change(spine, stop, OFF_TICK)

    assert await topics(spine, ASHA) == [Topic.REFUSED]
    assert (await planned(spine, ASHA)).due[0].notice.times == 20


async def test_where_the_answer_did_not_come_it_does_not_say_that_nothing_was_done(
    spine: Spine, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = await resting(spine, STOP)

    async def lost(*_: object) -> None:
        raise OutcomeUnknown()

    monkeypatch.setattr(PaperBroker, "modify", lost)
    await change(spine, stop, replace(STOP, trigger_price=Decimal(785)))

    assert [one["in_doubt"] for one in await recorded(spine)] == ["yes"]


async def test_a_refused_change_of_a_trigger_is_told(spine: Spine) -> None:
    await spine.switch(order_mode=OrderMode.AUTO)
    (leg,) = (await spine.send(intent=gtt(), **ASKED)).legs
    assert leg.broker_order_id is not None
    sells = Gtt("NSE", "SBIN", Action.SELL, Decimal(10), Product.CNC, PriceType.LIMIT, (Side(Decimal(780)),))
    await spine.send(some_terms(product=Product.CNC))
    with pytest.raises(Invalid):
        await spine.services.gtts.modify(await spine.caller(), leg.broker_order_id, sells)

    (facts,) = await recorded(spine)
    assert (facts["operation"], facts["trigger_id"], facts["how"]) == (
        "modifygttorder",
        leg.broker_order_id,
        "protects",
    )


async def test_a_cancellation_that_a_silent_broker_did_not_take_is_told(
    spine: Spine, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await resting(spine, some_terms(limit=700))

    async def away(*_: object) -> None:
        raise BrokerUnavailable()

    monkeypatch.setattr(PaperBroker, "cancel", away)
    with pytest.raises(BrokerUnavailable):
        await spine.services.trading.cancel(await spine.caller(), entry)

    assert [(one["operation"], one["orderid"]) for one in await recorded(spine)] == [("cancelorder", entry)]


async def test_cancelling_what_is_gone_is_not_told(spine: Spine) -> None:
    gone = await resting(spine, some_terms())

    with pytest.raises(CountersignError):
        await spine.services.trading.cancel(await spine.caller(), gone)

    assert await recorded(spine) == []
