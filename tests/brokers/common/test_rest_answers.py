"""What broken and strange answers of a REST API are taken for."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from brokers.common.http_client import Address
from brokers.common.rest.hosts import other_host, plain_address
from brokers.common.rest.row_fields import amount, as_rows, indian_time, one_of, read_status, text, with_evidence
from brokers.common.rest.verdicts import clean, tells_doubt
from core.orders.states import BrokerStatus


@pytest.mark.parametrize(
    "words",
    [
        "Order request timed out. Please check the order book and confirm before placing again.",
        "Request time out",
        "Connection timeout",
        "Kindly verify in orderbook",
    ],
)
def test_refusal_that_takes_itself_back_proves_nothing(words: str) -> None:
    assert tells_doubt(words)


@pytest.mark.parametrize("words", ["Insufficient funds", "Order price is not a multiple of tick size", "Wrong time"])
def test_plain_refusal_stays_one(words: str) -> None:
    assert not tells_doubt(words)


def test_words_are_one_short_line_without_secrets() -> None:
    assert clean("no\n such\x00  token abc123", ("abc123", "")) == "no such token [hidden]"
    assert len(clean("x" * 1000)) == 200


def test_other_host_is_asked_only_beside_the_broker_s_own() -> None:
    own = plain_address(Address("B", "https://api.broker.in/v2/"))
    assert own.base_url == "https://api.broker.in"
    assert other_host(own, {"api.broker.in"}, "https://fast.broker.in").base_url == "https://fast.broker.in"
    stand_in = Address("B", "http://127.0.0.1:9")
    assert other_host(stand_in, {"api.broker.in"}, "https://fast.broker.in") == stand_in


def test_numbers_are_exact_and_nothing_else_is_one() -> None:
    assert amount({"a": "0.1"}, "a") == Decimal("0.1")
    assert [amount({"a": value}, "a") for value in (None, "", 0)] == [0, 0, 0]
    wrong_ones: tuple[object, ...] = (True, "x", "NaN", [], "1e30")
    for wrong in wrong_ones:
        with pytest.raises(ValueError, match="a "):
            amount({"a": wrong}, "a")


def test_other_forms_are_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="list"):
        as_rows({})
    with pytest.raises(ValueError, match="list"):
        as_rows(None)
    with pytest.raises(ValueError, match="object"):
        as_rows([1])
    with pytest.raises(ValueError, match="no text"):
        text({"a": {}}, "a")
    with pytest.raises(ValueError, match="not known"):
        one_of({"X": 1}, {"a": "Y"}, "a")


def test_times_without_a_zone_are_indian() -> None:
    row = {"never": "0001-01-01 00:00:00", "none": None, "at": "2026-11-27 13:38:02"}
    assert indian_time(row, "never", "none", "at") == datetime(2026, 11, 27, 8, 8, 2, tzinfo=UTC)
    assert indian_time(row, "never") is None
    assert indian_time({"at": "27-Nov-2026 13:38:02"}, "at") == datetime(2026, 11, 27, 8, 8, 2, tzinfo=UTC)


def test_new_status_stays_open_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    assert read_status("B", {"DONE": BrokerStatus.COMPLETE}, "GONE") is BrokerStatus.OPEN
    assert "GONE" in caplog.text
    complete, nothing = BrokerStatus.COMPLETE, Decimal(0)
    assert with_evidence("B", complete, nothing, nothing) is BrokerStatus.OPEN
    assert with_evidence("B", complete, Decimal(1), Decimal(1)) is complete
