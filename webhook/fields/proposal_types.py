"""The fields of new orders that are ours: a note to the client, and what the client may change."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeVar

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

from core.errors import Invalid
from core.money import plain
from core.orders.bounds import Bounds, Span, make_bounds
from core.orders.order import PriceType
from webhook.fields import field_types as fields
from webhook.fields import json_schema as wire
from webhook.fields.field_types import OF_FIELD
from webhook.fields.json_schema import Schema, published

LONGEST_NOTE = 280
_NAMES = ("quantity", "price")
_LIMITED = frozenset({PriceType.LIMIT, PriceType.SL})
_PAIR: Schema = {"type": "array", "items": wire.number(exclusiveMinimum=0), "minItems": 2, "maxItems": 2}
_BOUNDS: Schema = {
    "type": "object",
    "properties": dict.fromkeys(_NAMES, _PAIR),
    "additionalProperties": False,
    "minProperties": 1,
}


class HasBounds(Protocol):
    """What bounds are compared with."""

    @property
    def bounds(self) -> Bounds | None: ...
    @property
    def quantity(self) -> Decimal | int: ...
    @property
    def pricetype(self) -> PriceType: ...
    @property
    def price(self) -> Decimal: ...


B = TypeVar("B", bound=HasBounds)


def require_inside_bounds(body: B) -> B:
    """Raises unless the order itself is within its bounds."""
    bounds = body.bounds or Bounds()
    _require_inside("quantity", Decimal(body.quantity), bounds.quantity)
    if body.pricetype in _LIMITED:
        _require_inside("price", body.price, bounds.price)
    return body


def _require_inside(name: str, value: Decimal, span: Span | None) -> None:
    if span is not None and value not in span:
        said = f"{name}: the order's own {name}, {plain(value)}, is not within {span}."
        raise PydanticCustomError(OF_FIELD, "{text}", {"field": "bounds", "text": said})


def _note(value: object) -> str | None:
    if value is None:
        return None
    found = fields.parse_text(value)
    if len(found) > LONGEST_NOTE:
        raise fields.wire_error(f"Longer than maximum length {LONGEST_NOTE}.")
    return found.strip() or None


def _bounds(value: object) -> Bounds | None:
    if value is None:
        return None
    if not isinstance(value, Mapping) or not value or not value.keys() <= {*_NAMES}:
        raise fields.wire_error("Must be an object with quantity, price or both.")
    try:
        return make_bounds({name: _pair(name, value[name]) for name in _NAMES if name in value})
    except Invalid as why:
        raise fields.wire_error(str(why)) from None


def _pair(name: str, value: object) -> list[Decimal]:
    if not isinstance(value, list) or len(value) != 2:
        raise Invalid(f"{name}: must be a list of two numbers.")
    try:
        return [fields.parse_number(end) for end in value]
    except PydanticCustomError as why:
        raise Invalid(f"{name}: {why.message()}") from None


Note = Annotated[
    str | None,
    PlainValidator(_note, json_schema_input_type=published(wire.nullable(wire.text(longest=LONGEST_NOTE)))),
]
if TYPE_CHECKING:
    BoundsField = Bounds | None
else:  # Pydantic would publish core's own type beside what is accepted.
    BoundsField = Annotated[Any, PlainValidator(_bounds, json_schema_input_type=published(wire.nullable(_BOUNDS)))]
