"""Figures out of the database: the right orders, the right person, along an index."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy.dialects import sqlite

from core.accounts import TradingMode
from core.orders.order import Action
from core.orders.states import QueueStatus
from core.services.insight.order_figures import AccountFigures
from db.insight.figure_store import asked_query
from tests.factories import ASHA, OMKAR, SettableClock, some_terms
from tests.runtime import Spine
from tests.services.trading.client_acts import ask_close, bought, confirm_close

LITERAL = {"literal_binds": True}


async def figures(spine: Spine, days: int = 30) -> AccountFigures:
    """Asha's only account."""
    (only,) = await spine.services.insight.figures.read(ASHA, days)
    return only


async def test_orders_are_counted_and_decisions_timed(spine: Spine, clock: SettableClock) -> None:
    first = await spine.queue()
    second = await spine.queue(some_terms(Action.SELL))
    clock.advance(seconds=10)
    await spine.approve(first)
    clock.advance(seconds=20)
    await spine.reject(second)

    seen = (await figures(spine)).statistics

    assert seen.by_status == {QueueStatus.APPROVED: 1, QueueStatus.REJECTED: 1}
    assert (seen.buys, seen.sells, seen.mixed) == (1, 1, 0)
    (momentum,) = seen.strategies
    assert (momentum.approval_rate, momentum.median) == (Decimal("0.5"), timedelta(seconds=20))


async def test_a_rejected_limit_order_is_valued_at_the_last_price(spine: Spine) -> None:
    await spine.reject(await spine.queue(some_terms(limit=790)))
    await spine.move(800)

    missed = (await figures(spine)).missed

    assert (missed.count, missed.known, missed.profit) == (1, 1, Decimal(100))


async def test_a_rejected_market_order_is_valued_from_the_price_at_its_signal(spine: Spine) -> None:
    await spine.move(800)
    await spine.reject(await spine.queue(some_terms()))
    await spine.move(803)

    missed = (await figures(spine)).missed

    assert (missed.known, missed.profit) == (1, Decimal(30))


async def test_what_a_client_gave_is_no_strategys_and_no_decision(spine: Spine) -> None:
    await bought(spine)
    await confirm_close(spine, await ask_close(spine))

    seen = (await figures(spine)).statistics

    assert (seen.orders, seen.by_clients) == (2, 1)
    assert [(one.strategy, one.orders, one.decided) for one in seen.strategies] == [("momentum", 1, 0)]


async def test_orders_of_other_days_modes_and_people_are_left_out(spine: Spine, clock: SettableClock) -> None:
    await spine.queue()
    clock.advance(days=3)
    await spine.queue()
    assert (await figures(spine, 2)).statistics.orders == 1
    assert (await figures(spine, 30)).statistics.orders == 2
    assert await spine.services.insight.figures.read(OMKAR, 30) == []

    await spine.switch(trading_mode=TradingMode.SANDBOX)

    assert (await figures(spine)).statistics.orders == 0


async def test_the_question_walks_an_index_and_no_history(spine: Spine) -> None:
    await spine.queue()
    query = asked_query(spine.account.id, TradingMode.LIVE, spine.clock.moment)
    plan = spine.sql(f"EXPLAIN QUERY PLAN {query.compile(dialect=sqlite.dialect(), compile_kwargs=LITERAL)}")

    steps = [str(row[3]) for row in plan]
    assert not [step for step in steps if step.startswith("SCAN")]
    assert any("ix_orders_account_id (account_id=? AND rowid>?)" in step or "AND id>?" in step for step in steps)
