"""Reading days back: the present one as the broker has it, earlier ones as they were written, and only one's own."""

from datetime import date
from decimal import Decimal

import pytest

from bot.settings.calendar_file import load_calendar
from core.accounts import OrderMode
from core.audit import SYSTEM
from core.errors import BrokerUnavailable
from core.portfolio.paper_book import Leverage
from core.services.portfolio.daily_values import DailyValues
from tests.runtime import Spine
from tests.services.portfolio.tills import LAKH, LIVE, SANDBOX, Banks, Tills, days_of, funds, snapshots_of, some_tills


@pytest.fixture
def tills(spine: Spine) -> Tills:
    """One lakh in both books of the account."""
    return some_tills(spine)


@pytest.fixture
def snapshots(tills: Tills) -> DailyValues:
    """The service over the tills."""
    return snapshots_of(tills)


async def test_history_ends_with_the_present_day_as_it_is_now(
    spine: Spine, tills: Tills, snapshots: DailyValues
) -> None:
    for money in (100_000, 100_300, 100_200):
        tills.hold(spine.account, funds(money), LIVE)
        await snapshots.record()
        spine.clock.advance(days=1)
    tills.hold(spine.account, funds(100_900), LIVE)

    history = await snapshots.history(spine.account, LIVE, 3)

    assert [(one.day.day, int(one.profit)) for one in history.days] == [(24, 300), (25, -100), (26, 700)]
    assert history.present == history.last
    assert (history.capital, history.profit_of_last(2), history.profit_of_last(30)) == (
        LAKH,
        Decimal(600),
        Decimal(900),
    )
    assert len(await days_of(spine)) == 3


async def test_history_without_a_broker_is_what_was_written(
    spine: Spine, tills: Tills, snapshots: DailyValues
) -> None:
    await snapshots.record()
    tills.of(spine.account, LIVE).money = BrokerUnavailable("The line is down.")

    today = await snapshots.history(spine.account, LIVE, 30)
    spine.clock.advance(days=1)
    tomorrow = await snapshots.history(spine.account, LIVE, 30)

    assert (today.problem, today.present) == ("The line is down.", today.last)
    assert (tomorrow.present, tomorrow.last) == (None, today.last)


async def test_the_first_look_ever_shows_today_alone(spine: Spine, tills: Tills, snapshots: DailyValues) -> None:
    tills.hold(spine.account, funds(100_500, unrealised=100, realised=500), LIVE)

    history = await snapshots.history(spine.account, LIVE, 30)

    assert (history.capital, [one.profit for one in history.days]) == (LAKH, [Decimal(600)])


async def test_no_figure_of_another_account_or_mode_appears(
    spine: Spine, tills: Tills, snapshots: DailyValues
) -> None:
    other = await spine.services.accounts.add("other", "paper", OrderMode.AUTO, LIVE, SYSTEM)
    tills.hold(other, funds(777_777))
    tills.hold(spine.account, funds(5), SANDBOX)
    await snapshots.record()

    for account, mode, equity in (
        (spine.account, LIVE, 100_000),
        (spine.account, SANDBOX, 5),
        (other, LIVE, 777_777),
    ):
        recorded = await snapshots.recorded(account, mode, 30)
        live = await snapshots.history(account, mode, 30)
        assert {one.equity for one in (*recorded.days, *live.days)} == {Decimal(equity)}
        assert {one.account_id for one in (*recorded.days, *live.days)} == {account.id}


async def test_money_put_in_or_taken_out_by_a_reset_is_no_profit(spine: Spine) -> None:
    snapshots, account = spine.services.daily_values, spine.account
    await spine.runtime.open_books()
    await snapshots.record()
    spine.clock.advance(days=1)
    before = await snapshots.history(account, LIVE, 30)

    await spine.runtime.paper.request_reset(account.id, LIVE, Decimal(500_000), Leverage())
    await spine.runtime.paper.keep_time()
    started_afresh = await snapshots.history(account, LIVE, 30)
    await snapshots.record()
    spine.clock.advance(days=1)
    next_day = await snapshots.history(account, LIVE, 30)

    assert before.capital == Decimal(10_000_000)
    for history in (started_afresh, next_day):
        assert (history.capital, history.profit_of_last(30)) == (Decimal(500_000), Decimal(0))
    assert started_afresh.present is not None
    assert (started_afresh.present.profit, started_afresh.present.equity) == (Decimal(0), Decimal(500_000))


async def test_a_day_without_trading_is_no_row_and_shows_nothing_as_today_s(spine: Spine, tills: Tills) -> None:
    only_weekdays = DailyValues(
        spine.runtime.database, Banks(tills), spine.services.clock, lambda day: day.weekday() < 5
    )
    spine.clock.advance(days=4)
    tills.hold(spine.account, funds(100_400, realised=400), LIVE)
    await only_weekdays.record()
    spine.clock.advance(days=1)

    assert await only_weekdays.record() == 0
    saturday = await only_weekdays.history(spine.account, LIVE, 30)
    spine.clock.advance(days=2)
    tills.hold(spine.account, funds(100_700, realised=300), LIVE)
    await only_weekdays.record()

    assert saturday.present is None
    assert [f"{one.day:%a}" for one in saturday.days] == ["Fri"]
    monday = await only_weekdays.history(spine.account, LIVE, 30)
    assert [(f"{one.day:%a}", one.profit) for one in monday.days] == [("Fri", Decimal(400)), ("Mon", Decimal(300))]


async def test_the_calendar_says_which_days_have_trading() -> None:
    calendar = load_calendar()

    days = [date(2026, 11, day) for day in (23, 24, 28, 29)]

    # The 24th is a holiday on which MCX trades in the evening.
    assert [calendar.is_trading_day(day) for day in days] == [True, True, False, False]
