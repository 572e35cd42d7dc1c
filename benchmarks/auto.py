"""Market orders of an account in auto mode: from the request to the fill, as many as come."""

import json
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.load import apply_load, post_request
from benchmarks.plan import Plan
from benchmarks.processes import Running
from benchmarks.stage import ORDER, PATH, Customer, furnish, link, local_telegram, service
from benchmarks.wire import Wrong
from core.accounts import OrderMode

CONNECTIONS, RESTING = 8, 300
ANY_HOUR = '[paper]\noutside_hours = "ignore"\n'


@dataclass(frozen=True, slots=True)
class _Case:
    name: str
    is_linked: bool
    resting: int = 0


CASES = (
    _Case("nobody linked", is_linked=False),
    _Case("the owner linked", is_linked=True),
    _Case(f"the owner linked, {RESTING} open orders", is_linked=True, resting=RESTING),
)


async def measure_auto(folder: Path, plan: Plan) -> list[Figure]:
    """Orders a second that are filled when they are answered. Raises Wrong."""
    figures: list[Figure] = []
    for number, case in enumerate(CASES):
        place = folder / str(number)
        place.mkdir()
        figures += await _measure(place, case, plan)
    return figures


async def _measure(folder: Path, case: _Case, plan: Plan) -> list[Figure]:
    [customer] = await furnish(folder, mode=OrderMode.AUTO)
    async with local_telegram() as (url, telegram), service(folder, url, ANY_HOUR) as process:
        if case.is_linked:
            await link(telegram, customer)
        resting = _order(process, customer, pricetype="LIMIT", price="790")
        done = 0
        while done < case.resting:
            done += _sent((await apply_load(process, resting, CONNECTIONS, 0.1)).bodies)
        market = _order(process, customer, pricetype="MARKET", price="0")
        run = await apply_load(process, market, CONNECTIONS, plan.seconds)
        _sent(run.bodies)
    cost = run.cpu / len(run.bodies) * 1000
    return [
        Figure(f"auto, {case.name}: orders a second", run.per_second),
        Figure(f"auto, {case.name}: processor time of an order", cost, " ms"),
    ]


def _order(process: Running, customer: Customer, **terms: str) -> bytes:
    body = {"apikey": customer.api_key, **ORDER, **terms, "quantity": "1"}
    return post_request(process.url, PATH, json.dumps(body).encode())


def _sent(bodies: list[bytes]) -> int:
    """How many orders these answers tell of. Raises Wrong for one that did not reach the broker."""
    for body in bodies:
        answer = json.loads(body)
        if answer.get("status") != "success" or "orderid" not in answer:
            raise Wrong(f"an order was answered with {answer}")
    return len(bodies)
