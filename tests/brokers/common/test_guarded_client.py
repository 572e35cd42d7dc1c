"""Which answers open the circuit, and what is said while it is open."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from brokers.common.guarded_client import GuardedClient
from brokers.common.http_client import Address, Answer, Call
from core.errors import BrokerUnavailable, OutcomeUnknown
from core.orders.broker_order import LATE, NotSent, Unknown
from core.urgency import urgent
from tests.brokers.fault_server import FaultServer
from tests.brokers.faults import REFUSED
from tests.factories import SettableClock

ORDER = Call("POST", "/orders")
LOOK = Call("GET", "/orders")


class Server:
    """Answers with the status that a test sets; 0 cuts the connection."""

    def __init__(self) -> None:
        self.status = 200
        self.asked = 0

    async def answer(self, request: web.Request) -> web.Response:
        """One request."""
        self.asked += 1
        if not self.status and request.transport:
            request.transport.abort()
        return web.json_response({}, status=self.status or 200)


@pytest.fixture
def server() -> Server:
    """A broker in good health."""
    return Server()


@pytest.fixture
async def client(server: Server, clock: SettableClock) -> AsyncIterator[GuardedClient]:
    """A client of it."""
    application = web.Application()
    application.router.add_route("*", "/orders", server.answer)
    async with TestServer(application) as running:
        guarded = GuardedClient(Address("Kite", str(running.make_url("/")), 2, 1), clock)
        yield guarded
        await guarded.close()


async def test_three_cut_connections_open_it_and_nothing_is_sent_any_more(
    client: GuardedClient, server: Server, clock: SettableClock
) -> None:
    server.status = 0
    assert isinstance(await client.place(ORDER, clock.now() + timedelta(minutes=1)), Unknown)
    with pytest.raises(OutcomeUnknown):
        await client.change(ORDER)
    with pytest.raises(BrokerUnavailable):
        await client.read(LOOK)
    asked = server.asked

    with pytest.raises(BrokerUnavailable, match="has not answered since"):
        client.check()
    placement = await client.place(ORDER, clock.now() + timedelta(minutes=1))

    assert isinstance(placement, NotSent)
    assert "has not answered since" in placement.reason
    with pytest.raises(BrokerUnavailable):
        await client.change(ORDER)
    with pytest.raises(BrokerUnavailable):
        await client.read(LOOK)
    assert server.asked == asked


@pytest.mark.parametrize(("status", "opens"), [(502, True), (503, True), (504, True), (500, False), (400, False)])
async def test_a_gateway_s_own_answers_count_as_none(
    client: GuardedClient, server: Server, status: int, opens: bool
) -> None:
    server.status = status
    for _ in range(3):
        assert (await client.read(LOOK)).status == status

    if opens:
        with pytest.raises(BrokerUnavailable):
            client.check()
    else:
        client.check()
    assert (client.reach.silent_since is None) is (status == 400)


async def test_it_closes_with_the_first_answer_after_the_wait(
    client: GuardedClient, server: Server, clock: SettableClock
) -> None:
    server.status = 503
    for _ in range(3):
        await client.read(LOOK)
    server.status = 200
    clock.advance(seconds=20)

    assert isinstance(await client.place(ORDER, clock.now() + timedelta(minutes=1)), Answer)

    client.check()


async def test_an_order_that_is_late_says_nothing_about_the_broker(
    client: GuardedClient, clock: SettableClock
) -> None:
    for _ in range(3):
        assert await client.place(ORDER, clock.now()) == NotSent(LATE)

    client.check()


async def test_an_exit_goes_out_while_it_is_open_and_is_tried_again_in_three_seconds(
    clock: SettableClock,
) -> None:
    async with FaultServer("http://127.0.0.1") as nobody:
        await nobody.play(REFUSED)
        client = GuardedClient(Address("Kite", nobody.url, 2, 1), clock)
        until = clock.now() + timedelta(minutes=1)
        waits = [await client.place(ORDER, until) for _ in range(3)]

        with urgent():
            tried = await client.place(ORDER, until)
        await client.close()

    assert [one.retry_after.seconds for one in waits if isinstance(one, NotSent)] == [0, 0, 3]
    assert isinstance(tried, NotSent)
    assert "cannot be reached" in tried.reason
    assert tried.retry_after == timedelta(seconds=3)


async def test_a_client_s_own_request_finds_out_that_the_broker_is_back(
    client: GuardedClient, server: Server
) -> None:
    server.status = 503
    for _ in range(3):
        await client.read(LOOK)
    server.status = 200

    with urgent():
        assert (await client.read(LOOK)).status == 200

    client.check()
    assert client.reach.silent_since is None
