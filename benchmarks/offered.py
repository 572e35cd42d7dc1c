"""Orders for very many accounts, offered at a steady pace whatever the answers take."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from urllib.parse import urlsplit

from benchmarks.figures import Figure
from benchmarks.load import post_request
from benchmarks.plan import Plan
from benchmarks.processes import Running
from benchmarks.stage import NO_RATES, PATH, furnish, local_telegram, service
from benchmarks.wire import Wrong, split_answer

CONNECTIONS = 64
PER_SECOND = 400


async def measure_offered(folder: Path, plan: Plan) -> list[Figure]:
    """How many are taken each second, and what an order costs. Raises Wrong."""
    customers = await furnish(folder, plan.accounts)
    async with local_telegram() as (url, _), service(folder, url, limits=NO_RATES) as process:
        requests = [post_request(process.url, PATH, customer.order()) for customer in customers]
        # The first order of each account finds its key unknown.
        await _offer(process, requests)
        had, begun = process.cpu(), perf_counter()
        lasted = await _offer(process, requests * plan.orders_of_each)
        took, cost = perf_counter() - begun, process.cpu() - had
    about = f"{len(lasted):,} orders for {plan.accounts:,} accounts, {PER_SECOND} offered a second"
    return [
        Figure(f"{about}: taken a second", len(lasted) / took, "", PER_SECOND * 0.99, at_least=True),
        Figure(f"{about}: processor time of an order", cost / len(lasted) * 1000, " ms", 1000 / PER_SECOND),
        Figure(f"{about}: 95 of 100 answered within", quantiles(lasted, n=20)[-1] * 1000, " ms"),
    ]


async def _offer(process: Running, requests: Sequence[bytes]) -> list[float]:
    """The seconds that each answer took."""
    where, begun, lasted = urlsplit(process.url), perf_counter(), list[float]()
    due = iter(enumerate(requests))

    async def send() -> None:
        reading, writing = await asyncio.open_connection(where.hostname, where.port)
        for number, request in due:
            await asyncio.sleep(begun + number / PER_SECOND - perf_counter())
            sent_at = perf_counter()
            writing.write(request)
            _require_taken(await _answer(reading))
            lasted.append(perf_counter() - sent_at)
        writing.close()

    await asyncio.gather(*(send() for _ in range(CONNECTIONS)))
    return lasted


async def _answer(reading: asyncio.StreamReader) -> bytes:
    answer = b""
    while (body := split_answer(answer)) is None:
        if not (more := await reading.read(65_536)):
            raise Wrong("the connection was closed")
        answer += more
    return body


def _require_taken(body: bytes) -> None:
    if json.loads(body).get("status") != "success":
        raise Wrong(f"an order was answered with {body!r}")
