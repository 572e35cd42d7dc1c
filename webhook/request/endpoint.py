"""What an endpoint is: a path, a schema, a view, and how its answers look."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, TypeVar

from core.accounts import Caller
from core.errors import CountersignError
from core.ports import IdempotentKey
from core.services.facade import Services
from webhook.request.base_schemas import KeyedBody
from webhook.request.replies import Reply, explain, mode_of, reply, reply_in_pieces

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
Fields = Callable[[Call[B]], Awaitable[Mapping[str, object]]]
"""Makes the fields of a good answer, apart from its status and mode: a TypedDict, which the description reads."""


class ShownMode(Enum):
    """Which of an endpoint's answers say that the account is in the sandbox."""

    ALWAYS = auto()
    IN_SANDBOX_ONLY = auto()
    """All of them, for a live account gets none but refusals."""
    IN_REFUSALS = auto()
    NEVER = auto()


_SHOWN = frozenset({ShownMode.ALWAYS, ShownMode.IN_SANDBOX_ONLY})


@dataclass(frozen=True, slots=True)
class FieldsView(Generic[B]):
    """A view whose good answers are the fields that a function returns."""

    fields: Fields[B]
    shown_mode: ShownMode
    is_long: bool = False
    """Whether making text of an answer may take so long that others would have to wait."""

    async def __call__(self, call: Call[B]) -> Reply:
        """Answer. Raises what `fields` raises, unless the answer must not tell the mode."""
        try:
            found = await self.fields(call)
        except CountersignError as fault:
            if self.shown_mode is ShownMode.NEVER:
                return explain(fault)
            raise
        mode = mode_of(call.caller.account) if self.shown_mode in _SHOWN else {}
        body = {"status": "success", **found, **mode}
        return await asyncio.to_thread(reply_in_pieces, body) if self.is_long else reply(body)


def telling_mode(fields: Fields[B]) -> FieldsView[B]:
    """Make a view whose answers, refusals included, say when they are the sandbox's."""
    return FieldsView(fields, ShownMode.ALWAYS)


def in_sandbox_only(fields: Fields[B]) -> FieldsView[B]:
    """Make a view of which `fields` refuses live accounts."""
    return FieldsView(fields, ShownMode.IN_SANDBOX_ONLY)


def same_in_both_modes(fields: Fields[B]) -> FieldsView[B]:
    """Make a view whose good answers are the same in both modes; refusals still say which."""
    return FieldsView(fields, ShownMode.IN_REFUSALS)


def without_mode(fields: Fields[B]) -> FieldsView[B]:
    """Make a view whose answers, refusals included, never say which mode the account is in."""
    return FieldsView(fields, ShownMode.NEVER)


def long_without_mode(fields: Fields[B]) -> FieldsView[B]:
    """Make a view like `without_mode`, with answers of thousands of rows."""
    return FieldsView(fields, ShownMode.NEVER, is_long=True)


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[B]):
    """One line of the route table. The view may raise any CountersignError."""

    path: str
    schema: type[B]
    view: View[B]
    error_format: ErrorFormat
    idempotency: Idempotency = Idempotency.NONE

    @property
    def name(self) -> str:
        """The last part of the path, which is the operation's name."""
        return self.path.rpartition("/")[2]
