"""Signatures: what was signed verifies, and nothing else does."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.hooks.signing import headers, render_secret, sign
from tests.signatures import verify

NOW = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
KEY, OTHER = b"k" * 32, b"o" * 32


def test_the_signature_is_the_one_of_standard_webhooks() -> None:
    """The example of the specification's own libraries."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    signature = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_secret_is_rendered_as_receivers_libraries_take_it() -> None:
    secret = render_secret(KEY)

    assert base64.b64decode(secret.removeprefix("whsec_")) == KEY


@given(
    body=st.binary(max_size=500), message_id=st.text(st.characters(codec="ascii", categories=("L", "N")), max_size=30)
)
def test_what_was_signed_verifies(body: bytes, message_id: str) -> None:
    verify(KEY, headers([KEY], message_id, NOW, body), body, NOW)


@given(body=st.binary(max_size=100), other=st.binary(max_size=100))
def test_another_body_does_not(body: bytes, other: bytes) -> None:
    told = headers([KEY], "evt_1_1", NOW, body)

    if body == other:
        verify(KEY, told, other, NOW)
        return
    with pytest.raises(ValueError, match="signature"):
        verify(KEY, told, other, NOW)


def test_a_replaced_secret_still_verifies_beside_the_new_one() -> None:
    told = headers([KEY, OTHER], "evt_1_1", NOW, b"{}")

    verify(KEY, told, b"{}", NOW)
    verify(OTHER, told, b"{}", NOW)


@pytest.mark.parametrize("late", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_a_message_kept_back_or_from_the_future_does_not(late: timedelta) -> None:
    with pytest.raises(ValueError, match="too old or too new"):
        verify(KEY, headers([KEY], "evt_1_1", NOW, b"{}"), b"{}", NOW + late)


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_message_without_all_three_headers_does_not(missing: str) -> None:
    told = {name: value for name, value in headers([KEY], "evt_1_1", NOW, b"{}").items() if name != missing}

    with pytest.raises(ValueError, match="not signed"):
        verify(KEY, told, b"{}", NOW)
