"""A postback is a hint to look at an order, and only from Kite."""

from hashlib import sha256

import pytest

from brokers.zerodha.kite_pushes import moved_order
from tests.brokers.zerodha.fake_zerodha import API_SECRET, SAMPLES

ORDER_ID, AT = "261127000308932", "2026-11-27 09:24:25"


def postback(secret: str = API_SECRET) -> bytes:
    """The sample, with the checksum that this secret makes."""
    checksum = sha256(f"{ORDER_ID}{AT}{secret}".encode()).hexdigest()
    return (SAMPLES / "postback.json").read_bytes().replace(b"CHECKSUM", checksum.encode())


def test_kite_s_own_names_the_order_to_look_at() -> None:
    assert moved_order(postback(), API_SECRET) == ORDER_ID


def test_nothing_but_the_number_is_taken_from_it() -> None:
    # The checksum covers neither status nor quantity nor price.
    other = postback().replace(b'"COMPLETE"', b'"REJECTED"').replace(b'"filled_quantity":1', b'"filled_quantity":0')

    assert moved_order(other, API_SECRET) == moved_order(postback(), API_SECRET)


@pytest.mark.parametrize(
    "body",
    [
        postback("anothersecret"),
        postback().replace(ORDER_ID.encode(), b"261127000308933"),
        postback().replace(b"09:24:25", b"09:24:26"),
        (SAMPLES / "postback.json").read_bytes(),
        (SAMPLES / "postback.json").read_bytes().replace(b"CHECKSUM", b""),
        (SAMPLES / "postback.json").read_bytes().replace(b"CHECKSUM", "é".encode()),
        b"{}",
        b"[]",
        b"",
        b'{"legName": ,}',
        b"\xff",
    ],
)
def test_what_kite_did_not_send_is_no_hint(body: bytes) -> None:
    assert moved_order(body, API_SECRET) is None


def test_without_a_secret_nothing_is_believed() -> None:
    assert moved_order(postback(""), "") is None
