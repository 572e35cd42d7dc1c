"""What can go wrong between an adapter and its broker."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Delivery(StrEnum):
    """Whether the broker gets the request."""

    NEVER = "never"
    AT_ONCE = "at once"
    LATE = "late"
    """After the adapter was answered: when the test says so, or after the fault's seconds."""


class Ending(StrEnum):
    """What the adapter sees."""

    REFUSED = "refused"
    """Nobody listens."""
    UNREAD = "unread"
    """The connection is reset before anything was read."""
    RESET = "reset"
    """The connection is reset instead of an answer."""
    CLOSED = "closed"
    """The connection is closed in good order, without an answer."""
    HANG = "hang"
    """No answer ever comes."""
    HALF = "half"
    """Half of the broker's own answer, and the connection is closed."""
    SAID = "said"
    """An answer that is not the broker's."""
    OWN = "own"
    """The broker's own answer."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that something says in the broker's place."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to go wrong. `after` is how many seconds a late delivery takes; None waits for the test."""

    ending: Ending
    delivery: Delivery = Delivery.NEVER
    said: Said = Said()
    after: float | None = None


ELSEWHERE = "/elsewhere"
"""Where redirects point: a path that nobody may ask for."""
LOGIN_PAGE = b"<!doctype html><html><head><title>Log in</title></head><body>Please log in</body></html>"
_HTML = "text/html; charset=utf-8"


def page(status: int, delivery: Delivery = Delivery.NEVER) -> Fault:
    """A web page in place of an answer."""
    return Fault(Ending.SAID, delivery, Said(status, LOGIN_PAGE, _HTML))


def says(status: int, body: bytes | str, delivery: Delivery = Delivery.NEVER) -> Fault:
    """An answer of one's own."""
    return Fault(Ending.SAID, delivery, Said(status, body.encode() if isinstance(body, str) else body))


def redirect(status: int) -> Fault:
    """To another address of the same server, which counts as a second request if it is followed."""
    return Fault(Ending.SAID, Delivery.NEVER, Said(status, headers={"Location": ELSEWHERE}))


def late(fault: Fault, after: float | None = None) -> Fault:
    """The same answer, and the broker gets the request afterwards."""
    return replace(fault, delivery=Delivery.LATE, after=after)


NONE = Fault(Ending.OWN, Delivery.AT_ONCE)
REFUSED = Fault(Ending.REFUSED)
HANG = Fault(Ending.HANG)
DOUBTFUL: Mapping[str, Fault] = {
    "reset-before-the-request-was-read": Fault(Ending.UNREAD),
    "reset-before-the-broker-got-it": Fault(Ending.RESET),
    "reset-after-the-broker-got-it": Fault(Ending.RESET, Delivery.AT_ONCE),
    "reset-and-it-arrives-late": late(Fault(Ending.RESET)),
    "closed-before-the-broker-got-it": Fault(Ending.CLOSED),
    "closed-after-the-broker-got-it": Fault(Ending.CLOSED, Delivery.AT_ONCE),
    "hang-and-the-broker-never-gets-it": HANG,
    "hang-after-the-broker-got-it": Fault(Ending.HANG, Delivery.AT_ONCE),
    "hang-and-it-arrives-late": late(HANG),
    "half-a-body": Fault(Ending.HALF, Delivery.AT_ONCE),
    "a-page-with-200": page(200),
    "a-page-with-200-after-the-broker-got-it": page(200, Delivery.AT_ONCE),
    "a-page-with-200-and-it-arrives-late": late(page(200)),
    "nothing-with-200": says(200, b"", Delivery.AT_ONCE),
    "an-empty-object-with-200": says(200, b"{}", Delivery.AT_ONCE),
    "null-with-200": says(200, b"null", Delivery.AT_ONCE),
    "a-list-with-200": says(200, b"[]", Delivery.AT_ONCE),
    "not-utf-8-with-200": says(200, b'{"status":"\xff\xfe"}', Delivery.AT_ONCE),
    "an-empty-object-with-201": says(201, b"{}", Delivery.AT_ONCE),
    "nothing-with-204": says(204, b"", Delivery.AT_ONCE),
    "a-page-with-404": page(404),
    "a-page-with-418": page(418, Delivery.AT_ONCE),
    "500": page(500),
    "500-after-the-broker-got-it": page(500, Delivery.AT_ONCE),
    "500-with-an-empty-object": says(500, b"{}", Delivery.AT_ONCE),
    "502": page(502),
    "502-after-the-broker-got-it": page(502, Delivery.AT_ONCE),
    "503-after-the-broker-got-it": page(503, Delivery.AT_ONCE),
    "504-and-it-arrives-late": late(page(504)),
    "redirect-302": redirect(302),
    "redirect-307": redirect(307),
    "redirect-308": redirect(308),
}
"""By name: what proves nothing, whatever the broker."""
