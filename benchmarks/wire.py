"""Just enough of HTTP to read an answer of known length."""

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Wrong(Exception):
    """An answer was not what it must be, or rows are missing: the figures mean nothing."""


def split_answer(received: bytes) -> bytes | None:
    """The body of a complete answer, None while it is incomplete. Raises Wrong for anything but a 200."""
    head, found, body = received.partition(_END)
    if not found:
        return None
    if not head.startswith(b"HTTP/1.1 200"):
        raise Wrong(f"answered {head.splitlines()[0]!r} {body[:200]!r}")
    at = head.lower().find(_LENGTH)
    if at < 0:
        raise Wrong("the answer has no Content-Length")
    length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0])
    return body if len(body) >= length else None
