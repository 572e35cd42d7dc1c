"""Whatever goes wrong between us and Kite: an order is there once at most, and what is said of it is true."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from brokers.zerodha.zerodha import ZerodhaBroker
from core.errors import BrokerRefused, BrokerUnavailable, OutcomeUnknown
from core.ids import BrokerOrderId
from core.orders.broker_order import Accepted, NotSent, OrderChange, Placement, Refused, Sought, Unknown
from core.orders.states import BrokerStatus
from tests.brokers.fault_contract import RESTING, Case, FaultContract, patience_of, place_into
from tests.brokers.fault_server import FaultServer
from tests.brokers.faults import NONE, Delivery, Fault, late, says
from tests.brokers.zerodha.fake_zerodha import API_KEY, API_SECRET, TOKEN, FakeKite, running
from tests.brokers.zerodha.kite_rig import open_broker
from tests.contract.broker_contract import buy
from tests.contract.broker_contract import request as order

TIMED_OUT = "Order request timed out. Please check the order book and confirm before placing again."
NO_FUNDS = (
    "Insufficient funds. Required margin is 95.84 but available margin is 74.80. Check the orderbook for open orders."
)


def kite(status: int, kind: str, message: str, delivery: Delivery = Delivery.NEVER) -> Fault:
    """An error in Kite's own form."""
    return says(status, f'{{"status":"error","message":"{message}","error_type":"{kind}"}}', delivery)


def success(data: str, status: int = 200) -> Fault:
    """A success of Kite's form for an order that it has taken."""
    return says(status, f'{{"status":"success","data":{data}}}', Delivery.AT_ONCE)


DOUBT: Mapping[str, Fault] = {
    "400-timed-out-and-it-arrives-late": late(kite(400, "OrderException", TIMED_OUT)),
    "400-timed-out-as-an-input-error": late(kite(400, "InputException", TIMED_OUT)),
    "400-order-exception": kite(400, "OrderException", "Order could not be placed", Delivery.AT_ONCE),
    "400-of-an-unknown-kind": kite(400, "SurpriseException", "no", Delivery.AT_ONCE),
    "403-of-an-unknown-kind": kite(403, "UserException", "no", Delivery.AT_ONCE),
    "500-general": late(kite(500, "GeneralException", "Something unexpected went wrong")),
    "500-input": kite(500, "InputException", "not a refusal with this status", Delivery.AT_ONCE),
    "502-data": kite(502, "DataException", "The OMS answered something else", Delivery.AT_ONCE),
    "503-network": late(kite(503, "NetworkException", "The OMS cannot be reached")),
    "504-network": late(kite(504, "NetworkException", "Gateway timed out")),
    "success-without-a-number": success("{}"),
    "success-with-a-blank-number": success('{"order_id":" "}'),
    "success-with-null": success('{"order_id":null}'),
    "success-with-a-list": success('["1"]'),
    "201-with-a-number": success('{"order_id":"1"}', 201),
    "error-with-200": kite(200, "InputException", "no", Delivery.AT_ONCE),
}
NOT_READ: Mapping[str, Fault] = {
    "429": kite(429, "NetworkException", "Too many requests"),
    "429-as-a-page": says(429, "<html>slow down</html>"),
    "403-token": kite(403, "TokenException", f"Incorrect `api_key` or `access_token` {API_KEY}:{TOKEN}."),
    "403-address": kite(403, "PermissionException", "IP 203.0.113.7 is not allowed to place orders"),
}
REFUSALS: Mapping[str, Fault] = {
    "400-input": kite(400, "InputException", f"Invalid `product` for {TOKEN}."),
    "400-margin": kite(400, "MarginException", NO_FUNDS),
    "400-holding": kite(400, "HoldingException", "You do not have holdings of SBIN."),
}


def cases(faults: Mapping[str, Fault], answer: type[Placement]) -> Mapping[str, Case]:
    """Faults that have the same truthful answer."""
    return {name: Case(fault, answer) for name, fault in faults.items()}


@dataclass
class KiteFaultRig:
    """The broker, the server that goes wrong, and the truth behind it."""

    broker: ZerodhaBroker
    faults: FaultServer
    fake: FakeKite
    secrets: Sequence[str] = (API_KEY, API_SECRET, TOKEN)

    def accepted(self) -> Sequence[str]:
        """The numbers of Kite's own book."""
        return [row["order_id"] for row in self.fake.book.orders if row["status"] != "REJECTED"]

    async def rest(self) -> BrokerOrderId:
        """An order that waits for its price."""
        placed = await self.broker.place(order(buy(10, RESTING)))
        assert isinstance(placed, Accepted)
        return placed.order.broker_order_id


@pytest.fixture
async def rig(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[KiteFaultRig]:
    """All three, calm."""
    fake = FakeKite()
    async with running(fake) as url, FaultServer(url) as faults:
        broker = open_broker(faults.url, tmp_path, answer_within=patience_of(request))
        try:
            await broker.load_instruments()
            yield KiteFaultRig(broker, faults, fake)
        finally:
            await broker.close()


class TestZerodhaFaults(FaultContract):
    """What every broker must keep, and what Kite says."""

    own: ClassVar[Mapping[str, Case]] = {
        **cases(DOUBT, Unknown),
        **cases(NOT_READ, NotSent),
        **cases(REFUSALS, Refused),
    }

    @pytest.mark.parametrize("name", [*DOUBT, *NOT_READ, *REFUSALS])
    async def test_a_book_of_which_kite_says_something_else_is_not_empty(self, rig: KiteFaultRig, name: str) -> None:
        if name == "success-with-a-list":
            pytest.skip("a list is a book")
        sent = order(buy(10, RESTING))
        rig.faults.strikes = lambda method, _: method == "GET"
        await rig.faults.play({**DOUBT, **NOT_READ, **REFUSALS}[name])

        with pytest.raises(BrokerUnavailable) as said:
            await rig.broker.find(Sought(sent.client_order_id, sent.terms, sent.deadline))

        assert not [secret for secret in rig.secrets if secret in str(said.value)]


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal_says_why(rig: KiteFaultRig, name: str) -> None:
    placement = await place_into(rig, order(buy()), REFUSALS[name])

    assert isinstance(placement, Refused)
    assert placement.message in ("Invalid `product` for ….", NO_FUNDS, "You do not have holdings of SBIN.")


async def test_an_order_that_its_first_check_rejects_is_never_shown(rig: KiteFaultRig) -> None:
    rig.fake.book.hides_rejects = True
    sent = order(buy())

    assert isinstance(await rig.broker.place(sent), Accepted)

    assert not await rig.broker.find(Sought(sent.client_order_id, sent.terms, sent.deadline))
    assert not rig.broker.capabilities.shows_rejects


async def test_too_many_requests_hold_back_the_next_ones(rig: KiteFaultRig) -> None:
    first = await place_into(rig, order(buy()), NOT_READ["429"])
    second = await rig.broker.place(order(buy()))

    assert isinstance(first, NotSent)
    assert isinstance(second, NotSent)
    assert 0 < second.retry_after.total_seconds() <= 1
    assert len(rig.faults.struck) == 1


async def test_a_cancellation_that_came_too_late_says_so(rig: KiteFaultRig) -> None:
    order_id = await rig.rest()
    await rig.faults.play(kite(400, "OrderException", "Order cannot be cancelled", Delivery.AT_ONCE))

    assert (await rig.broker.cancel(order_id)).status is BrokerStatus.CANCELLED


async def test_a_change_that_kite_refuses_while_the_order_is_open_is_in_doubt(rig: KiteFaultRig) -> None:
    order_id = await rig.rest()
    await rig.faults.play(kite(400, "OrderException", "Order cannot be changed"))

    with pytest.raises(OutcomeUnknown):
        await rig.broker.cancel(order_id)
    with pytest.raises(OutcomeUnknown):
        await rig.broker.modify(order_id, OrderChange(buy(5, RESTING)))


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_change_that_kite_refuses_for_good_is_not_done(rig: KiteFaultRig, name: str) -> None:
    order_id = await rig.rest()
    await rig.faults.play(REFUSALS[name])

    with pytest.raises(BrokerRefused):
        await rig.broker.modify(order_id, OrderChange(buy(5, RESTING)))

    await rig.faults.play(NONE)
    assert (await rig.broker.get(order_id)).terms == buy(10, RESTING)


@pytest.mark.parametrize("name", NOT_READ)
async def test_a_cancellation_that_was_not_read_may_be_tried_again(rig: KiteFaultRig, name: str) -> None:
    order_id = await rig.rest()
    await rig.faults.play(NOT_READ[name])

    with pytest.raises(BrokerUnavailable):
        await rig.broker.cancel(order_id)

    await rig.faults.play(NONE)
    assert (await rig.broker.get(order_id)).status is BrokerStatus.OPEN


async def test_what_can_not_be_read_after_a_cancellation_is_in_doubt(rig: KiteFaultRig) -> None:
    order_id = await rig.rest()
    rig.faults.strikes = lambda method, _: method == "GET" and "DELETE" in {one.method for one in rig.faults.heard}
    await rig.faults.play(kite(500, "GeneralException", "no"))

    with pytest.raises(OutcomeUnknown):
        await rig.broker.cancel(order_id)

    assert [row["status"] for row in rig.fake.book.orders] == ["CANCELLED"]
