"""The stream of events: complete, in order, resumable to the event, and ended when it must be."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from aiohttp import ClientPayloadError, ClientSession, ServerDisconnectedError, web

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM
from tests.runtime import Spine
from tests.waiting import until
from tests.webhook.streaming import StreamApi
from webhook.outcomes.event_stream import Streams, events
from webhook.request.rate_limits import HttpLimits, RateLimits
from webhook.server import serving


@pytest.fixture
async def api(spine: Spine) -> AsyncIterator[StreamApi]:
    """Streams whose heartbeat is quick."""
    streams = Streams(per_key=3, heartbeat=0.1)
    app = web.Application()
    app.router.add_get("/api/v1/events", events(spine.services, RateLimits(HttpLimits()), streams))
    app.on_shutdown.append(streams.close)
    async with serving(app, "127.0.0.1", 0) as address, ClientSession(address) as client:
        yield StreamApi(spine, client, app, streams)


async def executed(spine: Spine) -> int:
    """An order from its arrival to its fill."""
    order_id = await spine.queue()
    await spine.approve(order_id)
    await spine.execute()
    return order_id


async def test_an_order_is_told_from_its_arrival_to_its_fill(api: StreamApi) -> None:
    async with api.reading() as reader:
        order_id = await executed(api.spine)

        assert await reader.until("executed") == ["queued", "approved", "leg", "executed"]

    seq, _, told = reader.seen[-1]
    asked = await api.spine.services.order_status.get(api.spine.account.id, order_id)  # type: ignore[arg-type]
    assert (told["event"], told["data"]["pending_order_id"]) == ("executed", order_id)
    assert told["data"]["orders"][0]["broker_status"] == "complete"
    assert told["occurred_at"].endswith("+00:00")
    assert asked.id == order_id
    assert seq == (await api.spine.audit_of())[-1].seq


async def test_what_happened_before_is_not_told_unless_asked_for(api: StreamApi) -> None:
    await executed(api.spine)

    async with api.reading() as fresh:
        await api.spine.queue()
        assert (await fresh.next())[1] == "queued"
    async with api.reading(last_id=0) as whole:
        assert await whole.until("executed") == ["queued", "approved", "leg", "executed"]


async def test_every_end_is_told(api: StreamApi) -> None:
    async with api.reading() as reader:
        await api.spine.reject(await api.spine.queue())
        await api.spine.services.withdraw.withdraw(await api.spine.caller(), await api.spine.queue())
        await api.spine.queue()
        api.spine.clock.advance(hours=1)
        await api.spine.runtime.expiry.sweep()

        names = await reader.until("expired")

    assert names == ["queued", "rejected", "queued", "withdrawn", "queued", "expired"]


async def test_resuming_under_load_loses_nothing_and_repeats_nothing(api: StreamApi) -> None:
    async def trade() -> None:
        for _ in range(12):
            await executed(api.spine)

    trading = [asyncio.create_task(trade()) for _ in range(3)]
    seen: list[tuple[int, str, Any]] = []
    last = 0
    while len(seen) < 36 * 4:
        async with api.reading(last_id=last) as reader:
            for _ in range(7):
                if len(seen) + len(reader.seen) < 36 * 4:
                    await reader.next()
        seen += reader.seen
        last = seen[-1][0]
    await asyncio.gather(*trading)

    ids = [seq for seq, _, _ in seen]
    assert ids == sorted(set(ids))
    for order_id in range(1, 37):
        names = [name for _, name, told in seen if told["data"]["pending_order_id"] == order_id]
        assert names == ["queued", "approved", "leg", "executed"]


async def test_another_accounts_orders_are_not_told(api: StreamApi) -> None:
    other = await api.spine.services.accounts.add("other", "paper", OrderMode.AUTO, TradingMode.LIVE, SYSTEM)
    key = await api.spine.services.keys.create(other.id, "x", SYSTEM)

    async with api.reading(last_id=0, key=key.secret) as reader:
        await api.spine.queue()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await reader.next()


async def test_silence_is_filled_with_comments(api: StreamApi) -> None:
    async with api.reading() as reader:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await reader.next()

    assert reader.comments >= 2


async def test_a_revoked_key_ends_the_stream(api: StreamApi) -> None:
    async with api.reading() as reader:
        await api.spine.services.keys.revoke(api.spine.account.id, api.spine.key_id, SYSTEM)
        with pytest.raises(EOFError):
            await reader.next()


async def test_a_stop_ends_the_stream(api: StreamApi) -> None:
    async with api.reading() as reader:
        await api.streams.close(api.app)
        with pytest.raises(EOFError):
            await reader.next()


async def test_only_so_many_streams_with_one_key_and_one_that_ended_makes_room(api: StreamApi) -> None:
    async with api.reading(), api.reading():
        async with api.reading():
            status, body = await api.refusal(X_API_KEY=api.spine.secret)
            assert (status, body["status"]) == (429, "error")
        await until(lambda: api.streams.count == 2)
        async with api.reading():
            pass


@pytest.mark.parametrize("key", ["", "wrong", "schl\u00fcssel"])
async def test_a_wrong_key_is_403(api: StreamApi, key: str) -> None:
    status, body = await api.refusal(X_API_KEY=key)

    assert (status, body["message"]) == (403, "Invalid openalgo apikey")


@pytest.mark.parametrize("last_id", ["x", "-1", "1.5", "9" * 19, "\u0663"])
async def test_an_id_that_is_none_is_400(api: StreamApi, last_id: str) -> None:
    status, body = await api.refusal(X_API_KEY=api.spine.secret, Last_Event_ID=last_id)

    assert (status, body["message"]) == (400, "Last-Event-ID must be the id of an event of this stream.")


async def test_an_id_from_the_future_waits_for_what_is_new(api: StreamApi) -> None:
    async with api.reading(last_id=10**9) as reader:
        await api.spine.queue()

        assert (await reader.next())[1] == "queued"


async def test_who_does_not_read_is_cut_off_and_costs_no_more_memory(spine: Spine) -> None:
    streams = Streams(heartbeat=0.01, slowest=0.2)
    app = web.Application()
    app.router.add_get("/api/v1/events", events(spine.services, RateLimits(HttpLimits()), streams))
    for _ in range(60):
        await spine.queue(strategy="s" * 3000)
    for number in range(1, 61):
        spine.sql("UPDATE orders SET rejected_reason = ? WHERE id = ?", "r" * 100_000, number)
    async with serving(app, "127.0.0.1", 0) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        reading, writing = await asyncio.open_connection(host, int(port), limit=1024)
        key = f"X-API-KEY: {spine.secret}\r\nLast-Event-ID: 0"
        writing.write(f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\n{key}\r\n\r\n".encode())
        await reading.readuntil(b"text/event-stream")
        await until(lambda: streams.count == 0)
        writing.close()
        with suppress(ConnectionError):
            await writing.wait_closed()


async def test_a_reader_who_went_away_is_noticed(api: StreamApi) -> None:
    with suppress(ClientPayloadError, ServerDisconnectedError):
        async with api.reading() as reader:
            reader.response.close()

    await until(lambda: api.streams.count == 0)
