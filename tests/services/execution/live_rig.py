"""An account at a local Kite, with a server between them that goes wrong on demand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.settings.brokers import Brokers, ZerodhaAddress
from core.audit import SYSTEM
from core.ids import OrderId
from core.orders.order import Leg
from tests.brokers.fault_server import FaultServer
from tests.brokers.zerodha.fake_zerodha import API_KEY, API_SECRET, TOKEN, FakeKite, running
from tests.factories import SettableClock
from tests.runtime import Spine, running_spine


@dataclass
class Live:
    """A service whose account trades at a fake Kite, with a server that goes wrong between them."""

    spine: Spine
    fake: FakeKite
    faults: FaultServer
    clock: SettableClock

    def accepted(self) -> int:
        """How many orders the broker's own book has that it did not reject."""
        return len([row for row in self.fake.book.orders if row["status"] != "REJECTED"])

    async def approve(self) -> OrderId:
        """An order that was approved, and that the executor has had its turn with."""
        order_id = await self.spine.approved()
        await self.spine.execute()
        return order_id

    async def leg(self, order_id: OrderId) -> Leg:
        """The order's only leg."""
        return (await self.spine.order(order_id)).legs[0]

    async def look(self, after: float = 0) -> None:
        """Some time later the broker is asked."""
        self.clock.advance(seconds=after)
        await self.spine.runtime.refresher.refresh()


@asynccontextmanager
async def running_live(
    folder: Path, template: Path, clock: SettableClock, *, streams: bool = False, **sections: Any
) -> AsyncIterator[Live]:
    """Logged in, instruments loaded; with `streams` its pushes come past what goes wrong."""
    fake = FakeKite()
    patience = {"answer_within": timedelta(seconds=1.5), "connect_within": timedelta(seconds=1.5)}
    async with running(fake) as upstream, FaultServer(upstream) as faults:
        stream_url = upstream.replace("http", "ws") if streams else ""
        at = Brokers(zerodha=ZerodhaAddress(base_url=faults.url, stream_url=stream_url, **patience))
        async with running_spine(folder, template, clock, brokers=at, **sections) as spine:
            credentials = {"api_key": API_KEY, "api_secret": API_SECRET, "access_token": TOKEN}
            spine.account = await spine.services.broker_logins.set(
                spine.account.name, "zerodha", {**credentials, "access_token_at": clock.now().isoformat()}, SYSTEM
            )
            await spine.services.broker_logins.sync()
            await spine.runtime.connections.load_instruments(spine.account.id)
            yield Live(spine, fake, faults, clock)
