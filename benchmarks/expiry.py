"""Many orders expire at the same moment, while another strategy places orders and other clients tap.

On a machine that is shared, the processor time that the service spends on anything until an order is acknowledged
says more than the wall clock.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.figures import Figure
from benchmarks.plan import Plan
from benchmarks.stage import ORDER, Customer, furnish, settings_in
from benchmarks.taps import Room, Watch, open_room, place, tap, watching
from benchmarks.wire import Wrong
from bot.process.bootstrap import Runtime, open_runtime
from core.ids import AccountId
from core.orders.intents import Single
from core.orders.order import Action, ApiType, LegTerms, PriceType, Product
from core.orders.router import Operation
from core.orders.states import QueueStatus
from core.services.intake.intake import OrderRequest, Queued

EXPIRES_AFTER = timedelta(minutes=15)
"""What is configured unless told otherwise."""
TAPPERS = 5
OF_ONE_STRATEGY = 100
"""More than 200 of one may not wait."""
PATIENCE, PAUSE, BETWEEN_TAPS = 120.0, 0.02, 0.1
MOST = 50.0
TERMS = LegTerms("NSE", "SBIN", Action.BUY, Decimal(25), PriceType.LIMIT, Product.MIS, price=Decimal(970))
CROWD = AccountId(1)


@dataclass(frozen=True, slots=True)
class _FixedClock:
    moment: datetime

    def now(self) -> datetime:
        """Always the same moment, so that everything expires together."""
        return self.moment


async def measure_expiry(folder: Path, plan: Plan) -> list[Figure]:
    """From the first order that expires to the last. Raises Wrong."""
    customers = await furnish(folder, 2 + TAPPERS)
    crowd, busy, *tappers = customers
    await _fill_up(folder, crowd, plan)
    with watching(process_time) as watch:
        async with open_room(folder, [crowd, *tappers]) as room:
            for customer in tappers:
                await place(room, customer)
            over = asyncio.create_task(asyncio.sleep(plan.seconds))
            before, tapped_before = await asyncio.gather(_place(room, busy, over), _tap(room, tappers, over, watch))
            if await _count_waiting(room.runtime) < plan.expiring:
                raise Wrong("orders have expired before anybody looked; give them more time")
            await _until_waiting(room.runtime, plan.expiring - 1)
            begun, over = perf_counter(), asyncio.create_task(_until_waiting(room.runtime, 0))
            placed, tapped = await asyncio.gather(_place(room, busy, over), _tap(room, tappers, over, watch))
            took = perf_counter() - begun
            breaks = (await room.runtime.audit.verify()).breaks
    if breaks:
        raise Wrong(f"the audit trail does not verify: {breaks[:3]}")
    about = f"{plan.expiring:,} orders expire together"
    return [
        Figure(f"{about}: until all are expired", took, " s"),
        Figure("before that: arrival to answer, 95 of 100 within", _most(before), " ms of processor time"),
        Figure("meanwhile: arrival to answer, 95 of 100 within", _most(placed), " ms of processor time", MOST),
        Figure("before that: tap to broker call, 95 of 100 within", _most(tapped_before), " ms of processor time"),
        Figure("meanwhile: tap to broker call, 95 of 100 within", _most(tapped), " ms of processor time", MOST),
    ]


async def _fill_up(folder: Path, customer: Customer, plan: Plan) -> None:
    """Orders that wait, all of the same moment."""
    moment = datetime.now(UTC) + timedelta(seconds=plan.before_expiry) - EXPIRES_AFTER
    async with open_runtime(settings_in(folder), _FixedClock(moment)) as runtime:
        log = asyncio.create_task(runtime.order_log.run())
        for number in range(plan.expiring // OF_ONE_STRATEGY):
            placing = [_submit(runtime, customer, f"strategy {number}") for _ in range(OF_ONE_STRATEGY)]
            await asyncio.gather(*placing)
        log.cancel()


async def _submit(runtime: Runtime, customer: Customer, strategy: str) -> None:
    """What the endpoint does when it has read a request. Raises Wrong."""
    caller = await runtime.services.keys.recognise(customer.api_key)
    asked = OrderRequest(caller, ApiType.PLACEORDER, Operation.PLACEORDER, strategy, Single(TERMS), ORDER)
    if not isinstance(await runtime.services.intake.submit(asked), Queued):
        raise Wrong("an order does not wait")


async def _count_waiting(runtime: Runtime) -> int:
    listing = await runtime.services.order_list.page(CROWD, None, None, limit=1)
    return listing.counts[QueueStatus.PENDING]


async def _until_waiting(runtime: Runtime, most: int) -> None:
    """Wait until no more than so many of the crowd's orders wait. Raises Wrong."""
    give_up = perf_counter() + PATIENCE
    while await _count_waiting(runtime) > most:
        if perf_counter() > give_up:
            raise Wrong(f"more than {most} orders have not expired after {PATIENCE:.0f} s")
        await asyncio.sleep(PAUSE)


async def _place(room: Room, customer: Customer, over: asyncio.Task[None]) -> list[float]:
    """Milliseconds of processor time from each order's arrival to its answer."""
    lasted: list[float] = []
    while not lasted or not over.done():
        begun = process_time()
        await _submit(room.runtime, customer, f"strategy {len(lasted) // OF_ONE_STRATEGY}")
        lasted.append((process_time() - begun) * 1000)
        await asyncio.sleep(PAUSE)
    return lasted


async def _tap(room: Room, customers: Sequence[Customer], over: asyncio.Task[None], watch: Watch) -> list[float]:
    """Milliseconds of processor time from each tap to the broker's being called."""
    lasted: list[float] = []
    while not lasted or not over.done():
        customer = customers[len(lasted) % len(customers)]
        lasted.append(await tap(room, customer, watch) * 1000)
        await place(room, customer)
        await asyncio.sleep(BETWEEN_TAPS)
    return lasted


def _most(lasted: list[float]) -> float:
    return sorted(lasted)[-1 - len(lasted) // 20]
