"""The first look at an instrument, while prices come from a server that has to be asked."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from tests.feed.rig import PolledStage
from tests.webhook.market_client import NOT_FOUND, SBIN, Shop

INFY = {"symbol": "INFY", "exchange": "NSE"}


@pytest.fixture
def stage(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> PolledStage:
    """The shop's prices come from here, once somebody polls."""
    stage = PolledStage()
    stage.source.prices |= {("NSE", "SBIN"): Decimal(800), ("NSE", "INFY"): Decimal("1500.5")}
    monkeypatch.setattr(shop.spine.runtime.brokers, "feed", lambda *_of: stage.feed)
    return stage


@pytest.fixture
async def _polling(stage: PolledStage) -> AsyncIterator[None]:
    """Somebody polls."""

    async def poll() -> None:
        while True:
            await stage.feed.poll_once()
            await asyncio.sleep(0)

    running = asyncio.create_task(poll())
    yield
    running.cancel()


@pytest.mark.usefixtures("_polling")
@pytest.mark.parametrize("endpoint", ["quotes", "depth"])
async def test_it_waits_for_the_price(shop: Shop, stage: PolledStage, endpoint: str) -> None:
    data: Any = await shop.data(endpoint, **SBIN)

    assert data["ltp"] == 800


@pytest.mark.usefixtures("_polling")
@pytest.mark.parametrize("endpoint", ["quotes", "depth"])
async def test_what_the_server_has_no_price_for_is_told_when_it_has_answered(
    shop: Shop, stage: PolledStage, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del stage.source.prices["NSE", "SBIN"]
    monkeypatch.setattr("core.services.market.first_answer.WITHIN", 600.0)

    answer = await shop.ask(endpoint, **SBIN)

    assert (answer.status, answer.body["message"]) == (404, "There is no price for SBIN on NSE.")


@pytest.mark.usefixtures("_polling")
async def test_many_are_waited_for_together(shop: Shop, stage: PolledStage) -> None:
    answer = await shop.ask("multiquotes", symbols=[SBIN, {"symbol": "Z", "exchange": "NSE"}, INFY])

    first, unknown, last = answer.body["results"]
    assert (first["data"]["ltp"], last["data"]["ltp"]) == (800, 1500.5)
    assert unknown["error"] == NOT_FOUND
    assert any({("NSE", "SBIN"), ("NSE", "INFY")} <= set(asked) for asked in stage.source.asked)


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("endpoint", ["quotes", "depth"])
async def test_it_does_not_wait_for_ever(shop: Shop, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.services.market.first_answer.WITHIN", 0.01)

    answer = await shop.ask(endpoint, **SBIN)

    assert (answer.status, answer.body["message"]) == (404, "There is no price for SBIN on NSE.")
