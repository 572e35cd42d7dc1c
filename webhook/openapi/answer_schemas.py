"""How an answer's fields are written down once, live and in the sandbox, and become one closed schema for each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.accounts import TradingMode
from webhook.fields.json_schema import Schema


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with these fields and no others."""

    always: "Mapping[str, Part]"
    in_sandbox: "Mapping[str, Part]" = field(default_factory=dict)
    """What the sandbox adds, or tells in another way."""


@dataclass(frozen=True, slots=True)
class Many:
    """A list of these."""

    of: "Part"


@dataclass(frozen=True, slots=True)
class OneOf:
    """Any of these."""

    kinds: "tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Maybe:
    """A field that is only there when there is something to tell."""

    of: "Part"


Part = Shape | Many | OneOf | Maybe | Schema


def one_of(*kinds: Part) -> OneOf:
    """Any of these."""
    return OneOf(kinds)


def render(part: Part, *, sandbox: bool = False) -> Schema:
    """As JSON Schema."""
    if isinstance(part, Shape):
        return _closed({**part.always, **(part.in_sandbox if sandbox else {})}, sandbox=sandbox)
    if isinstance(part, Many):
        return {"type": "array", "items": render(part.of, sandbox=sandbox)}
    if isinstance(part, OneOf):
        return {"anyOf": [render(kind, sandbox=sandbox) for kind in part.kinds]}
    return render(part.of, sandbox=sandbox) if isinstance(part, Maybe) else part


def _closed(fields: Mapping[str, Part], *, sandbox: bool) -> Schema:
    return {
        "type": "object",
        "required": [name for name, part in fields.items() if not isinstance(part, Maybe)],
        "properties": {name: render(part, sandbox=sandbox) for name, part in fields.items()},
        "additionalProperties": False,
    }


SUCCESS: Mapping[str, Part] = {"status": {"const": "success"}}
_MODE: Mapping[str, Part] = {"mode": {"const": TradingMode.SANDBOX.wire}}


def moded(always: Mapping[str, Part], in_sandbox: Mapping[str, Part] | None = None) -> tuple[Schema, ...]:
    """The answer of a live account, and that of one in the sandbox, which says so."""
    shape = Shape({**SUCCESS, **always}, {**(in_sandbox or {}), **_MODE})
    return render(shape, sandbox=False), render(shape, sandbox=True)


def modeless(**always: Part) -> tuple[Schema, ...]:
    """An answer that is the same in both."""
    return (render(Shape({**SUCCESS, **always}), sandbox=False),)
