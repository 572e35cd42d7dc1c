"""Orders for generated contracts are judged as they arrive, today and when a new day has been listed."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.process.scheduler import jobs
from bot.settings.settings import Paper
from tests.factories import SettableClock
from tests.runtime import running_spine
from tests.webhook.market_client import CALL, Shop, open_shop

ORDER: dict[str, object] = {**CALL, "strategy": "S", "action": "BUY", "quantity": "65", "product": "NRML"}


async def _wake_on(shop: Shop, days: int) -> None:
    """Days go by, and the scheduler has its turn."""
    shop.spine.clock.advance(days=days)
    (job,) = [job for job in jobs(shop.spine.runtime) if job.name == "today's contracts"]
    assert job.every <= timedelta(minutes=5)
    await job.work()


async def test_a_listed_contract_may_be_ordered(shop: Shop) -> None:
    answer = await shop.ask("placeorder", **ORDER)

    assert (answer.status, answer.body["mode"]) == (200, "semi_auto")


@pytest.mark.parametrize(
    "changes",
    [
        {"exchange": "CDS", "symbol": "USDINR26NOV26FUT", "quantity": "1000"},
        {"exchange": "BCD", "symbol": "USDINR26NOV26FUT", "quantity": "1000"},
        {"exchange": "MCX", "symbol": "CRUDEOIL18DEC26FUT", "quantity": "100"},
        {"exchange": "NFO", "symbol": "NIFTY01DEC2626000PE", "quantity": "65"},
        {"exchange": "BFO", "symbol": "SENSEX03DEC2685200CE", "quantity": "20"},
    ],
)
async def test_currencies_commodities_and_weekly_options_may_be_ordered(shop: Shop, changes: dict[str, str]) -> None:
    answer = await shop.ask("placeorder", **(ORDER | changes | {"pricetype": "LIMIT", "price": "80"}))

    assert (answer.status, answer.body["mode"]) == (200, "semi_auto")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quantity": "66"}, "Quantity must be in multiples of lot size 65"),
        ({"quantity": "1820"}, "Quantity is above the freeze quantity 1755; split the order"),
        ({"symbol": "NIFTY29DEC2626010CE"}, "Symbol NIFTY29DEC2626010CE not found on NFO"),
        ({"symbol": "NIFTY30DEC2626000CE"}, "Symbol NIFTY30DEC2626000CE not found on NFO"),
        ({"symbol": "NIFTY28OCT2526000CE"}, "NIFTY28OCT2526000CE expired on 28 Oct 2025"),
        (
            {"pricetype": "LIMIT", "price": "100.01"},
            "Price 100.01 is not a multiple of the tick size 0.05",
        ),
        ({"product": "CNC"}, "CNC cannot be used on NFO. Use NRML to carry forward or MIS for intraday."),
    ],
)
async def test_what_no_exchange_would_take_is_refused_at_once(
    shop: Shop, changes: dict[str, object], message: str
) -> None:
    answer = await shop.ask("placeorder", **(ORDER | changes))

    assert answer.status == 400
    assert answer.body["message"] == message


async def test_a_new_day_is_listed_without_a_restart(shop: Shop) -> None:
    expiring: dict[str, object] = ORDER | {"symbol": "NIFTY23NOV2626000CE"}
    coming: dict[str, object] = ORDER | {"symbol": "NIFTY23FEB2726000CE"}
    today = [(await shop.ask("placeorder", **body)).status for body in (expiring, coming)]

    await _wake_on(shop, days=1)
    late = await shop.ask("placeorder", **expiring)
    now = await shop.ask("placeorder", **coming)

    assert today == [200, 400]
    assert (late.status, late.body["message"]) == (400, "NIFTY23NOV2626000CE expired on 23 Nov 2026")
    assert now.status == 200


async def test_a_contract_whose_last_session_is_over_is_refused_on_arrival(
    tmp_path: Path, template: Path, clock: SettableClock
) -> None:
    expiring: dict[str, object] = ORDER | {"symbol": "NIFTY23NOV2626000CE"}
    async with running_spine(tmp_path, template, clock, paper=Paper()) as spine, open_shop(spine) as shop:
        before = await shop.ask("placeorder", **expiring)
        clock.advance(hours=9)
        after = await shop.ask("placeorder", **expiring)

    assert before.status == 200
    assert after.status == 400
    assert after.body["message"] == (
        "NIFTY23NOV2626000CE has expired: its last session closed on 23 Nov 2026 at 15:40"
    )


async def test_an_expired_position_is_still_in_the_book(shop: Shop) -> None:
    await shop.enter_sandbox()
    await shop.spine.switch(order_mode="auto")
    placed = await shop.ask("placeorder", **ORDER)

    await _wake_on(shop, days=37)
    book = await shop.ask("positionbook")
    symbol = await shop.ask("symbol", **CALL)
    closing = await shop.ask("closeposition", strategy="S")

    assert placed.status == 200
    assert [(row["symbol"], row["quantity"]) for row in book.body["data"]] == [(CALL["symbol"], 65)]
    assert symbol.body["data"]["expiry"] == "29-DEC-26"
    assert closing.status == 400
    assert closing.body["message"] == f"{CALL['symbol']} expired on 29 Dec 2026"
