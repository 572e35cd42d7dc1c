"""Alpaca's adapter before a stand-in with its own book keeps both contracts."""

from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest
from aiohttp.test_utils import TestServer

from brokers.alpaca.alpaca import AlpacaBroker
from brokers.common.adapter import Opening
from brokers.common.http_client import Address
from core.clock import SystemClock
from core.orders.broker_order import Accepted, NotSent, Refused, Unknown
from tests.brokers.alpaca.fake_alpaca import KEY, SECRET, FakeAlpaca
from tests.brokers.alpaca.in_dollars import InDollars
from tests.brokers.fault_contract import Case, FaultContract, patience_of
from tests.brokers.fault_server import FaultServer
from tests.brokers.faults import Delivery, Fault, says
from tests.contract.broker_contract import BrokerContract, BrokerRig, buy, request

SAMPLES = Path(__file__).parents[2] / "samples" / "alpaca"
ASSETS = (SAMPLES / "assets.json").read_bytes()


class AlpacaRig:
    """The adapter, the fault server, and a stand-in behind both."""

    secrets: Sequence[str] = (KEY, SECRET)

    def __init__(self, fake: FakeAlpaca, faults: FaultServer, folder: Path, patience: float) -> None:
        self._fake = fake
        self.faults = faults
        credentials = {"api_key": KEY, "api_secret": SECRET}
        self.alpaca = AlpacaBroker(
            Opening(credentials, Address("Alpaca", faults.url, patience, 2), SystemClock(), folder)
        )
        self.broker = InDollars(self.alpaca)

    def accepted(self) -> Sequence[str]:
        """Every order in the stand-in's book."""
        return self._fake.placed

    async def move(self, ltp: Decimal) -> None:
        """AAPL trades at this price."""
        self._fake.exchange.move(ltp)


@pytest.fixture
async def rig(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[AlpacaRig]:
    """An empty book, and today's assets."""
    fake = FakeAlpaca(ASSETS)
    async with TestServer(fake.app()) as running, FaultServer(str(running.make_url("/"))) as faults:
        one = AlpacaRig(fake, faults, tmp_path, patience_of(request))
        try:
            await one.alpaca.load_instruments()
            yield one
        finally:
            await one.alpaca.close()


def _error(status: int, code: int, message: str, delivery: Delivery = Delivery.NEVER) -> Fault:
    return says(status, f'{{"code":{code},"message":"{message}"}}', delivery)


class TestAlpaca(BrokerContract):
    """While nothing goes wrong."""

    async def test_second_order_of_one_id_is_refused_where_absence_is_proved(self, rig: BrokerRig) -> None:
        """Alpaca says no, and the adapter adopts the order that is there."""
        once = request(buy())
        first = await rig.broker.place(once)
        assert isinstance(first, Accepted)

        second = await rig.broker.place(once)

        assert isinstance(second, Accepted), second
        assert second.order.broker_order_id == first.order.broker_order_id
        assert len(await rig.broker.list_orders()) == 1
        assert len(await rig.broker.list_trades()) == 1


class TestFaultsOfAlpaca(FaultContract):
    """While something does."""

    empty_books: ClassVar[frozenset[str]] = frozenset({"a-list-with-200"})
    own: ClassVar[Mapping[str, Case]] = {
        "not-authorized": Case(_error(401, 40110000, "request is not authorized"), NotSent),
        "forbidden": Case(says(403, '{"message":"forbidden."}'), NotSent),
        "too-many": Case(_error(429, 42910000, "rate limit exceeded"), NotSent),
        "too-many-without-a-body": Case(says(429, b""), NotSent),
        "no-money": Case(_error(403, 40310000, "insufficient buying power"), Refused),
        "wrong-field": Case(_error(422, 42210000, "invalid limit_price"), Refused),
        "wrong-body": Case(_error(422, 40010001, "qty must be > 0"), Refused),
        "wrong-body-and-it-is-there": Case(_error(422, 40010001, "qty must be > 0", Delivery.AT_ONCE), Accepted),
        "not-unique-and-it-is-there": Case(
            _error(422, 40010001, "client_order_id must be unique", Delivery.AT_ONCE), Accepted
        ),
        "not-unique-by-another-code": Case(
            _error(422, 42210000, "client order id already exists", Delivery.AT_ONCE), Accepted
        ),
        "not-unique-and-it-is-nowhere": Case(_error(422, 40010001, "client_order_id must be unique"), Unknown),
        "wrong-field-that-timed-out": Case(_error(422, 42210000, "request timed out", Delivery.AT_ONCE), Unknown),
        "401-of-somebody-else": Case(says(401, b"{}", Delivery.AT_ONCE), Unknown),
        "asset-not-found": Case(_error(404, 40410000, "asset not found", Delivery.AT_ONCE), Unknown),
        "gateway-time-out": Case(_error(504, 50410000, "request timed out", Delivery.AT_ONCE), Unknown),
        "null-number": Case(says(200, '{"id":null}', Delivery.AT_ONCE), Unknown),
    }
