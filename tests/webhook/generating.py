"""Values that a published schema promises to accept, for the part of JSON Schema that we publish."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Schema = Mapping[str, Any]
Values = st.SearchStrategy[Any]


def values_of(schema: Schema, schemas: Schema) -> Values:
    """What fits `schema`; a keyword that is not known here is a failure, not a guess."""
    if "$ref" in schema:
        return values_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "anyOf" in schema:
        return st.one_of([values_of(one, schemas) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    return _OF_TYPE[schema["type"]](schema, schemas)


def _object(schema: Schema, schemas: Schema) -> Values:
    fields, required = schema["properties"], set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: values_of(field, schemas) for name, field in fields.items() if name in required},
        optional={name: values_of(field, schemas) for name, field in fields.items() if name not in required},
    )


def _array(schema: Schema, schemas: Schema) -> Values:
    least = schema.get("minItems", 0)
    return st.lists(values_of(schema["items"], schemas), min_size=least, max_size=max(least, 3))


def _text(schema: Schema, _: Schema) -> Values:
    least, most = schema.get("minLength", 0), min(schema.get("maxLength", 40), 60)
    if schema.get("pattern", r"^[^\x00]*$") == r"^[^\x00]*$":
        characters = st.characters(codec="utf-8", exclude_characters="\x00")
        return st.text(characters, min_size=least, max_size=most)
    # A pattern in Python's words also matches before a line break at the end; in JSON Schema's it does not.
    found = st.from_regex(schema["pattern"].replace("$", r"\Z").replace(r"\d", "[0-9]"))
    return found.filter(lambda text: least <= len(text) <= schema.get("maxLength", len(text)))


def _integer(schema: Schema, _: Schema) -> Values:
    least, most = schema.get("minimum"), schema.get("maximum")
    least = schema["exclusiveMinimum"] + 1 if least is None else least
    return st.integers(least, schema["exclusiveMaximum"] - 1 if most is None else most)


def _number(schema: Schema, schemas: Schema) -> Values:
    whole = _integer(schema, schemas)
    hundredths = whole.map(lambda number: number / 100 if abs(number) >= 100 else number)
    return whole | hundredths


_OF_TYPE = {
    "object": _object,
    "array": _array,
    "string": _text,
    "integer": _integer,
    "number": _number,
    "boolean": lambda *_: st.booleans(),
    "null": lambda *_: st.none(),
}
