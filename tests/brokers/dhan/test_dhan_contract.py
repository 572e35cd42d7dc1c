"""Dhan's adapter before a stand-in with its own book keeps both contracts."""

from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest
from aiohttp.test_utils import TestServer

from brokers.common.adapter import Opening
from brokers.common.http_client import Address
from brokers.dhan.dhan import ADAPTER
from core.clock import SystemClock
from core.orders.broker_order import NotSent, Refused, Unknown
from core.ports import LiveBroker
from tests.brokers.dhan.fake_dhan import CLIENT, TOKEN, FakeDhan
from tests.brokers.fault_contract import Case, FaultContract, patience_of
from tests.brokers.fault_server import FaultServer
from tests.brokers.faults import Delivery, Fault, says
from tests.contract.broker_contract import BrokerContract

SYMBOLS = Path(__file__).parents[2] / "samples" / "dhan" / "symbols.csv"


class DhanRig:
    """The adapter, the fault server, and a stand-in behind both."""

    secrets: Sequence[str] = (TOKEN,)

    def __init__(self, fake: FakeDhan, faults: FaultServer, folder: Path, patience: float) -> None:
        self._fake = fake
        self.faults = faults
        credentials = {"client_id": CLIENT, "access_token": TOKEN}
        self.broker: LiveBroker = ADAPTER.open(
            Opening(credentials, Address("Dhan", faults.url, patience, 2), SystemClock(), folder)
        )

    def accepted(self) -> Sequence[str]:
        """Every order in the stand-in's book."""
        return list(self._fake.exchange.orders)

    async def move(self, ltp: Decimal) -> None:
        """SBIN trades at this price."""
        self._fake.exchange.move(ltp)


@pytest.fixture
async def rig(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[DhanRig]:
    """An empty book, and today's symbols."""
    fake = FakeDhan(SYMBOLS.read_bytes())
    async with TestServer(fake.app()) as running, FaultServer(str(running.make_url("/")), _changes) as faults:
        one = DhanRig(fake, faults, tmp_path, patience_of(request))
        try:
            await one.broker.load_instruments()
            yield one
        finally:
            await one.broker.close()


def _changes(method: str, path: str) -> bool:
    return method != "GET" and path.startswith("/v2/orders")


def _error(status: int, code: str, message: str, delivery: Delivery = Delivery.NEVER) -> Fault:
    return says(status, f'{{"errorType":"Error","errorCode":"{code}","errorMessage":"{message}"}}', delivery=delivery)


class TestDhan(BrokerContract):
    """While nothing goes wrong."""


class TestFaultsOfDhan(FaultContract):
    """While something does."""

    empty_books: ClassVar[frozenset[str]] = frozenset({"a-list-with-200"})
    own: ClassVar[Mapping[str, Case]] = {
        "token-expired": Case(_error(401, "DH-901", "access token is invalid"), NotSent),
        "no-access": Case(_error(403, "DH-902", "has not subscribed"), NotSent),
        "segment-not-active": Case(_error(400, "DH-903", "Segment is not activated"), Refused),
        "too-many": Case(_error(429, "DH-904", "Too many requests"), NotSent),
        "too-many-without-a-body": Case(says(429, b""), NotSent),
        "wrong-field": Case(_error(400, "DH-905", "Bad values for parameters"), Refused),
        "wrong-order": Case(_error(400, "DH-906", "RMS: margin exceeds"), Refused),
        "wrong-order-that-timed-out": Case(
            _error(400, "DH-906", "Order request timed out, check the order book", Delivery.AT_ONCE), Unknown
        ),
        "wrong-order-with-200": Case(_error(200, "DH-906", "Order error", Delivery.AT_ONCE), Unknown),
        "wrong-order-with-500": Case(_error(500, "DH-906", "Order error", Delivery.AT_ONCE), Unknown),
        "data-error": Case(_error(400, "DH-907", "no data present", Delivery.AT_ONCE), Unknown),
        "server-error": Case(_error(500, "DH-908", "Internal", Delivery.AT_ONCE), Unknown),
        "network-error": Case(_error(400, "DH-909", "backend", Delivery.AT_ONCE), Unknown),
        "other-error": Case(_error(400, "DH-910", "other", Delivery.AT_ONCE), Unknown),
        "address-not-registered": Case(_error(403, "DH-911", "Invalid IP"), NotSent),
        "order-id-null": Case(says(200, '{"orderId":null,"orderStatus":"TRANSIT"}', Delivery.AT_ONCE), Unknown),
    }
