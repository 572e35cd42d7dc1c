"""What is wrong with a request, in marshmallow's words and shape: field → texts, lists by position."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from webhook.fields.field_types import OF_FIELD, WIRE

Complaints = dict[str | int, "list[str] | Complaints"]

UNKNOWN = "Unknown field."
_TEXTS = {
    "missing": "Missing data for required field.",
    "extra_forbidden": UNKNOWN,
}


def complaints(wrong: ValidationError) -> Complaints:
    """Every complaint, in the order of the fields; unknown fields come last."""
    found: Complaints = {}
    for error in wrong.errors(include_url=False, include_input=False):
        *path, last = _place(error)
        level = found
        for step in path:
            below = level.setdefault(step, {})
            assert isinstance(below, dict)
            level = below
        texts = level.setdefault(last, [])
        assert isinstance(texts, list)
        texts.append(_text(error))
    return found


def _place(error: ErrorDetails) -> tuple[str | int, ...]:
    if error["type"] == OF_FIELD:
        return (*error["loc"], str(error["ctx"]["field"]))
    return error["loc"]


def _text(error: ErrorDetails) -> str:
    if error["type"] in (WIRE, OF_FIELD):
        return error["msg"]
    return _TEXTS[error["type"]]
