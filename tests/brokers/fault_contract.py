"""What every adapter must keep when something breaks: subclass `FaultContract` and provide a `rig` fixture.

The adapter of the rig speaks to a stand-in of its broker through a `FaultServer`, and waits for an answer as long as
`patience_of` says. `own` adds what the broker itself says, and what is then known:

    class TestFaults(FaultContract):
        own: ClassVar[Mapping[str, Case]] = {"too-many": Case(says(429, TOO_MANY), NotSent)}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Protocol

import pytest

from core.errors import BrokerError, BrokerUnavailable
from core.market.broker_capabilities import Duplicates
from core.orders.broker_order import (
    Accepted,
    BrokerOrder,
    NotSent,
    OrderChange,
    Placement,
    PlaceRequest,
    Refused,
    Sought,
    Unknown,
)
from core.orders.states import BrokerStatus
from core.ports import Broker
from tests.brokers.fault_server import FaultServer
from tests.brokers.faults import DOUBTFUL, NONE, REFUSED, Delivery, Ending, Fault
from tests.contract.broker_contract import PRICE, buy, request

RESTING = PRICE - 10
"""A limit at which a buy order rests."""


@dataclass(frozen=True, slots=True)
class Case:
    """A fault that meets the order, and the only truthful answer to it."""

    fault: Fault
    answer: type[Placement]


class FaultRig(Protocol):
    """An adapter, a fault server, and a stand-in for the broker with an empty book."""

    @property
    def broker(self) -> Broker:
        """The adapter."""
        ...

    @property
    def faults(self) -> FaultServer:
        """What stands between; `strikes` picks the requests that place, cancel and modify."""
        ...

    @property
    def secrets(self) -> Sequence[str]:
        """What no answer, error or log may show."""
        ...

    def accepted(self) -> Sequence[str]:
        """The ids of every order in the stand-in's own book that was not rejected, whatever became of it."""
        ...


SHARED: Mapping[str, Case] = {
    "refused": Case(REFUSED, NotSent),
    **{name: Case(fault, Unknown) for name, fault in DOUBTFUL.items()},
}
"""What holds for every broker."""


class FaultContract:
    """At most one order at the broker per place(), and what is said about it is true."""

    own: ClassVar[Mapping[str, Case]] = {}
    """What only this broker says to an order."""
    empty_books: ClassVar[frozenset[str]] = frozenset()
    """The shared faults whose answer is this broker's own form of an empty book."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Each test that takes a `case` runs with all of them, one that takes a `shared` with every broker's."""
        # Whether a question arrives late, nobody notices.
        once = {name: case for name, case in SHARED.items() if case.fault.delivery is not Delivery.LATE}
        unreadable = {name: case for name, case in once.items() if name not in self.empty_books}
        sets = {"case": {**SHARED, **self.own}, "shared": SHARED, "unreadable": unreadable}
        for name, cases in sets.items():
            if name in metafunc.fixturenames:
                metafunc.parametrize(name, cases.values(), ids=cases)

    async def test_what_is_said_of_an_order_is_true(
        self, rig: FaultRig, case: Case, caplog: pytest.LogCaptureFixture
    ) -> None:
        sent = request(buy(10, RESTING))

        placement = await place_into(rig, sent, case.fault)

        assert type(placement) is case.answer, placement
        assert len(rig.faults.struck) <= 1
        await rig.faults.arrive()
        in_book = rig.accepted()
        assert len(in_book) <= 1
        if isinstance(placement, Accepted):
            assert in_book == [placement.order.broker_order_id]
        elif isinstance(placement, Refused | NotSent):
            assert not in_book
        assert await _found(rig, sent) in (set(in_book), None)
        assert not [secret for secret in rig.secrets if secret in f"{placement}{caplog.text}{rig.broker!r}"]

    async def test_what_was_not_sent_can_be_sent_again(self, rig: FaultRig) -> None:
        sent = request(buy(10, RESTING))
        assert isinstance(await place_into(rig, sent, REFUSED), NotSent)

        again = await rig.broker.place(sent)

        assert isinstance(again, Accepted), again
        assert rig.accepted() == [again.order.broker_order_id]

    async def test_sending_again_makes_no_second_order_where_absence_is_proved(
        self, rig: FaultRig, shared: Case
    ) -> None:
        if rig.broker.capabilities.duplicates is not Duplicates.REFUSED:
            pytest.skip("this broker does not promise it")
        sent = request(buy(10, RESTING))
        await place_into(rig, sent, shared.fault)
        assert not isinstance(await rig.broker.place(sent), Unknown)

        await rig.faults.arrive()

        assert len(rig.accepted()) == 1

    async def test_nothing_is_sent_after_the_deadline(self, rig: FaultRig) -> None:
        sent = replace(request(buy(10, RESTING)), deadline=datetime.now(UTC) - timedelta(seconds=1))

        assert isinstance(await rig.broker.place(sent), NotSent)

        assert not rig.faults.struck
        assert not rig.accepted()

    async def test_book_that_cannot_be_read_is_not_empty(self, rig: FaultRig, unreadable: Case) -> None:
        sent = request(buy(10, RESTING))
        assert isinstance(await rig.broker.place(sent), Accepted)
        rig.faults.strikes = lambda _method, _path: True
        await rig.faults.play(unreadable.fault)

        with pytest.raises(BrokerUnavailable) as first:
            await rig.broker.find(_sought(sent))
        with pytest.raises(BrokerUnavailable) as second:
            await rig.broker.list_orders()

        assert not [secret for secret in rig.secrets if secret in f"{first.value}{second.value}"]

    @pytest.mark.parametrize("verb", ["cancel", "modify"])
    async def test_what_is_said_of_a_change_is_true(self, rig: FaultRig, shared: Case, verb: str) -> None:
        placed = await rig.broker.place(request(buy(10, RESTING)))
        assert isinstance(placed, Accepted)
        already = len(rig.faults.struck)

        await rig.faults.play(shared.fault)
        said = await _change(rig.broker, placed.order, verb)
        await rig.faults.play(NONE)

        assert len(rig.faults.struck) - already <= 1
        await rig.faults.arrive()
        now = await rig.broker.get(placed.order.broker_order_id)
        unchanged = now.status is BrokerStatus.OPEN and now.terms.price == RESTING
        if isinstance(said, BrokerOrder):
            assert (said.status, said.terms) == (now.status, now.terms)
        elif said == "not done":
            assert unchanged
        # An adapter that looks before it changes may meet the fault there, and then it has sent nothing.
        assert said == "not done" or shared.fault is not REFUSED


def patience_of(request: pytest.FixtureRequest) -> float:
    """How many seconds an adapter waits in this test: long, however busy the machine is, unless no answer comes."""
    given = getattr(request.node, "callspec", None)
    cases = given.params.values() if given is not None else ()
    is_hanging = any(isinstance(one, Case) and one.fault.ending is Ending.HANG for one in cases)
    return 1.2 if is_hanging else 20.0


async def place_into(rig: FaultRig, sent: PlaceRequest, fault: Fault) -> Placement:
    """Send an order into a fault that is over when it was answered."""
    await rig.faults.play(fault)
    try:
        return await rig.broker.place(sent)
    finally:
        await rig.faults.play(NONE)


async def _change(broker: Broker, order: BrokerOrder, verb: str) -> BrokerOrder | str:
    try:
        if verb == "cancel":
            return await broker.cancel(order.broker_order_id)
        return await broker.modify(order.broker_order_id, OrderChange(buy(10, RESTING - 1)))
    except BrokerUnavailable:
        return "not done"
    except BrokerError:
        return "doubtful"


async def _found(rig: FaultRig, sent: PlaceRequest) -> set[str] | None:
    """The ids that it finds; None when it cannot look, and says that no order could be sent now either."""
    try:
        return {str(order.broker_order_id) for order in await rig.broker.find(_sought(sent))}
    except BrokerUnavailable:
        with pytest.raises(BrokerUnavailable):
            await rig.broker.check()
        return None


def _sought(sent: PlaceRequest) -> Sought:
    return Sought(sent.client_order_id, sent.terms, datetime.now(UTC) - timedelta(seconds=5))
