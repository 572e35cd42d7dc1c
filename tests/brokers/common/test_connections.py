"""What an open broker does by itself, for as long as it is open."""

import asyncio
import logging
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from brokers import connections as opened
from brokers.common.adapter import Opening
from brokers.common.http_client import Address
from brokers.connections import BrokerConnections
from core.ids import AccountId
from core.urgency import urgent
from tests.brokers.fault_server import FaultServer
from tests.brokers.faults import page
from tests.factories import SettableClock
from tests.waiting import until


async def test_a_broker_that_somebody_opened_in_a_hurry_is_left_alone_like_any_other(
    tmp_path: Path, clock: SettableClock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "LOOK_AT_INSTRUMENTS_EVERY", 0.001)
    async with FaultServer("http://127.0.0.1", lambda method, path: True) as server:
        await server.play(page(503))
        address = Address("OpenAlgo", server.url, 2, 1)
        connections = BrokerConnections(
            lambda _, credentials: Opening(credentials, address, clock, tmp_path), clock, Random(1)
        )
        running = asyncio.create_task(connections.run())
        await asyncio.sleep(0)

        with urgent(), caplog.at_level(logging.WARNING):
            await connections.connect(AccountId(1), "openalgo", {"api_key": "key"})
            await until(lambda: len(caplog.records) >= 20)

        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await connections.close()
        assert len(server.heard) == 3
