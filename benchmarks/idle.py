"""What the running service costs while nothing moves: hooks, open orders, and streams of other accounts."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

import aiohttp

from benchmarks.figures import Figure
from benchmarks.plan import Plan
from benchmarks.processes import Running
from benchmarks.stage import ORDER, PATH, local_telegram, service, settings_in
from benchmarks.wire import Wrong
from bot.process.bootstrap import Runtime, open_runtime
from bot.settings.settings import Hooks, Paper
from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM
from core.orders.intents import Single
from core.orders.order import Action, ApiType, LegTerms, PriceType, Product
from core.orders.router import Operation
from core.services.intake.intake import OrderRequest, Sent

SETTLED_AFTER = 2.0
"""Seconds after the start, when what it leaves to do is done."""
OPEN_ORDERS, HOOKS, STREAMS, ORDERS_PER_SECOND = 850, 200, 200, 20
OPEN_COST, HOOK_COST, STREAM_COST = 0.02, 0.01, 0.03
CONFIG = '[paper]\noutside_hours = "ignore"\n[hooks]\nallow_private = true\n'
HOUSES = ("nothing", "open", "hooks", "streams")
NOBODY = "http://127.0.0.1:9/"
RESTS = LegTerms("NSE", "SBIN", Action.BUY, Decimal(1), PriceType.LIMIT, Product.MIS, price=Decimal("700"))


@dataclass(frozen=True, slots=True)
class _House:
    """A database, the key of its busy account, and those of its quiet ones."""

    folder: Path
    busy: str
    quiet: tuple[str, ...]


async def measure_idle(folder: Path, plan: Plan) -> list[Figure]:
    """Processor time in each second, over that of a service with nothing to do. Raises Wrong."""
    for name in HOUSES:
        (folder / name).mkdir()
    async with local_telegram() as (url, _):
        nothing = await _cost(await _furnish(folder / "nothing"), url, plan)
        resting = await _cost(await _furnish(folder / "open", resting=OPEN_ORDERS), url, plan)
        hooks = await _cost(await _furnish(folder / "hooks", quiet=HOOKS, hooks=True), url, plan)
        streams = await _furnish(folder / "streams", quiet=STREAMS)
        alone = await _cost(streams, url, plan, orders=ORDERS_PER_SECOND)
        followed = await _cost(streams, url, plan, orders=ORDERS_PER_SECOND, streams=True)
    return [
        Figure("idle: nothing to do", nothing, " cores"),
        Figure(f"idle: {OPEN_ORDERS} open orders, over nothing", resting - nothing, " cores", OPEN_COST),
        Figure(f"idle: {HOOKS} hooks, over nothing", hooks - nothing, " cores", HOOK_COST),
        Figure(f"idle: {ORDERS_PER_SECOND} orders a second", alone, " cores"),
        Figure(f"idle: {STREAMS} streams of others, over none", followed - alone, " cores", STREAM_COST),
    ]


async def _cost(house: _House, telegram: str, plan: Plan, *, orders: int = 0, streams: bool = False) -> float:
    async with service(house.folder, telegram, CONFIG) as process, _followed(process, house, streams=streams):
        await asyncio.sleep(SETTLED_AFTER)
        started, had = perf_counter(), process.cpu()
        if orders:
            await _place(process, house.busy, int(orders * plan.idle), 1 / orders)
        else:
            await asyncio.sleep(plan.idle)
        return (process.cpu() - had) / (perf_counter() - started)


async def _place(process: Running, key: str, count: int, pause: float) -> None:
    async with aiohttp.ClientSession(process.url) as session:
        for _ in range(count):
            async with session.post(PATH, json={"apikey": key, **ORDER}) as answer:
                if answer.status != 200:
                    raise Wrong(f"an order was answered {answer.status}")
            await asyncio.sleep(pause)


@contextlib.asynccontextmanager
async def _followed(process: Running, house: _House, *, streams: bool) -> AsyncIterator[None]:
    """Everybody quiet reads the stream of their own account."""
    async with contextlib.AsyncExitStack() as stack:
        for key in house.quiet if streams else ():
            where = urlsplit(process.url)
            reading, writing = await asyncio.open_connection(where.hostname, where.port)
            stack.callback(writing.close)
            writing.write(f"GET /api/v1/events HTTP/1.1\r\nHost: {where.netloc}\r\nX-API-KEY: {key}\r\n\r\n".encode())
            await reading.readuntil(b"text/event-stream")
        yield


async def _furnish(folder: Path, *, quiet: int = 0, hooks: bool = False, resting: int = 0) -> _House:
    settings = settings_in(folder).model_copy(
        update={"hooks": Hooks(allow_private=True), "paper": Paper(outside_hours="ignore")}
    )
    async with open_runtime(settings) as runtime:
        log = asyncio.create_task(runtime.order_log.run())
        busy = await _add(runtime, "busy", OrderMode.AUTO if resting else OrderMode.SEMI_AUTO)
        others = [await _add(runtime, f"quiet {number}", OrderMode.SEMI_AUTO, hooks) for number in range(quiet)]
        for _ in range(resting):
            await _rest(runtime, busy)
        log.cancel()
    return _House(folder, busy, tuple(others))


async def _add(runtime: Runtime, name: str, mode: OrderMode, hook: bool = False) -> str:
    services = runtime.services
    account = await services.accounts.add(name, "paper", mode, TradingMode.LIVE, SYSTEM)
    if hook:
        await services.hooks.set(account.id, NOBODY, SYSTEM)
    return (await services.keys.create(account.id, "bench", SYSTEM)).secret


async def _rest(runtime: Runtime, key: str) -> None:
    caller = await runtime.services.keys.recognise(key)
    asked = OrderRequest(caller, ApiType.PLACEORDER, Operation.PLACEORDER, "Opening range", Single(RESTS), ORDER)
    sent = await runtime.services.intake.submit(asked)
    if not isinstance(sent, Sent) or sent.order.broker_status != "open":
        raise Wrong(f"an order does not rest: {sent}")
