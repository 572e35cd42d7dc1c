"""The audit trail tells enough of a book to rebuild it, and shows where what is kept is not what happened."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from brokers.paper.engine.events import Rules
from core.audit import GENESIS, Kind, Link, forge
from core.errors import BrokerRefused
from core.portfolio.paper_book import Leverage
from tests.paper.rig import BUY, CNC, LIMIT, MARKET, MIS, SELL, SL_M, Rig, terms


async def _story(rig: Rig) -> AsyncIterator[Link]:
    previous = GENESIS
    for number, event in enumerate(rig.store.trail, start=1):
        link = forge(event, number, previous)
        previous = link.hash
        yield link


async def doubts(rig: Rig) -> Sequence[str]:
    """Where the rig's book is not what its trail tells."""
    return await rig.brokers.doubts(rig.key.account_id, rig.key.trading_mode, _story(rig))


async def _trade_a_while(rig: Rig) -> None:
    await rig.place(terms(BUY, 10, MARKET))
    resting = await rig.place(terms(BUY, 5, LIMIT, 790))
    await rig.modify(resting, terms(BUY, 7, LIMIT, 795))
    await rig.tick(794)
    await rig.place(terms(SELL, 4, SL_M, trigger_price=780))
    await rig.tick(779)
    doomed = await rig.place(terms(BUY, 1, LIMIT, 700, product=CNC))
    await rig.broker.cancel(doomed.broker_order_id)
    await rig.place(terms(BUY, 3, MARKET, product=CNC))


async def test_a_book_is_rebuilt_from_its_trail(rig: Rig) -> None:
    await _trade_a_while(rig)

    assert await doubts(rig) == []
    kinds = [event.kind for event in rig.store.trail]
    assert kinds[0] is Kind.BOOK_OPENED
    assert set(kinds[1:]) == {Kind.BOOK_MOVED}


async def test_a_book_is_rebuilt_over_days_and_restarts(rig: Rig) -> None:
    await _trade_a_while(rig)
    rig.restart()
    rig.clock.advance(days=1)
    rig.pin(810)
    await rig.broker.check()
    await rig.brokers.keep_time()
    await rig.place(terms(SELL, 2, MARKET, product=CNC))

    assert await doubts(rig) == []
    assert (await rig.broker.list_holdings())[0].quantity == 1


async def test_a_book_is_rebuilt_when_chance_and_rules_changed_meanwhile(rig: Rig) -> None:
    rig.rules = Rules(slippage_bps=Decimal(25), latency=timedelta(seconds=1), seed=3)
    rig.restart()
    await rig.place(terms(BUY, 10, MARKET))
    rig.clock.advance(seconds=2)
    await rig.tick(801)
    rig.rules = Rules(is_charged=True, fill_share=Decimal("0.5"))
    rig.restart()
    await rig.place(terms(SELL, 10, MARKET))

    assert await doubts(rig) == []
    assert Kind.BOOK_RULED in {event.kind for event in rig.store.trail}


async def test_what_was_changed_behind_the_trail_is_found(rig: Rig) -> None:
    await _trade_a_while(rig)
    stored = rig.store.books[rig.key.name]
    stored.head = replace(stored.head, head=replace(stored.head.head, realised=Decimal(1_000_000)))

    assert await doubts(rig) == ["money and settings are not as told"]


async def test_a_story_that_was_invented_is_found(rig: Rig) -> None:
    await _trade_a_while(rig)
    told = rig.store.trail[1]
    assert told.facts is not None
    rig.store.trail[1] = replace(told, facts={**told.facts, "did": {"orders": [], "trades": [], "cash": "1"}})

    (doubt,) = await doubts(rig)

    assert doubt == "event 2 did something else than it says"


async def test_a_reset_starts_afresh_and_is_part_of_the_story(rig: Rig) -> None:
    await _trade_a_while(rig)
    key = rig.key
    await rig.brokers.request_reset(
        key.account_id, key.trading_mode, Decimal(50_000), Leverage(equity_mis=Decimal(2))
    )

    await rig.brokers.keep_time()
    await rig.brokers.keep_time()

    money = await rig.broker.get_funds()
    assert money.available == 50_000
    assert money.used == money.realised == 0
    assert money.paper is not None
    assert money.paper.capital == 50_000
    assert money.paper.reset_count == 1
    assert await rig.broker.list_positions() == ()
    assert rig.store.resets == {}
    assert await doubts(rig) == []


@pytest.mark.parametrize("quantity", [100, 200])
async def test_leverage_after_a_reset_decides_what_is_affordable(rig: Rig, quantity: int) -> None:
    key = rig.key
    await rig.brokers.request_reset(
        key.account_id, key.trading_mode, Decimal(50_000), Leverage(equity_mis=Decimal(2))
    )
    await rig.brokers.keep_time()

    if quantity == 100:
        await rig.place(terms(BUY, quantity, MARKET, product=MIS))
        assert (await rig.broker.get_funds()).used == 40_000
    else:
        with pytest.raises(BrokerRefused, match="Insufficient funds"):
            await rig.place(terms(BUY, quantity, MARKET, product=MIS))
