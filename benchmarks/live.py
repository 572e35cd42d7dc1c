"""What readers of live prices cost the running service, and how late a price reaches them."""

import asyncio
import contextlib
import csv
import json
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

import aiohttp

from benchmarks.figures import Figure
from benchmarks.plan import Plan
from benchmarks.processes import Running
from benchmarks.stage import NO_LIMITS, furnish, local_telegram, service
from benchmarks.wire import Wrong
from brokers.paper.symbols.instruments import load_references

READERS, INSTRUMENTS, TICKS_PER_SECOND = 200, 50, 10
SETTLED_AFTER = 2.0
"""Seconds after the last subscription, when what it leaves to do is done."""
MOST_COST, MOST_LATENCY = 0.6, 100.0
LIMITS = f"{NO_LIMITS}websockets_per_key = {READERS + 1}\nsubscriptions_per_key = {(READERS + 1) * INSTRUMENTS}\n"
REPLAY = '[feed]\nsource = "replay"\nfile = "ticks.csv"\nloop = true\n'
_LTP = 1
_UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
_KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"


async def measure_live(folder: Path, plan: Plan) -> list[Figure]:
    """Processor time with all readers over that with none, and how late and how often one of them is told."""
    tickers = list(load_references())[:INSTRUMENTS]
    _record(folder / "ticks.csv", tickers)
    [customer] = await furnish(folder)
    async with local_telegram() as (url, _), service(folder, url, REPLAY, LIMITS) as process:
        async with asyncio.timeout(60):
            alone = await _cost(process, plan)
            async with _crowd(process, customer.api_key, tickers):
                followed = await _cost(process, plan)
                late = await _listen(process, customer.api_key, tickers, plan.idle)
    told = len(late) / plan.idle / INSTRUMENTS
    what = f"live: {READERS} readers of {INSTRUMENTS} instruments"
    return [
        Figure(f"live: {INSTRUMENTS} instruments, {TICKS_PER_SECOND} ticks a second, nobody reads", alone, " cores"),
        Figure(f"{what}, over nobody", followed - alone, " cores", MOST_COST),
        Figure(f"{what}: prices of each a second", told, "", TICKS_PER_SECOND * 0.9, at_least=True),
        Figure(f"{what}: a price is late by (median)", median(late), " ms"),
        Figure(f"{what}: a price is late by (99 of 100)", quantiles(late, n=100)[98], " ms", MOST_LATENCY),
    ]


def _record(path: Path, tickers: list[tuple[str, str]]) -> None:
    """A minute of ticks, each of them another price."""
    begin = datetime(2026, 1, 5, 9, 15, tzinfo=UTC)
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("time", "exchange", "symbol", "ltp"))
        for tick in range(60 * TICKS_PER_SECOND):
            at = begin + timedelta(seconds=tick / TICKS_PER_SECOND)
            lines.writerows((at.isoformat(), *ticker, 1000 + tick % 100) for ticker in tickers)


async def _cost(process: Running, plan: Plan) -> float:
    await asyncio.sleep(SETTLED_AFTER)
    started, had = time.perf_counter(), process.cpu()
    await asyncio.sleep(plan.idle)
    return (process.cpu() - had) / (time.perf_counter() - started)


@contextlib.asynccontextmanager
async def _crowd(process: Running, key: str, tickers: list[tuple[str, str]]) -> AsyncIterator[None]:
    """Readers who take what comes without looking at it, so that they cost little themselves."""
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(READERS):
            where = urlsplit(process.url)
            reading, writing = await asyncio.open_connection(where.hostname, where.port)
            stack.callback(writing.close)
            writing.write(f"GET /ws HTTP/1.1\r\nHost: {where.netloc}\r\n{_UPGRADE}{_KEY}\r\n".encode())
            await reading.readuntil(b"\r\n\r\n")
            for message in _greeting(key, tickers):
                writing.write(_masked(message))
            await reading.readuntil(b"Subscription processing complete")
            swallowing = asyncio.create_task(_swallow(reading))
            stack.callback(swallowing.cancel)
        yield


async def _swallow(reading: asyncio.StreamReader) -> None:
    while await reading.read(2**16):
        pass


def _greeting(key: str, tickers: list[tuple[str, str]]) -> tuple[Mapping[str, object], ...]:
    symbols = [{"exchange": exchange, "symbol": symbol} for exchange, symbol in tickers]
    return {"action": "authenticate", "api_key": key}, {"action": "subscribe", "symbols": symbols, "mode": _LTP}


def _masked(message: Mapping[str, object]) -> bytes:
    """A client's text frame; a mask of zeros leaves the text as it is."""
    payload = json.dumps(message).encode()
    size = bytes((0x80 | len(payload),)) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2)
    return b"\x81" + size + bytes(4) + payload


async def _listen(process: Running, key: str, tickers: list[tuple[str, str]], seconds: float) -> list[float]:
    """The milliseconds from each tick until one more reader has it."""
    late: list[float] = []
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{process.url}/ws") as socket:
        for message in _greeting(key, tickers):
            await socket.send_json(message)
        await asyncio.sleep(SETTLED_AFTER)
        begin = time.time()
        while time.time() < begin + seconds:
            told = await socket.receive_json()
            seen = told.get("data", {}).get("timestamp", 0) / 1000
            if seen >= begin:
                late.append((time.time() - seen) * 1000)
    if not late:
        raise Wrong("no price reached the reader")
    return late
