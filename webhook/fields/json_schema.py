"""What the wire accepts, as JSON Schema: published with each field and tested against what it takes."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import WithJsonSchema

Schema = dict[str, Any]

_DIGITS = r"(\d{1,15}(\.\d{0,20})?|\.\d{1,20})"
_MORE_THAN_NOTHING = "(?=.*[1-9])"
_TOO_LARGE = 10**15
NULL: Schema = {"type": "null"}


def published(schema: Schema) -> Any:
    """What a validator gives as its `json_schema_input_type`, to publish this schema."""
    return Annotated[Any, WithJsonSchema(schema)]


def text(shortest: int = 0, longest: int | None = None) -> Schema:
    """The schema of text of so many characters, without NUL."""
    found: Schema = {"type": "string", "pattern": r"^[^\x00]*$"}
    if longest is not None:
        found["maxLength"] = longest
    return found | ({"minLength": shortest} if shortest else {})


def words(allowed: Iterable[str]) -> Schema:
    """The schema of one of these words."""
    return {"type": "string", "enum": list(allowed)}


def nullable(schema: Schema) -> Schema:
    """The schema of this, or null."""
    return {"anyOf": [*schema.get("anyOf", [schema]), NULL]}


def number(**bounds: int) -> Schema:
    """The schema of a number, or the same as text; bounds are JSON Schema's."""
    digits = _DIGITS
    if "maximum" in bounds:
        most = bounds["maximum"]
        digits = rf"(({_any_of(0, most - 1)})(\.\d{{0,20}})?|{most}(\.0{{0,20}})?)"
    as_text = {"type": "string", "pattern": f"^{_sign(bounds)}{digits}$"}
    return {"anyOf": [{"type": "number", **_bounds(bounds)}, as_text]}


def integer(**bounds: int) -> Schema:
    """The schema of a whole number, or its digits as text."""
    digits = rf"{_sign(bounds)}\d{{1,15}}"
    if "maximum" in bounds:
        digits = f"({_any_of(bounds['minimum'], bounds['maximum'])})"
    return {"anyOf": [{"type": "integer", **_bounds(bounds)}, {"type": "string", "pattern": f"^{digits}$"}]}


def boolean(spellings: Iterable[str]) -> Schema:
    """The schema of true or false, or one of their spellings."""
    return {"anyOf": [{"type": "boolean"}, {"type": "integer", "enum": [0, 1]}, words(sorted(spellings))]}


def _bounds(asked: Schema) -> Schema:
    least = {} if "minimum" in asked else {"exclusiveMinimum": -_TOO_LARGE}
    most = {} if "maximum" in asked else {"exclusiveMaximum": _TOO_LARGE}
    return {**least, **most, **asked}


def _sign(bounds: Schema) -> str:
    if bounds.get("exclusiveMinimum") == 0 or bounds.get("minimum") == 1:
        return rf"\+?{_MORE_THAN_NOTHING}"
    return r"\+?" if "minimum" in bounds else "[+-]?"


def _any_of(least: int, most: int) -> str:
    return "|".join(str(number) for number in range(least, most + 1))
