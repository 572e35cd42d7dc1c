"""The fault server does what its faults say, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from brokers.common.http_client import Address, Answer, Call, HttpClient
from core.clock import SystemClock
from core.errors import BrokerUnavailable, OutcomeUnknown
from core.orders.broker_order import NotSent, Unknown
from tests.brokers.fault_server import FaultServer
from tests.brokers.faults import DOUBTFUL, NONE, REFUSED, Delivery, Ending, Fault, late, says

ORDER = Call("POST", "/orders", body={"symbol": "SBIN"})


class Upstream:
    """A broker that takes everything."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.took = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        """Note it, and give it a number."""
        self.taken.append(await request.read())
        self.took.set()
        return web.json_response({"order_id": str(len(self.taken))})

    async def tell(self, request: web.Request) -> web.Response:
        """How many there are."""
        return web.json_response({"orders": len(self.taken)})


class Between:
    """A client, the fault server and the broker behind it."""

    def __init__(self, upstream: Upstream, server: FaultServer) -> None:
        self.upstream = upstream
        self.server = server
        self.client = HttpClient(Address("The broker", server.url, 20), SystemClock())
        self.hasty = HttpClient(Address("The broker", server.url, 0.6), SystemClock())

    async def place(self, fault: Fault) -> Answer | NotSent | Unknown:
        """Send one order into a fault."""
        await self.server.play(fault)
        client = self.hasty if fault.ending is Ending.HANG else self.client
        return await client.place(ORDER, datetime.now(UTC) + timedelta(minutes=1))


@pytest.fixture
async def between() -> AsyncIterator[Between]:
    """All three, calm."""
    upstream = Upstream()
    app = web.Application()
    app.router.add_post("/orders", upstream.take)
    app.router.add_get("/orders", upstream.tell)
    async with TestServer(app) as running, FaultServer(str(running.make_url("/"))) as server:
        one = Between(upstream, server)
        yield one
        await one.client.close()


async def test_calm_it_only_passes_on(between: Between) -> None:
    answer = await between.place(NONE)

    assert isinstance(answer, Answer)
    assert (answer.status, answer.parsed()) == (200, {"order_id": "1"})
    assert between.upstream.taken == [b'{"symbol":"SBIN"}']
    (heard,) = between.server.heard
    assert (heard.method, heard.path, heard.body) == ("POST", "/orders", b'{"symbol":"SBIN"}')


async def test_refused_port_is_its_own_again_afterwards(between: Between) -> None:
    assert isinstance(await between.place(REFUSED), NotSent)
    assert between.server.connections == 0
    assert not between.upstream.taken

    assert isinstance(await between.place(NONE), Answer)


@pytest.mark.parametrize("fault", DOUBTFUL.values(), ids=DOUBTFUL)
async def test_broker_gets_what_the_fault_says_once(between: Between, fault: Fault) -> None:
    answer = await between.place(fault)

    assert not isinstance(answer, NotSent)
    assert len(between.upstream.taken) == (fault.delivery is Delivery.AT_ONCE)
    assert await between.server.arrive() == (fault.delivery is Delivery.LATE)
    assert len(between.upstream.taken) == (fault.delivery is not Delivery.NEVER)
    assert len(between.server.heard) == (fault.ending is not Ending.UNREAD)
    assert between.server.connections == 1
    if fault.ending is Ending.SAID and fault.said.status not in {302, 307, 308}:
        assert isinstance(answer, Answer)
        assert (answer.status, answer.raw) == (fault.said.status, fault.said.body)
    else:
        assert isinstance(answer, Unknown)


async def test_late_arrival_needs_no_help_when_it_has_a_time(between: Between) -> None:
    answer = await between.place(late(says(400, "order request timed out"), after=0.01))

    assert isinstance(answer, Answer)
    assert answer.status == 400
    await asyncio.wait_for(between.upstream.took.wait(), 5)
    assert len(between.upstream.taken) == 1


async def test_reads_pass_unless_they_are_meant(between: Between) -> None:
    await between.place(Fault(Ending.RESET))
    question = Call("GET", "/orders")
    assert (await between.client.read(question)).parsed() == {"orders": 0}

    between.server.strikes = lambda method, path: method == "GET"
    with pytest.raises(BrokerUnavailable):
        await between.client.read(question)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_change_is_sent_once_whatever_its_method(between: Between, method: str) -> None:
    await between.server.play(Fault(Ending.RESET))

    with pytest.raises(OutcomeUnknown):
        await between.client.change(Call(method, "/orders"))

    assert between.server.connections == 1
