"""Orders into the running service, beside a bare handler that only reads the same JSON."""

import asyncio
import json
import sqlite3
from contextlib import closing
from statistics import median

from benchmarks.client import apply_client_load
from benchmarks.figures import Figure
from benchmarks.load import Run, apply_load, post_request
from benchmarks.plan import Plan
from benchmarks.processes import Running, running
from benchmarks.stage import PATH, Stage, database, settings_in
from benchmarks.wire import Wrong
from bot.process.bootstrap import open_runtime

CONNECTIONS = (1, 8, 64)
MANY = max(CONNECTIONS)
THROUGHPUT, LATENCY, COST, MEMORY = 0.37, 8.0, 1000.0, 200.0
REST = 0.2
Targets = tuple[float | None, float | None, float | None]
"""The least ratio of throughputs, the greatest of latencies, and the most that an order costs, where promised."""


class Intake:
    """Counts what it was answered, to compare it with what is stored."""

    def __init__(self, stage: Stage, plan: Plan) -> None:
        self._stage = stage
        self._plan = plan
        self._order_ids: list[int] = []

    async def compare(self) -> list[Figure]:
        """Throughput and latency at each number of connections, as ratios to the bare handler's."""
        figures: list[Figure] = []
        async with running("-m", "benchmarks.bare") as bare:
            request = post_request(bare.url, PATH, self._stage.customer.order())
            for connections in CONNECTIONS:
                rounds = []
                for _ in range(self._plan.rounds):
                    beside = await apply_load(bare, request, connections, self._plan.seconds)
                    rounds.append((await self._load(connections, self._plan.seconds), beside))
                    await asyncio.sleep(REST)
                figures += _figures(_name(connections), rounds, _targets(connections))
            by_client = [await self._compare_by_client(bare) for _ in range(self._plan.rounds)]
            figures += _figures(f"{_name(MANY)}, aiohttp's client", by_client, (THROUGHPUT, None, None))
        return figures

    async def fill_up(self) -> Figure:
        """Memory after so many orders."""
        while len(self._order_ids) < self._plan.orders:
            await self._load(MANY, self._plan.seconds)
        what = f"memory after {len(self._order_ids):,} orders"
        return Figure(what, self._stage.service.rss(), " MB", MEMORY)

    def require_all_stored(self) -> str:
        """Every answer's order is on disk with its leg and its event, and nothing else is. Raises Wrong."""
        with closing(sqlite3.connect(database(self._stage.folder))) as connection:
            stored = {order_id for (order_id,) in connection.execute("SELECT id FROM orders")}
            legs = _count(connection, "SELECT count(DISTINCT order_id) FROM legs")
            events = _count(
                connection, "SELECT count(DISTINCT order_id) FROM audit_events WHERE kind = 'order.received'"
            )
        answered = set(self._order_ids)
        if len(answered) != len(self._order_ids):
            raise Wrong("two answers name the same order")
        if stored != answered:
            raise Wrong(
                f"{len(answered - stored)} answered orders are missing, {len(stored - answered)} are too many"
            )
        if not len(stored) == legs == events:
            raise Wrong(f"{len(stored)} orders have {legs} legs and {events} events")
        return f"{len(stored):,} orders, {legs:,} legs and {events:,} events are stored, as answered"

    async def _load(self, connections: int, seconds: float) -> Run:
        return self._checked(await apply_load(self._stage.service, self._stage.place_order(), connections, seconds))

    async def _compare_by_client(self, bare: Running) -> tuple[Run, Run]:
        order, seconds = self._stage.customer.order(), self._plan.seconds
        beside = await apply_client_load(bare, PATH, order, MANY, seconds)
        run = self._checked(await apply_client_load(self._stage.service, PATH, order, MANY, seconds))
        await asyncio.sleep(REST)
        return run, beside

    def _checked(self, run: Run) -> Run:
        for body in run.bodies:
            answer = json.loads(body)
            if answer.get("status") != "success" or not isinstance(answer.get("pending_order_id"), int):
                raise Wrong(f"an order was answered with {answer}")
            self._order_ids.append(answer["pending_order_id"])
        return run


async def require_unbroken_chain(stage: Stage) -> str:
    """What `countersign audit verify` does. Raises Wrong."""
    async with open_runtime(settings_in(stage.folder)) as runtime:
        breaks = (await runtime.audit.verify()).breaks
    if breaks:
        raise Wrong(f"the audit trail does not verify: {breaks[:3]}")
    return "the audit trail verifies"


def _name(connections: int) -> str:
    return f"intake, {connections} connection{'' if connections == 1 else 's'}"


def _targets(connections: int) -> Targets:
    alone = (LATENCY, COST) if connections == 1 else (None, None)
    return THROUGHPUT if connections == MANY else None, *alone


def _figures(name: str, rounds: list[tuple[Run, Run]], targets: Targets) -> list[Figure]:
    ours, bare = ([run[which] for run in rounds] for which in (0, 1))
    throughput, latency, cost = targets
    faster = median(run.per_second / beside.per_second for run, beside in rounds)
    slower = median(median(run.latencies) / median(beside.latencies) for run, beside in rounds)
    return [
        Figure(f"{name}: orders a second", median(run.per_second for run in ours)),
        Figure(f"{name}: bare handler's requests a second", median(run.per_second for run in bare)),
        Figure(f"{name}: throughput ratio", faster, "", throughput, at_least=True),
        Figure(f"{name}: median latency", median(median(run.latencies) for run in ours) * 1000, " ms"),
        Figure(f"{name}: latency ratio", slower, "", latency),
        Figure(f"{name}: processor time of an order", _cost(ours), " µs", cost),
        Figure(f"{name}: processor time of a bare request", _cost(bare), " µs"),
    ]


def _cost(runs: list[Run]) -> float:
    return median(run.cpu / len(run.bodies) for run in runs) * 1_000_000


def _count(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])
