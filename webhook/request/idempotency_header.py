"""The Idempotency-Key header: its syntax, and the fingerprint of its request."""

import hashlib

from core.errors import Invalid
from core.ports import IdempotentKey

HEADER = "Idempotency-Key"
_LONGEST = 255


def parse_key(header: str | None, path: str, raw: bytes) -> IdempotentKey | None:
    """The key and its request's fingerprint, or None without a header. Raises Invalid."""
    if header is None:
        return None
    if not 1 <= len(header) <= _LONGEST or not all("!" <= character <= "~" for character in header):
        raise Invalid(f"{HEADER} must be 1 to {_LONGEST} visible ASCII characters without spaces.")
    return IdempotentKey(header, hashlib.sha256(b"POST %b\n%b" % (path.encode(), raw)).hexdigest())
