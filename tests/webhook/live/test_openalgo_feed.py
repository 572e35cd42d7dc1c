"""The WebSocket methods of OpenAlgo's published client, unchanged, against a served port."""

import asyncio
import gc
import inspect
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from openalgo import api
from openalgo.feed import FeedAPI

from core.accounts import OrderMode
from tests.runtime import Spine
from tests.waiting import until
from tests.webhook.live.live_reading import SBIN
from webhook.application import READERS, HttpSettings, build_application, build_live_application
from webhook.server import serving

PRICES = ("ltp", "quote", "depth")
READS = {"ltp": "get_ltp", "quote": "get_quotes", "depth": "get_depth"}
ORDERS = {"subscribe_orders", "unsubscribe_orders", "get_orders"} & set(vars(FeedAPI))
"""The client has them since its second version, which wants Python 3.12."""
PLAYED = {
    "connect",
    "disconnect",
    *READS.values(),
    *(f"{verb}_{what}" for verb in ("subscribe", "unsubscribe") for what in PRICES),
    *ORDERS,
}


@pytest.fixture
async def client(spine: Spine) -> AsyncIterator[Any]:
    """The client, told nothing but the host and OpenAlgo's own port."""
    async with AsyncExitStack() as stack:
        application = build_application(spine.services, HttpSettings())
        host = await stack.enter_async_context(serving(application, "127.0.0.1", 0))
        alone = build_live_application(application)
        port = urlsplit(await stack.enter_async_context(serving(alone, "127.0.0.1", 0))).port
        client = api(api_key=spine.secret, host=host, ws_port=port)
        yield client
        await disconnect(client)
        await until(lambda: application[READERS].count == 0)


@contextmanager
def hasty() -> Iterator[None]:
    """The client, which looks for seconds whether it is connected, has a quicker clock."""
    clock = SimpleNamespace(time=lambda: 50 * time.time(), sleep=lambda seconds: time.sleep(seconds / 50))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("openalgo.feed.time", clock)
        yield


async def disconnect(client: Any) -> None:
    with hasty():
        await asyncio.to_thread(client.disconnect)


def test_no_method_of_the_feed_is_forgotten() -> None:
    offered = {name for name, _ in inspect.getmembers(FeedAPI, inspect.isfunction) if name in vars(FeedAPI)}

    assert {name for name in offered if not name.startswith("_")} == PLAYED


async def test_it_reads_prices_until_it_unsubscribes(client: Any, spine: Spine) -> None:
    heard: list[Any] = []
    assert await asyncio.to_thread(client.connect)
    for what in PRICES:
        assert await asyncio.to_thread(getattr(client, f"subscribe_{what}"), [SBIN], heard.append)
    spine.feed.pin("NSE", "SBIN", Decimal("812.5"))

    def told(what: str) -> Any:
        (by_exchange,) = getattr(client, READS[what])().values()
        return by_exchange.get("NSE", {}).get("SBIN", {})

    await until(lambda: all(told(what).get("ltp") == 812.5 for what in PRICES))
    depth = spine.feed.depth("NSE", "SBIN")
    assert depth is not None
    assert told("quote")["close"] == float(depth.quote.prev_close)
    best = depth.bids[0]
    assert told("depth")["buyBook"]["1"] == {"price": float(best.price), "qty": best.quantity, "orders": 0}
    assert {one["mode"] for one in heard if one["data"]["ltp"] == 812.5} == {1, 2, 3}

    for what in PRICES:
        assert await asyncio.to_thread(getattr(client, f"unsubscribe_{what}"), [SBIN])
    spine.feed.pin("NSE", "SBIN", Decimal(813))
    assert all(told(what) == {} for what in PRICES)


@pytest.mark.filterwarnings("ignore:unclosed <socket")
async def test_a_wrong_key_does_not_connect(client: Any) -> None:
    client.api_key = "wrong-key-of-some-length"

    with hasty():
        assert await asyncio.to_thread(client.connect) is False

    await asyncio.to_thread(client.ws_thread.join)
    client.ws = None
    gc.collect()  # The client's library leaves its socket open when the server closes first.


async def test_it_connects_again(client: Any, spine: Spine) -> None:
    assert await asyncio.to_thread(client.connect)
    await disconnect(client)
    assert await asyncio.to_thread(client.connect)
    await asyncio.to_thread(client.subscribe_ltp, [SBIN])

    await until(lambda: client.get_ltp()["ltp"].get("NSE", {}).get("SBIN", {}).get("ltp") == 800)


@pytest.mark.skipif(not ORDERS, reason="the client has order updates since its second version")
async def test_it_reads_order_updates(client: Any, spine: Spine) -> None:
    await spine.switch(order_mode=OrderMode.AUTO)
    assert await asyncio.to_thread(client.connect)
    assert await asyncio.to_thread(client.subscribe_orders)
    await until(lambda: client.connected)
    order = await spine.send()

    await until(lambda: bool(client.get_orders()["orders"]))
    assert client.get_orders()["orders"][0]["orderid"] == order.legs[0].broker_order_id
    assert await asyncio.to_thread(client.unsubscribe_orders)
