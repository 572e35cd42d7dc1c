"""Receivers that use the library of Standard Webhooks take our signatures, and no others."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from core.hooks.signing import headers, render_secret

KEY, OTHER = b"k" * 32, b"o" * 32
OBJECTS = st.dictionaries(st.text(max_size=10), st.integers() | st.text(max_size=20), max_size=4)


def _now() -> datetime:
    # The library looks at the clock by itself.
    return datetime.now(UTC)


@given(key=st.binary(min_size=24, max_size=64), told=OBJECTS, number=st.integers(1, 10**9))
def test_what_we_sign_is_taken_with_the_secret_as_it_is_shown(
    key: bytes, told: dict[str, object], number: int
) -> None:
    body = json.dumps(told, ensure_ascii=False)

    taken = Webhook(render_secret(key)).verify(body, headers([key], f"evt_1_{number}", _now(), body.encode()))

    assert taken == told


def test_while_a_secret_is_replaced_both_are_taken() -> None:
    signed = headers([KEY, OTHER], "evt_1_1", _now(), b"{}")

    assert [Webhook(render_secret(key)).verify(b"{}", signed) for key in (KEY, OTHER)] == [{}, {}]


@pytest.mark.parametrize(
    ("secret", "body", "late"),
    [(OTHER, b"{}", 0), (KEY, b"[]", 0), (KEY, b"{}", 6), (KEY, b"{}", -6)],
    ids=["another secret", "another body", "too old", "from the future"],
)
def test_what_the_library_refuses_is_not_taken(secret: bytes, body: bytes, late: int) -> None:
    signed = headers([KEY], "evt_1_1", _now() - timedelta(minutes=late), b"{}")

    with pytest.raises(WebhookVerificationError):
        Webhook(render_secret(secret)).verify(body, signed)
