"""The paper broker as a broker in another process: both contracts hold, and a lost answer is no second order."""

from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

import pytest
from aiohttp.test_utils import TestServer

from brokers.common.http_client import Address
from core.clock import SystemClock
from core.orders.broker_order import NotSent, Refused
from core.orders.states import BrokerStatus
from tests.brokers.fault_contract import Case, FaultContract, patience_of
from tests.brokers.fault_server import FaultServer
from tests.brokers.faults import says
from tests.brokers.paper_over_http.paper_facade import PaperFacade
from tests.brokers.paper_over_http.remote_paper import RemotePaper
from tests.contract.broker_contract import PRICE, BrokerContract
from tests.paper.rig import LIVE, Rig


class RemoteRig:
    """The adapter, the fault server, and the paper broker behind both."""

    secrets: Sequence[str] = ()

    def __init__(self, paper: Rig, faults: FaultServer, patience: float) -> None:
        self._paper = paper
        self.faults = faults
        self.broker = RemotePaper(Address("Paper", faults.url, patience), SystemClock())

    def accepted(self) -> Sequence[str]:
        """Every order in the paper broker's store."""
        book = self._paper.store.books.get(LIVE.name)
        orders = book.orders.values() if book else ()
        return [str(order.broker_order_id) for order in orders if order.status is not BrokerStatus.REJECTED]

    async def move(self, ltp: Decimal) -> None:
        """Set SBIN's price and let the orders see it."""
        await self._paper.tick(str(ltp))


@pytest.fixture
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[RemoteRig]:
    """An empty book with one crore rupees."""
    paper = Rig()
    paper.pin(str(PRICE))
    async with TestServer(PaperFacade(paper.broker).app()) as running:
        upstream = str(running.make_url("/"))
        async with FaultServer(upstream, lambda method, path: method != "GET" and "/read/" not in path) as faults:
            one = RemoteRig(paper, faults, patience_of(request))
            yield one
            await one.broker.close()


class TestPaperOverHttp(BrokerContract):
    """While nothing goes wrong."""


class TestFaultsOfPaperOverHttp(FaultContract):
    """While something does."""

    empty_books: ClassVar[frozenset[str]] = frozenset({"a-list-with-200"})
    own: ClassVar[Mapping[str, Case]] = {
        "says-no": Case(says(422, '{"Refused":"no money"}'), Refused),
        "says-not-now": Case(says(503, '{"Unavailable":"its disk is full"}'), NotSent),
    }
