"""JSON whose numbers are exact: amounts go out and come in as decimals, never as binary fractions."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.money import plain


def render_json(value: object) -> str:
    """The JSON text of mappings, sequences, texts, numbers, decimals, booleans and None. Raises TypeError."""
    match value:
        case Decimal():
            return plain(value)
        case float():
            raise TypeError("a binary fraction is no amount")
        case Mapping():
            return "{" + ",".join(f"{json.dumps(str(key))}:{render_json(one)}" for key, one in value.items()) + "}"
        case Sequence() if not isinstance(value, str):
            return "[" + ",".join(map(render_json, value)) + "]"
        case _:
            return json.dumps(value)


def parse_json(raw: bytes | str) -> object:
    """The value of a JSON text, every number with a point as a Decimal. Raises ValueError."""
    try:
        return json.loads(raw, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("too deeply nested") from None


def _refuse(word: str) -> object:
    raise ValueError(f"{word} is no number")
