"""Verifying a signed message as its receiver does."""

import hmac
from datetime import datetime, timedelta

from core.hooks.signing import sign

TOLERANCE = timedelta(minutes=5)


def verify(key: bytes, headers: dict[str, str], body: bytes, now: datetime) -> None:
    """Raises ValueError unless one of the signatures is good and the message at most 5 minutes old or early."""
    try:
        timestamp = int(headers["webhook-timestamp"])
        expected = sign(key, headers["webhook-id"], timestamp, body)
        given = headers["webhook-signature"].split()
    except KeyError:
        raise ValueError("the message is not signed") from None
    if abs(now.timestamp() - timestamp) > TOLERANCE.total_seconds():
        raise ValueError("the message is too old or too new")
    if not any(hmac.compare_digest(expected, one) for one in given):
        raise ValueError("the signature is wrong")
