"""The service is killed in the middle of a fill: its paper book is still what its trail tells, and the sums agree."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.e2e.crashing import KILLED
from tests.e2e.people import Strategy, local_telegram, talking, until
from tests.e2e.program import Installation, Result, Service
from tests.e2e.side_by_side import InModes, side_by_side
from tests.factories import ASHA

pytestmark = pytest.mark.asyncio(loop_scope="module")
LIFELIKE = {
    "COUNTERSIGN_PAPER__FILL_SHARE": "0.15",
    "COUNTERSIGN_PAPER__SLIPPAGE_BPS": "20",
    "COUNTERSIGN_PAPER__LATENCY_MS": "300",
    "COUNTERSIGN_PAPER__CHARGES": "true",
    "COUNTERSIGN_FEED__TICK_EVERY": "1s",
}
SCRIPT: tuple[Mapping[str, object], ...] = (
    {"symbol": "RELIANCE", "quantity": "400"},
    {"symbol": "INFY", "action": "SELL", "quantity": "300"},
    {"symbol": "TCS", "product": "CNC", "quantity": "120"},
    {"symbol": "SBIN", "pricetype": "LIMIT", "price": "5000", "quantity": "500"},
    {"symbol": "SBIN", "pricetype": "LIMIT", "price": "100", "quantity": "7"},
)
STEPS = ("filling:2", "filled:2", "filling:7", "filled:8")
each_step = pytest.mark.parametrize("step", STEPS)


@dataclass(frozen=True)
class Ending:
    """What was found of one crash."""

    died: int
    checks: tuple[Result, ...]
    """The book against its trail: just after the crash, and at the end."""
    verified: Result
    head: Mapping[str, str]
    funds: Mapping[str, Any]
    orders: list[dict[str, Any]]
    trades: list[dict[str, Any]]


async def _trade(service: Service, key: str) -> None:
    async with talking(service, key) as strategy:
        with contextlib.suppress(aiohttp.ClientError):
            for changes in SCRIPT:
                await strategy.place(changes=changes)


async def _all_filled(strategy: Strategy) -> bool:
    waiting = [order for order in await strategy.broker_orders() if order["order_status"] == "open"]
    return [order["price"] for order in waiting] in ([], [100])


async def _play(step: str, home: Installation) -> Ending:
    async with local_telegram(ASHA) as (_, url):
        here = home.at(url)
        async with here.running(step, **LIFELIKE) as service:
            trading = asyncio.ensure_future(_trade(service, here.key))
            died = await service.ended()
            await trading
        after_crash = await here.cli("sandbox", "check", "main")
        async with here.running(**LIFELIKE) as service, talking(service, here.key) as strategy:
            await until(lambda: _all_filled(strategy), 60)
            orders = await strategy.broker_orders()
            answers = [(await strategy.ask(book))[1]["data"] for book in ("funds", "tradebook")]
            await service.stop()
        at_the_end = await here.cli("sandbox", "check", "main")
        head = await here.json("sandbox", "show", "main")
        verified = await here.cli("audit", "verify")
    return Ending(died, (after_crash, at_the_end), verified, head, answers[0], orders, answers[1])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def endings(
    request: pytest.FixtureRequest, furnished: Installation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Mapping[str, asyncio.Task[Ending]]]:
    """Every crash, side by side."""
    folder: Path = tmp_path_factory.mktemp("books")
    made = InModes(furnished, tmp_path_factory.mktemp("modes"))

    async def one(step: str) -> Ending:
        return await _play(step, await made.copy("auto", "sandbox", folder / step.replace(":", "-")))

    async with side_by_side(request, "step", one) as tasks:
        yield tasks


@each_step
async def test_the_book_is_what_the_trail_tells(endings: Mapping[str, asyncio.Task[Ending]], step: str) -> None:
    ending = await endings[step]

    assert ending.died == KILLED
    for check in (*ending.checks, ending.verified):
        assert check.status == 0, check.err + check.out


@each_step
async def test_what_was_filled_is_what_was_traded(endings: Mapping[str, asyncio.Task[Ending]], step: str) -> None:
    ending = await endings[step]

    traded: dict[str, float] = {}
    for trade in ending.trades:
        traded[trade["orderid"]] = traded.get(trade["orderid"], 0) + trade["quantity"]
    filled = {order["orderid"]: order["filled_quantity"] for order in ending.orders if order["filled_quantity"]}
    assert traded == filled
    assert len(ending.trades) > len(filled)


@each_step
async def test_no_money_came_or_went(endings: Mapping[str, asyncio.Task[Ending]], step: str) -> None:
    ending = await endings[step]

    tied_up = ending.funds["availablecash"] + ending.funds["utiliseddebits"]
    cash = float(ending.head["capital"]) + float(ending.head["realised"]) - float(ending.head["charges"])
    assert float(ending.head["charges"]) > 0
    assert tied_up == pytest.approx(cash, abs=0.01)
