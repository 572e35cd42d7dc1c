"""The program's local Kite, with a list of instruments of every kind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.local_brokers.kite_server import API_KEY, API_SECRET, REQUEST_TOKEN, TOKEN, LocalKite

__all__ = ["API_KEY", "API_SECRET", "REQUEST_TOKEN", "SAMPLES", "TOKEN", "FakeKite", "running"]
SAMPLES = Path(__file__).parents[2] / "samples" / "zerodha"


@dataclass
class FakeKite(LocalKite):
    """A local Kite that lists what the samples list."""

    dump: bytes = (SAMPLES / "instruments.csv").read_bytes()


@asynccontextmanager
async def running(fake: FakeKite) -> AsyncIterator[str]:
    """The address of a fake that listens."""
    async with fake.serving() as url:
        yield url
