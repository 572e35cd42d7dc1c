"""What accounts were worth: one row for each trading day, whatever happens to brokers and processes."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.process.bootstrap import open_runtime
from core.errors import BrokerUnavailable, Unready
from core.portfolio.positions import Funds
from core.portfolio.profit_and_loss import DayFigures
from core.services.portfolio.daily_values import WRITE_EVERY, DailyValues
from tests.factories import SettableClock
from tests.runtime import Spine, settings_for
from tests.services.portfolio.tills import LAKH, LIVE, SANDBOX, Banks, Tills, days_of, funds, snapshots_of, some_tills

MONDAY = date(2026, 11, 23)


@pytest.fixture
def tills(spine: Spine) -> Tills:
    """One lakh in both books of the account."""
    return some_tills(spine)


@pytest.fixture
def snapshots(tills: Tills) -> DailyValues:
    """The service over the tills."""
    return snapshots_of(tills)


async def test_both_books_of_an_account_have_their_own_row(
    spine: Spine, tills: Tills, snapshots: DailyValues
) -> None:
    tills.hold(spine.account, funds(90_000, used=5_000, unrealised=-250, realised=40, charges=15), LIVE)

    assert await snapshots.record() == 2

    (live,) = await days_of(spine, LIVE)
    (sandbox,) = await days_of(spine, SANDBOX)
    assert (sandbox.day, sandbox.equity, sandbox.profit) == (MONDAY, LAKH, Decimal(0))
    assert live == DayFigures(
        account_id=spine.account.id,
        trading_mode=LIVE,
        day=MONDAY,
        starting_equity=Decimal(94_975),
        equity=Decimal(94_750),
        available=Decimal(90_000),
        realised=Decimal(40),
        unrealised=Decimal(-250),
        charges=Decimal(15),
        recorded_at=spine.clock.now(),
    )


async def test_the_row_is_written_at_most_every_five_minutes_and_only_when_something_changed(
    spine: Spine, tills: Tills, snapshots: DailyValues
) -> None:
    written = [await snapshots.record()]
    for minute in range(1, 16):
        spine.clock.advance(minutes=1)
        if minute < 12:
            tills.hold(spine.account, funds(100_000 + minute), LIVE)
        written.append(await snapshots.record())

    assert written == [2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    (row,) = await days_of(spine)
    assert (row.equity, row.recorded_at) == (Decimal(100_011), spine.clock.now())


async def test_a_day_ends_at_three_in_the_morning_and_the_next_begins_with_its_last_equity(
    spine: Spine, tills: Tills, snapshots: DailyValues
) -> None:
    await snapshots.record()
    spine.clock.advance(hours=16, minutes=59, seconds=59)
    tills.hold(spine.account, funds(101_000, realised=1_000), LIVE)
    await snapshots.record()
    spine.clock.advance(seconds=1)
    tills.hold(spine.account, funds(101_500, realised=500), LIVE)
    await snapshots.record()

    monday, tuesday = await days_of(spine)
    assert (monday.day, monday.profit, monday.realised) == (MONDAY, Decimal(1_000), Decimal(1_000))
    assert (tuesday.day, tuesday.starting_equity) == (MONDAY + timedelta(days=1), monday.equity)
    assert (tuesday.profit, tuesday.realised) == (Decimal(500), Decimal(500))


async def test_days_nobody_looked_are_missing_and_lose_no_profit(
    spine: Spine, tills: Tills, snapshots: DailyValues
) -> None:
    await snapshots.record()
    spine.clock.advance(days=5)
    tills.hold(spine.account, funds(99_000), LIVE)
    await snapshots.record()

    first, second = await days_of(spine)
    assert (second.day - first.day, second.profit) == (timedelta(days=5), Decimal(-1_000))


@pytest.mark.parametrize("fault", [BrokerUnavailable(), Unready()])
async def test_a_broker_that_is_away_is_skipped_and_asked_again(
    spine: Spine, tills: Tills, snapshots: DailyValues, fault: Exception
) -> None:
    tills.of(spine.account, LIVE).money = fault

    assert await snapshots.record() == 1
    assert await days_of(spine, LIVE) == []
    tills.hold(spine.account, funds(100_000))
    spine.clock.advance(minutes=1)

    assert await snapshots.record() == 1
    assert len(await days_of(spine, LIVE)) == 1


async def test_a_broker_that_never_answers_holds_nobody_up_for_long(
    spine: Spine, tills: Tills, snapshots: DailyValues, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never() -> Funds:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr("core.services.portfolio.daily_values.PATIENCE", 0.05)
    monkeypatch.setattr(tills.of(spine.account, LIVE), "get_funds", never)

    assert await snapshots.record() == 1
    history = await snapshots.history(spine.account, LIVE, 30)
    assert (history.days, history.problem) == ((), "The broker takes too long.")


async def test_a_disabled_account_and_one_without_its_broker_are_left_alone(
    spine: Spine, tills: Tills, snapshots: DailyValues
) -> None:
    await spine.switch(enabled=False)
    assert await snapshots.record() == 0

    spine.sql("UPDATE accounts SET enabled = 1, broker = 'gone'")
    assert await snapshots.record() == 0


async def test_rounds_that_overlap_or_repeat_make_one_row(spine: Spine, tills: Tills, snapshots: DailyValues) -> None:
    await asyncio.gather(*(snapshots.record() for _ in range(5)))

    assert spine.sql("SELECT count(*), count(DISTINCT trading_mode) FROM day_figures") == [(2, 2)]


async def test_a_late_round_never_replaces_what_is_newer(spine: Spine, tills: Tills, snapshots: DailyValues) -> None:
    await snapshots.record()
    (row,) = await days_of(spine)
    async with spine.runtime.database.begin() as tx:
        await tx.days.keep(replace(row, equity=Decimal(1), recorded_at=row.recorded_at - timedelta(seconds=1)))
        await tx.commit()

    assert await days_of(spine) == [row]


async def test_a_round_that_cannot_be_saved_leaves_nothing_half_written(
    spine: Spine, tills: Tills, snapshots: DailyValues
) -> None:
    spine.sql(
        "CREATE TRIGGER full BEFORE INSERT ON day_figures WHEN NEW.trading_mode = 'sandbox' "
        "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    with pytest.raises(Unready):
        await snapshots.record()
    assert await days_of(spine, LIVE) + await days_of(spine, SANDBOX) == []

    spine.sql("DROP TRIGGER full")
    assert await snapshots.record() == 2


async def test_a_new_process_goes_on_with_the_same_rows(
    spine: Spine, tills: Tills, snapshots: DailyValues, tmp_path: Path, clock: SettableClock
) -> None:
    await snapshots.record()
    clock.advance(minutes=2)

    async with open_runtime(settings_for(tmp_path), clock) as runtime:
        again = DailyValues(runtime.database, Banks(tills), runtime.services.clock)
        tills.hold(spine.account, funds(100_700))
        assert await again.record() == 0
        clock.advance(seconds=WRITE_EVERY.total_seconds())
        assert await again.record() == 2

    (row,) = await days_of(spine)
    assert (row.starting_equity, row.equity) == (LAKH, Decimal(100_700))


async def test_a_clock_that_cannot_be_believed_writes_nothing(
    spine: Spine, tills: Tills, snapshots: DailyValues
) -> None:
    await snapshots.record()
    spine.clock.advance(days=-3)

    with pytest.raises(Unready, match="clock"):
        await snapshots.record()


async def test_the_paper_books_really_are_read(spine: Spine) -> None:
    assert await spine.services.daily_values.record() == 2

    assert [row.equity for row in await days_of(spine)] == [Decimal(10_000_000)]
