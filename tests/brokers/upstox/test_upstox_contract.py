"""Upstox's adapter before a stand-in with its own book keeps both contracts."""

import gzip
from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest
from aiohttp.test_utils import TestServer

from brokers.common.adapter import Opening
from brokers.common.http_client import Address
from brokers.upstox.upstox import ADAPTER
from core.clock import SystemClock
from core.orders.broker_order import NotSent, Refused, Unknown
from core.ports import LiveBroker
from tests.brokers.fault_contract import Case, FaultContract, patience_of
from tests.brokers.fault_server import FaultServer
from tests.brokers.faults import Delivery, Fault, says
from tests.brokers.upstox.fake_upstox import TOKEN, FakeUpstox
from tests.contract.broker_contract import BrokerContract

SAMPLES = Path(__file__).parents[2] / "samples" / "upstox"
SYMBOLS = gzip.compress((SAMPLES / "symbols.json").read_bytes())


class UpstoxRig:
    """The adapter, the fault server, and a stand-in behind both."""

    secrets: Sequence[str] = (TOKEN,)

    def __init__(self, fake: FakeUpstox, faults: FaultServer, folder: Path, patience: float) -> None:
        self._fake = fake
        self.faults = faults
        self.broker: LiveBroker = ADAPTER.open(
            Opening({"access_token": TOKEN}, Address("Upstox", faults.url, patience, 2), SystemClock(), folder)
        )

    def accepted(self) -> Sequence[str]:
        """Every order in the stand-in's book."""
        return list(self._fake.exchange.orders)

    async def move(self, ltp: Decimal) -> None:
        """SBIN trades at this price."""
        self._fake.exchange.move(ltp)


@pytest.fixture
async def rig(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[UpstoxRig]:
    """An empty book, and today's symbols."""
    fake = FakeUpstox(SYMBOLS)
    async with TestServer(fake.app()) as running, FaultServer(str(running.make_url("/")), _changes) as faults:
        one = UpstoxRig(fake, faults, tmp_path, patience_of(request))
        try:
            await one.broker.load_instruments()
            yield one
        finally:
            await one.broker.close()


def _changes(method: str, path: str) -> bool:
    return method != "GET" and path.startswith("/v3/order/")


def _error(status: int, code: str, message: str, delivery: Delivery = Delivery.NEVER) -> Fault:
    return says(status, f'{{"status":"error","errors":[{{"errorCode":"{code}","message":"{message}"}}]}}', delivery)


def _sample(name: str) -> Fault:
    return says(200, (SAMPLES / name).read_bytes(), Delivery.AT_ONCE)


class TestUpstox(BrokerContract):
    """While nothing goes wrong."""


class TestFaultsOfUpstox(FaultContract):
    """While something does."""

    own: ClassVar[Mapping[str, Case]] = {
        "token-expired": Case(_error(401, "UDAPI100050", "Invalid token used to access API"), NotSent),
        "wrong-credentials": Case(_error(401, "UDAPI100016", "Invalid Credentials"), NotSent),
        "too-many": Case(_error(429, "UDAPI10005", "Too Many Request Sent"), NotSent),
        "too-many-without-a-body": Case(says(429, b""), NotSent),
        "address-not-registered": Case(_error(403, "UDAPI1154", "static IP restrictions"), NotSent),
        "wrong-field": Case(_error(400, "UDAPI1026", "instrument key is required"), Refused),
        "market-orders-blocked": Case(_error(400, "UDAPI1158", "use limit orders"), Refused),
        "invalid-input": Case(_error(400, "UDAPI100036", "Invalid Input"), Refused),
        "account-may-not": Case(_error(423, "UDAPI100049", "use Uplink Business"), Refused),
        "wrong-field-that-timed-out": Case(
            _error(400, "UDAPI1026", "Request timed out, check the order book", Delivery.AT_ONCE), Unknown
        ),
        "wrong-field-with-200": Case(_error(200, "UDAPI1026", "wrong", Delivery.AT_ONCE), Unknown),
        "wrong-field-with-500": Case(_error(500, "UDAPI1026", "wrong", Delivery.AT_ONCE), Unknown),
        "something-went-wrong": Case(_error(400, "UDAPI100500", "Something went wrong", Delivery.AT_ONCE), Unknown),
        "new-code": Case(_error(400, "UDAPI999999", "new", Delivery.AT_ONCE), Unknown),
        "401-of-somebody-else": Case(says(401, b"{}", Delivery.AT_ONCE), Unknown),
        "no-numbers": Case(says(200, '{"status":"success","data":{"order_ids":[]}}', Delivery.AT_ONCE), Unknown),
        "null-number": Case(says(200, '{"status":"success","data":{"order_ids":[null]}}', Delivery.AT_ONCE), Unknown),
        "in-slices": Case(_sample("placed-in-slices.json"), Unknown),
        "in-part": Case(_sample("placed-in-part.json"), Unknown),
    }
