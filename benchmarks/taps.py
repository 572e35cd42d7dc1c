"""From a tap that was handed to the application to the broker being called."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from unittest.mock import patch

from telegram import Update

from benchmarks.figures import Figure
from benchmarks.stage import ORDER, TOKEN, Customer, furnish, link, local_telegram, settings_in
from benchmarks.wire import Wrong
from bot.local_telegram.client import LocalTelegramClient
from bot.local_telegram.example_strategy import post
from bot.process.bootstrap import Runtime, open_runtime
from bot.process.run import run_service
from bot.settings.settings import Server, Telegram
from bot.transport.gated_application import GatedApplication
from brokers.paper.broker import PaperBroker
from core.ids import ClientOrderId, OrderId
from core.orders.broker_order import Placement, PlaceRequest
from core.orders.states import BrokerStatus

CLIENTS = 20
"""Telegram takes one message a second in each chat; with so many chats there is always a card to tap."""
PAUSE = 0.05
WITHIN = 10.0
MOST_MILLISECONDS = 20.0
APPROVE = "Approve"


@dataclass(slots=True)
class Watch:
    """When the latest tap was handed to the application, and when each order came to the broker."""

    handed_at: float = 0.0
    placed_at: dict[ClientOrderId, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Room:
    """The service, its clients' Telegram, and what they are to tap."""

    telegram: LocalTelegramClient
    runtime: Runtime
    api: str
    waiting: dict[Customer, OrderId] = field(default_factory=dict)
    """The order whose card each client is to tap next."""


async def measure_taps(folder: Path, taps: int) -> list[Figure]:
    """So many orders, each tapped once on its own card and executed once. Raises Wrong."""
    customers, lasted = await furnish(folder, min(CLIENTS, taps)), list[float]()
    with watching() as watch:
        async with open_room(folder, customers) as room:
            for customer in customers:
                await place(room, customer)
            for number in range(taps):
                customer = customers[number % len(customers)]
                lasted.append(await tap(room, customer, watch) * 1000)
                await place(room, customer)
                await asyncio.sleep(PAUSE)
            breaks = (await room.runtime.audit.verify()).breaks
    if len(watch.placed_at) != taps:
        raise Wrong(f"{taps} taps, {len(watch.placed_at)} orders at the broker")
    if breaks:
        raise Wrong(f"the audit trail does not verify: {breaks[:3]}")
    return [
        Figure("tap to broker call: median", median(lasted), " ms", MOST_MILLISECONDS),
        Figure("tap to broker call: 95 of 100 within", quantiles(lasted, n=20)[-1], " ms"),
    ]


async def place(room: Room, customer: Customer) -> None:
    """An order for the client to tap. Raises Wrong."""
    answer = await post(f"{room.api}/api/v1/placeorder", {"apikey": customer.api_key, **ORDER})
    if answer.get("status") != "success":
        raise Wrong(f"an order was answered with {answer}")
    room.waiting[customer] = OrderId(answer["pending_order_id"])


async def tap(room: Room, customer: Customer, watch: Watch) -> float:
    """Seconds by the watch from the press on the order's own card to the broker's being called. Raises Wrong."""
    chat, order_id, executor = customer.client_id, room.waiting[customer], room.runtime.executor
    card = await room.telegram.wait_for_message(chat, f" · #{order_id}\n")
    order = await executor.get(order_id)
    leg = order.legs[0]
    toast = await room.telegram.press_and_wait(chat, chat, card["message_id"], button_text=APPROVE)
    late = perf_counter() + WITHIN
    while order.legs[0].broker_status in (BrokerStatus.READY, BrokerStatus.SENDING) and perf_counter() < late:
        await asyncio.sleep(PAUSE)
        order = await executor.get(order_id)
    if leg.client_order_id not in watch.placed_at or order.approved_by_id != chat:
        standing = f"{order.status}, {order.legs[0].broker_status}"
        raise Wrong(f"order {order_id} was tapped, answered {toast}, and stands at {standing}")
    return watch.placed_at[leg.client_order_id] - watch.handed_at


@contextlib.contextmanager
def watching(clock: Callable[[], float] = perf_counter) -> Iterator[Watch]:
    """Notes when presses and orders come, by this clock."""
    watch = Watch()
    handle, place = GatedApplication.process_update, PaperBroker.place

    async def timed_handle(application: GatedApplication, update: object) -> None:
        if isinstance(update, Update) and update.callback_query is not None:
            watch.handed_at = clock()
        await handle(application, update)

    async def timed_place(broker: PaperBroker, request: PlaceRequest) -> Placement:
        if request.client_order_id in watch.placed_at:
            raise Wrong(f"{request.client_order_id} came to the broker twice")
        watch.placed_at[request.client_order_id] = clock()
        return await place(broker, request)

    with (
        patch.object(GatedApplication, "process_update", timed_handle),
        patch.object(PaperBroker, "place", timed_place),
    ):
        yield watch


@contextlib.asynccontextmanager
async def open_room(folder: Path, customers: list[Customer]) -> AsyncIterator[Room]:
    """The service on this event loop, its clients and their Telegram in another process."""
    async with local_telegram() as (url, telegram):
        connected = Telegram.model_validate({"token": TOKEN, "base_url": url})
        settings = settings_in(folder).model_copy(
            update={"telegram": connected, "server": Server(port=0, websocket_port=0)}
        )
        async with open_runtime(settings) as runtime, serving_api(runtime) as api:
            for customer in customers:
                await link(telegram, customer)
            yield Room(telegram, runtime, api)


@contextlib.asynccontextmanager
async def serving_api(runtime: Runtime) -> AsyncIterator[str]:
    """The whole service on this event loop until the block ends; yields its address."""
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    service = asyncio.create_task(run_service(runtime, stop, ready.set_result))
    await asyncio.wait({service, ready}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if ready.done():
            yield ready.result()
    finally:
        stop.set()
        await service
