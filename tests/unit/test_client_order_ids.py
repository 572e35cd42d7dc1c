"""The ids under which brokers know our legs."""

import base64
import re

import pytest

from core.ids import OrderId
from core.orders.order import DraftLeg
from db.orders.order_rows import NUMBERS, leg_rows
from tests.factories import some_terms


def ids_of(order_id: int, legs: int = 1) -> list[str]:
    """What a new order's legs are called."""
    return [row["client_order_id"] for row in leg_rows(OrderId(order_id), [DraftLeg(some_terms())] * legs)]


@pytest.mark.parametrize("order_id", [1, 31, 32, 1023, NUMBERS - 1, NUMBERS, 10**15])
def test_they_are_letters_and_digits_within_every_brokers_limit(order_id: int) -> None:
    [ours] = ids_of(order_id)

    assert re.fullmatch(r"C[0-9A-V]{16}", ours)


def test_no_two_are_alike() -> None:
    assert len(set(ids_of(7, legs=5000))) == 5000


@pytest.mark.parametrize("order_id", [1, 500, NUMBERS - 1, NUMBERS + 3])
def test_they_begin_with_the_orders_number(order_id: int) -> None:
    [ours] = ids_of(order_id)

    told = base64.b32hexdecode(ours.removeprefix("C"))
    assert int.from_bytes(told[:3]) == order_id % NUMBERS


def test_later_orders_are_called_later_in_the_alphabet() -> None:
    names = [name for order_id in range(1, 2000) for name in ids_of(order_id)]

    assert names == sorted(names)
