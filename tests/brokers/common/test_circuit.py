"""A broker that does not answer is left alone for a while, and is then looked for by one request."""

import pytest

from brokers.common.circuit import Circuit
from core.errors import BrokerUnavailable
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
