"""What an endpoint is: a path, a schema, a view, and how its answers look."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, TypeVar

from core.accounts import Caller
from core.ports import IdempotentKey
from core.services.facade import Services
from webhook.request.base_schemas import KeyedBody
from webhook.request.replies import Reply

B = TypeVar("B", bound=KeyedBody)


class ErrorFormat(Enum):
    """How an endpoint's family tells what is wrong with the fields."""

    TEXT = auto()
    """`message` is the Python text of the complaints; the sandbox adds its mode."""
    TEXT_WITHOUT_MODE = auto()
    OBJECT = auto()
    """`message` is the complaints as an object."""
    ERRORS = auto()
    """`message` is `Validation error`, and `errors` the complaints as an object."""


class Idempotency(Enum):
    """Who sees to it that an Idempotency-Key works once."""

    NONE = auto()
    BY_REQUEST = auto()
    """The key is taken before the view is called, and its answer kept after."""
    BY_INTAKE = auto()
    """The key is written in the order's own transaction, by intake."""


@dataclass(frozen=True, slots=True)
class Call(Generic[B]):
    """A request whose body is valid and whose key is good."""

    services: Services
    caller: Caller
    body: B
    idempotent: IdempotentKey | None


View = Callable[[Call[B]], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[B]):
    """One line of the route table. The view may raise any CountersignError."""

    path: str
    schema: type[B]
    view: View[B]
    error_format: ErrorFormat
    idempotency: Idempotency = Idempotency.NONE
