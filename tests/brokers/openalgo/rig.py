"""An adapter in front of a fake OpenAlgo, with the fault server between."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from aiohttp.test_utils import TestServer

from brokers.common.adapter import Opening
from brokers.common.http_client import Address
from brokers.openalgo.openalgo_broker import ADAPTER
from core.clock import SystemClock
from core.ports import LiveBroker
from tests.brokers.fault_server import FaultServer
from tests.brokers.openalgo.fake_openalgo import KEY, FakeOpenAlgo

_CHANGES = ("placeorder", "cancelorder", "modifyorder")


class ShiftedClock:
    """The machine's time, and how far a test has moved it."""

    def __init__(self) -> None:
        self._shift = timedelta(0)

    def now(self) -> datetime:
        """The present moment."""
        return SystemClock().now() + self._shift

    def advance(self, **length: float) -> None:
        """Let time pass."""
        self._shift += timedelta(**length)


class OpenAlgoRig:
    """All three, and what the tests ask of them."""

    secrets: Sequence[str] = (KEY,)

    def __init__(self, fake: FakeOpenAlgo, faults: FaultServer, folder: Path, patience: float) -> None:
        self.fake = fake
        self.faults = faults
        self.clock = ShiftedClock()
        self._folder = folder
        self._patience = patience
        self.broker = self.open()

    def open(self, orders_per_second: int | None = None) -> LiveBroker:
        """Another adapter for the same account."""
        address = Address("OpenAlgo", self.faults.url, self._patience)
        return ADAPTER.open(Opening({"api_key": KEY}, address, self.clock, self._folder, orders_per_second))

    def accepted(self) -> Sequence[str]:
        """The ids of the broker's own orders that it did not reject."""
        return [order.orderid for order in self.fake.books.orders if order.status != "REJECTED"]

    async def move(self, ltp: Decimal) -> None:
        """SBIN trades at this price."""
        self.fake.books.move("SBIN", ltp)


@asynccontextmanager
async def open_rig(patience: float) -> AsyncIterator[OpenAlgoRig]:
    """An empty book with one lakh rupees."""
    fake = FakeOpenAlgo()
    with tempfile.TemporaryDirectory() as folder:
        async with TestServer(fake.app()) as running:
            upstream = str(running.make_url("/"))
            async with FaultServer(upstream, lambda _method, path: path.endswith(_CHANGES)) as faults:
                rig = OpenAlgoRig(fake, faults, Path(folder), patience)
                yield rig
                await rig.broker.close()
