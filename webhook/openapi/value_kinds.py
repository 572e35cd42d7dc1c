"""The kinds of value that answers are made of."""

from enum import StrEnum

from webhook.fields.json_schema import NULL, Schema, words

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
STAMP: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$",
    "description": "Indian time.",
}
WHEN: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$",
    "description": "UTC.",
}


def nullable(value: Schema) -> Schema:
    """That, or null where there is nothing to tell."""
    return {"anyOf": [value, NULL]}


def words_in(kinds: type[StrEnum]) -> Schema:
    """One of an enumeration's words."""
    return words(kind.value for kind in kinds)
