"""A broker in front of the fake Kite."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from decimal import Decimal
from pathlib import Path

from brokers.common.adapter import Opening
from brokers.common.http_client import Address
from brokers.zerodha.zerodha import ADAPTER, ZerodhaBroker
from core.clock import Clock, SystemClock
from tests.brokers.zerodha.fake_zerodha import API_KEY, API_SECRET, TOKEN, FakeKite, running

CREDENTIALS = {"api_key": API_KEY, "api_secret": API_SECRET}


def open_broker(url: str, folder: Path, clock: Clock | None = None, **other: str | float) -> ZerodhaBroker:
    """A broker whose client has just logged in; `other` is another token, patience or pace."""
    patience = float(other.get("answer_within", 5))
    ticking = clock or SystemClock()
    token = str(other.get("access_token", TOKEN))
    logged_in = {"access_token": token, "access_token_at": ticking.now().astimezone(UTC).isoformat()} if token else {}
    address = Address("Zerodha", url, patience, min(patience, 1))
    pace = int(other["orders_per_second"]) if "orders_per_second" in other else None
    opened = ADAPTER.open(Opening({**CREDENTIALS, **logged_in}, address, ticking, folder, pace))
    assert isinstance(opened, ZerodhaBroker)
    return opened


class KiteRig:
    """What the contract's tests need: a broker, and a hand on the market."""

    def __init__(self, broker: ZerodhaBroker, fake: FakeKite) -> None:
        self.broker = broker
        self.fake = fake

    async def move(self, ltp: Decimal) -> None:
        """SBIN trades at `ltp` now."""
        self.fake.book.move("NSE:SBIN", ltp)


@asynccontextmanager
async def kite_rig(folder: Path, clock: Clock | None = None) -> AsyncIterator[KiteRig]:
    """A fake, and a broker that has loaded its instruments."""
    fake = FakeKite()
    async with running(fake) as url:
        broker = open_broker(url, folder, clock)
        await broker.load_instruments()
        try:
            yield KiteRig(broker, fake)
        finally:
            await broker.close()
