"""Short names for what does not fit on a button: the same thing has the same one each time it is listed."""

import hashlib

_LENGTH = 10


def reference(*parts: object) -> str:
    """Ten hexadecimal digits for these parts."""
    return hashlib.sha256(repr([str(part) for part in parts]).encode()).hexdigest()[:_LENGTH]
