"""One order's life in the running service, stage by stage: what each costs, counted and in processor time."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from unittest.mock import patch

from aiohttp.web_protocol import RequestHandler
from telegram import Update

from benchmarks.figures import Figure
from benchmarks.plan import Plan
from benchmarks.probes import COUNTED, Probes, Stage
from benchmarks.stage import PATH, TOKEN, Customer, furnish, link, local_telegram, settings_in
from benchmarks.taps import serving_api
from benchmarks.wire import Wrong
from bot.process.bootstrap import open_runtime
from bot.settings.settings import Paper, Server, Telegram
from bot.transport.gated_application import GatedApplication
from brokers.paper.broker import PaperBroker
from core.orders.states import BrokerStatus
from core.services.approval.card_queue import CardQueue, DueCard
from core.services.execution.execute import Executor
from core.services.intake.intake import Intake

CLIENTS, IDLE_FOR = 4, 3.0
ARRIVAL, CARD, REST, TAP, CLAIM, BROKER, EDIT, AFTER = (
    "arrival → answer",
    "answer → card shown",
    "(until the tap)",
    "tap → claimed",
    "claimed → at the broker",
    "at the broker → filled, recorded",
    "recorded → filled card shown",
    "(until the next order)",
)
STAGES = (ARRIVAL, CARD, REST, TAP, CLAIM, BROKER, EDIT, AFTER)
CARD_MILLISECONDS, TAP_MILLISECONDS, CLAIM_MILLISECONDS = 4.0, 20.0, 15.0


async def measure_life(folder: Path, plan: Plan) -> list[Figure]:
    """Orders one after the other, each tapped on its card and filled; prints a table of stages. Raises Wrong."""
    customers, probes = await furnish(folder, CLIENTS), Probes()
    with probes.installed(), _boundaries(probes):
        async with local_telegram() as (url, telegram), _service(folder, url) as api:
            for customer in customers:
                await link(telegram, customer)
            await asyncio.sleep(1.0)
            had, started = process_time(), perf_counter()
            await asyncio.sleep(IDLE_FOR)
            idle = (process_time() - had) / (perf_counter() - started)
            probes.stages.clear()
            probes.enter("")
            await _trade(api, url, customers, plan.lives)
            probes.enter("")
    print(_table(probes.stages, plan.lives, idle), flush=True)
    costs = {name: _cost(probes.stages[name], plan.lives, idle) for name in STAGES}
    return [
        Figure("life: a card, processor time", costs[CARD], " ms", CARD_MILLISECONDS),
        Figure("life: tap to claimed", probes.stages[TAP].wall / plan.lives * 1000, " ms", CLAIM_MILLISECONDS),
        Figure("life: tap to filled card, processor time", _from_the_tap(costs), " ms", TAP_MILLISECONDS),
        Figure("life: an order's whole life, processor time", sum(costs.values()), " ms"),
    ]


def _from_the_tap(costs: dict[str, float]) -> float:
    return sum(costs[name] for name in (TAP, CLAIM, BROKER, EDIT, AFTER))


def _cost(stage: Stage, lives: int, idle: float) -> float:
    """Milliseconds of processor time for an order, without what the service costs when nothing happens."""
    return (stage.cpu - idle * stage.wall) / lives * 1000


def _table(stages: dict[str, Stage], lives: int, idle: float) -> str:
    head = f"| {'stage':34} | CPU ms | wall ms | " + " | ".join(COUNTED) + " |"
    lines = [head]
    for name in STAGES:
        stage = stages[name]
        counts = " | ".join(f"{stage.counts[one] / lives:{len(one)}.1f}" for one in COUNTED)
        cost, wall = _cost(stage, lives, idle), stage.wall / lives * 1000
        lines.append(f"| {name:34} | {cost:6.1f} | {wall:7.1f} | {counts} |")
    return "\n".join(lines)


async def _trade(api: str, telegram: str, customers: list[Customer], lives: int) -> None:
    arguments = ("-m", "benchmarks.person", api, telegram, str(lives))
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=asyncio.subprocess.PIPE)
    told = json.dumps([(customer.client_id, customer.api_key) for customer in customers])
    await process.communicate(told.encode())
    if process.returncode:
        raise Wrong("an order did not come to its filled card")


@contextlib.asynccontextmanager
async def _service(folder: Path, telegram: str) -> AsyncIterator[str]:
    parts = {
        "telegram": Telegram.model_validate({"token": TOKEN, "base_url": telegram}),
        "server": Server(port=0, websocket_port=0),
        "paper": Paper(outside_hours="ignore"),
    }
    async with open_runtime(settings_in(folder).model_copy(update=parts)) as runtime, serving_api(runtime) as api:
        yield api


@contextlib.contextmanager
def _boundaries(probes: Probes) -> Iterator[None]:
    """Have each stage begin where it does."""

    def answered(_: object) -> None:
        asyncio.get_running_loop().call_soon(probes.enter, CARD)

    def shown(due: DueCard, *_: object) -> None:
        if due.card.message_id is None:
            probes.enter(REST)
        elif due.order.broker_status is BrokerStatus.COMPLETE:
            probes.enter(AFTER)

    def recorded(*_: object) -> None:
        probes.enter(EDIT)

    with contextlib.ExitStack() as stack:
        for owner, name, stage, is_one in (
            (RequestHandler, "data_received", ARRIVAL, _is_order),
            (GatedApplication, "process_update", TAP, _is_tap),
            (Executor, "_call_broker", CLAIM, _always),
            (PaperBroker, "place", BROKER, _always),
        ):
            begin = partial(probes.enter, stage)
            stack.enter_context(patch.object(owner, name, _beginning(getattr(owner, name), begin, is_one)))
        for place, ending, note in (
            (Intake, "submit", answered),
            (CardQueue, "record_shown", shown),
            (Executor, "_record", recorded),
        ):
            stack.enter_context(patch.object(place, ending, _ending(getattr(place, ending), note)))
        yield


def _beginning(
    work: Callable[..., Any], begin: Callable[[], None], is_one: Callable[..., bool]
) -> Callable[..., Any]:
    def call(self: Any, *what: Any) -> Any:
        if is_one(*what):
            begin()
        return work(self, *what)

    return call


def _ending(work: Callable[..., Any], note: Callable[..., None]) -> Callable[..., Any]:
    async def call(self: Any, *what: Any) -> Any:
        result = await work(self, *what)
        note(*what)
        return result

    return call


def _always(*_: object) -> bool:
    return True


def _is_order(data: bytes) -> bool:
    return data.startswith(f"POST {PATH}".encode())


def _is_tap(update: object) -> bool:
    return isinstance(update, Update) and update.callback_query is not None
