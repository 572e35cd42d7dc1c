"""From a tap leaving Telegram to the broker being called, everything in one process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any
from unittest.mock import patch

from benchmarks.figures import Figure
from benchmarks.stage import CLIENT_ID, ORDER, TOKEN, Customer, furnish, settings_in
from benchmarks.wire import Wrong
from bot.bootstrap import House, build_house
from bot.callbacks import Act, Codec, Press
from bot.demo.server import LocalTelegram
from bot.demo.strategy import post
from bot.service import run_service
from bot.settings import Server, Telegram
from brokers.paper.broker import PaperBroker
from core.ids import ChatId, ClientOrderId, OrderId
from core.states import BrokerStatus

PAUSE = 0.05
WITHIN = 10.0
MOST_MILLISECONDS = 20.0
CHAT = ChatId(CLIENT_ID)


@dataclass(frozen=True, slots=True)
class _Room:
    telegram: LocalTelegram
    house: House
    api: str
    customer: Customer
    placed: dict[ClientOrderId, float]


async def measure_taps(folder: Path, taps: int) -> list[Figure]:
    """So many orders, each tapped once and executed once. Raises Wrong."""
    async with _open_room(folder) as room:
        order_ids = [await _place(room) for _ in range(taps)]
        card = await room.telegram.wait_for(lambda: room.telegram.messages(CHAT)[-1:], WITHIN)
        lasted = []
        for order_id in order_ids:
            lasted.append(await _tap(room, order_id, card[0]["message_id"]))
            await asyncio.sleep(PAUSE)
        if len(room.placed) != taps:
            raise Wrong(f"{taps} taps, {len(room.placed)} orders at the broker")
        breaks = await room.house.audit.verify()
    if breaks:
        raise Wrong(f"the audit trail does not verify: {breaks[:3]}")
    milliseconds = [seconds * 1000 for seconds in lasted]
    return [
        Figure("tap to broker call: median", median(milliseconds), " ms", MOST_MILLISECONDS),
        Figure("tap to broker call: 95 of 100 within", quantiles(milliseconds, n=20)[-1], " ms"),
    ]


async def _place(room: _Room) -> OrderId:
    answer = await post(f"{room.api}/api/v1/placeorder", {"apikey": room.customer.api_key, **ORDER})
    if answer.get("status") != "success":
        raise Wrong(f"an order was answered with {answer}")
    return OrderId(answer["pending_order_id"])


async def _tap(room: _Room, order_id: OrderId, message_id: int) -> float:
    """Seconds from the press to the broker's being called.

    Cards come one a second; the button pressed here carries what the order's own card would.
    """
    order = await room.house.executor.get(order_id)
    client_order_id = order.legs[0].client_order_id
    data = Codec(room.house.signing_key).encode(Press(Act.APPROVE, order_id, order.version), CHAT)
    tapped_at = perf_counter()
    toast = await room.telegram.press_and_wait(CLIENT_ID, CHAT, message_id, data=data, timeout=WITHIN)
    async with asyncio.timeout(WITHIN):
        while order.legs[0].broker_status in (BrokerStatus.READY, BrokerStatus.SENDING):
            await asyncio.sleep(PAUSE)
            order = await room.house.executor.get(order_id)
    if client_order_id not in room.placed or order.approved_by_id != CLIENT_ID:
        raise Wrong(f"order {order_id} was tapped, answered {toast}, and stands at {order.status}")
    return room.placed[client_order_id] - tapped_at


@contextlib.asynccontextmanager
async def _open_room(folder: Path) -> AsyncIterator[_Room]:
    """The demo's arrangement: Telegram, service and client on one event loop."""
    customer, placed = await furnish(folder), dict[ClientOrderId, float]()
    place = PaperBroker.place

    async def timed(broker: PaperBroker, client_order_id: ClientOrderId, *terms: Any) -> Any:
        if client_order_id in placed:
            raise Wrong(f"{client_order_id} came to the broker twice")
        placed[client_order_id] = perf_counter()
        return await place(broker, client_order_id, *terms)

    telegram = LocalTelegram(TOKEN)
    telegram.add_user(CLIENT_ID, "Asha")
    async with telegram.serving() as local:
        connected = Telegram.model_validate({"token": TOKEN, "base_url": local.url})
        settings = settings_in(folder).model_copy(update={"telegram": connected, "server": Server(port=0)})
        with patch.object(PaperBroker, "place", timed):
            async with build_house(settings) as house, _serving(house) as api:
                telegram.send_text(CLIENT_ID, f"/start {customer.link_code}")
                await telegram.wait_for(lambda: telegram.messages(CHAT)[1:], WITHIN)
                yield _Room(telegram, house, api, customer, placed)


@contextlib.asynccontextmanager
async def _serving(house: House) -> AsyncIterator[str]:
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    service = asyncio.create_task(run_service(house, stop, ready.set_result))
    await asyncio.wait({service, ready}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if ready.done():
            yield ready.result()
    finally:
        stop.set()
        await service
