"""A broker that does not answer is left alone for a while, and is then looked for by one request."""

import pytest

from brokers.common.circuit import Circuit
from core.errors import BrokerUnavailable
from core.market.broker_reach import Reach
from core.urgency import urgent
from tests.factories import SettableClock


@pytest.fixture
def circuit(clock: SettableClock) -> Circuit:
    """One that opens after three faults, for twenty seconds."""
    return Circuit("Kite", clock)


def fail(circuit: Circuit, times: int) -> None:
    """So many requests without an answer."""
    for _ in range(times):
        circuit.enter()
        circuit.failed()


def test_it_opens_after_three_faults_in_a_row_and_says_since_when(circuit: Circuit, clock: SettableClock) -> None:
    fail(circuit, 2)
    circuit.check()
    clock.advance(seconds=5)

    fail(circuit, 1)

    with pytest.raises(BrokerUnavailable, match=r"^Kite has not answered since 10:00:00 IST; .* at 10:00:25 IST$"):
        circuit.check()
    assert circuit.wait.total_seconds() == 20


def test_an_answer_in_between_begins_the_row_anew(circuit: Circuit) -> None:
    fail(circuit, 2)
    circuit.succeeded()
    fail(circuit, 2)

    circuit.check()


def test_after_the_wait_one_request_goes_alone(circuit: Circuit, clock: SettableClock) -> None:
    fail(circuit, 3)
    clock.advance(seconds=20)
    circuit.check()

    circuit.enter()

    with pytest.raises(BrokerUnavailable):
        circuit.enter()
    circuit.succeeded()
    circuit.enter()


def test_it_opens_again_when_that_one_has_no_answer(circuit: Circuit, clock: SettableClock) -> None:
    fail(circuit, 3)
    clock.advance(seconds=20)

    fail(circuit, 1)

    clock.advance(seconds=19)
    with pytest.raises(BrokerUnavailable):
        circuit.check()
    clock.advance(seconds=1)
    circuit.check()


def test_a_request_that_never_came_back_locks_nobody_out(circuit: Circuit, clock: SettableClock) -> None:
    fail(circuit, 3)
    clock.advance(seconds=20)
    circuit.enter()

    clock.advance(seconds=20)

    circuit.enter()


def test_what_is_urgent_is_let_through_and_its_answer_closes_the_circuit(circuit: Circuit) -> None:
    fail(circuit, 3)

    with urgent():
        circuit.check()
        circuit.enter()
    with pytest.raises(BrokerUnavailable):
        circuit.enter()
    circuit.succeeded()

    circuit.check()


def test_what_is_inside_of_something_urgent_stays_urgent(circuit: Circuit) -> None:
    fail(circuit, 3)

    with urgent(), urgent(when=False):
        circuit.check()

    with urgent(when=False), pytest.raises(BrokerUnavailable):
        circuit.check()


def test_it_tells_since_when_there_is_no_answer_and_when_the_last_one_came(
    circuit: Circuit, clock: SettableClock
) -> None:
    assert circuit.reach == Reach()
    circuit.succeeded()
    answered_at = clock.now()
    clock.advance(seconds=5)
    silent_since = clock.now()
    fail(circuit, 1)
    clock.advance(seconds=5)

    circuit.erred()

    assert circuit.reach == Reach(silent_since, answered_at)
    circuit.succeeded()
    assert circuit.reach == Reach(None, clock.now())
