"""Kite's WebSocket says that an order moved, and nothing that it says is taken for what the order became."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from brokers.common.adapter import Opening
from brokers.common.http_client import Address
from brokers.common.rest.hosts import stream_address
from brokers.zerodha.kite_pushes import tells_move
from core.errors import BrokerRefused, BrokerUnavailable
from core.ports import OrderStream
from tests.brokers.streams import Watched, following
from tests.brokers.zerodha.fake_zerodha import API_KEY, TOKEN, FakeKite, running
from tests.brokers.zerodha.kite_rig import CREDENTIALS, open_broker
from tests.factories import SettableClock


@asynccontextmanager
async def watched_kite(folder: Path) -> AsyncIterator[tuple[FakeKite, Watched]]:
    """A fake whose stream somebody follows."""
    fake = FakeKite()
    async with running(fake) as url:
        broker = open_broker(url, folder)
        try:
            async with following(broker) as watched:
                yield fake, watched
        finally:
            await broker.close()


async def test_the_session_is_in_the_address_and_an_order_that_moves_is_told(tmp_path: Path) -> None:
    async with watched_kite(tmp_path) as (fake, watched):
        fake.book.place("regular", _an_order())
        await watched.moved(at_least=3)

    assert ("GET", "/") in fake.asked
    assert fake.pushes.heard == []


def _an_order() -> dict[str, str]:
    return {
        "exchange": "NSE",
        "tradingsymbol": "SBIN",
        "transaction_type": "BUY",
        "order_type": "LIMIT",
        "quantity": "1",
        "price": "900",
        "product": "MIS",
    }


async def test_a_session_that_kite_does_not_know_is_refused(tmp_path: Path) -> None:
    token = "anothertoken"
    async with running(FakeKite()) as url:
        broker = open_broker(url, tmp_path, access_token=token)
        with pytest.raises(BrokerRefused) as fault:
            await broker.follow_orders(_never)
        await broker.close()

    assert token not in str(fault.value)
    assert API_KEY not in str(fault.value)


async def test_without_a_session_nothing_is_asked(tmp_path: Path) -> None:
    fake = FakeKite()
    async with running(fake) as url:
        broker = open_broker(url, tmp_path, access_token="")
        with pytest.raises(BrokerUnavailable, match="log"):
            await broker.follow_orders(_never)
        await broker.close()

    assert fake.asked == []


async def test_a_session_that_is_over_by_the_clock_is_not_tried(tmp_path: Path, clock: SettableClock) -> None:
    fake = FakeKite()
    async with running(fake) as url:
        broker = open_broker(url, tmp_path, clock)
        clock.advance(seconds=timedelta(days=2).total_seconds())
        with pytest.raises(BrokerUnavailable):
            await broker.follow_orders(_never)
        await broker.close()

    assert fake.asked == []


@pytest.mark.parametrize(
    ("message", "moves"),
    [
        ({"type": "order", "data": {"order_id": "1", "status": "COMPLETE"}}, True),
        ({"type": "error", "data": "TokenException"}, False),
        ({"type": "message", "data": "a word from the staff"}, False),
        ({}, False),
    ],
)
def test_only_what_is_about_an_order_is_a_hint(message: dict[str, Any], moves: bool) -> None:
    assert tells_move(message) is moves


def test_it_is_at_kite_s_own_place_at_a_stand_in_or_where_the_settings_say(tmp_path: Path) -> None:
    def at(base: str, stream: str = "") -> str:
        opening = Opening({**CREDENTIALS, "access_token": TOKEN}, Address("Kite", base), SettableClock(), tmp_path)
        opening = Opening(opening.credentials, opening.address, opening.clock, tmp_path, None, stream)
        return stream_address(opening, {"api.kite.trade"}, "wss://ws.kite.trade").base_url

    assert at("https://api.kite.trade") == "wss://ws.kite.trade"
    assert at("http://127.0.0.1:5000") == "http://127.0.0.1:5000"
    assert at("https://api.kite.trade", "ws://127.0.0.1:5001") == "ws://127.0.0.1:5001"


def _never() -> None:
    raise AssertionError("nothing stands")


async def test_the_adapter_is_one_that_pushes(tmp_path: Path) -> None:
    broker = open_broker("http://127.0.0.1:1", tmp_path)

    assert isinstance(broker, OrderStream)
    await broker.close()
