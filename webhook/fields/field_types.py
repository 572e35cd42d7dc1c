"""Field types of requests: what each accepts, what it becomes, and the sentence for what it refuses."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, TypeVar

from pydantic import Field, PlainValidator
from pydantic_core import PydanticCustomError

from core.market.instruments import EXCHANGES
from core.money import ZERO
from core.orders.order import Action, PriceType, Product
from webhook.fields import json_schema as wire
from webhook.fields.json_schema import Schema, published

OF_FIELD = "wire_of_field"
"""The type of an error that belongs to the field it names but needs the others to be seen."""


T = TypeVar("T")

WIRE = "wire"
"""The type of every error of ours; its `text` is what the caller reads."""
NULL = "Field may not be null."
NOT_TEXT = "Not a valid string."
NOT_A_NUMBER = "Not a valid number."
NOT_AN_INTEGER = "Not a valid integer."
NOT_A_BOOLEAN = "Not a valid boolean."
TOO_LARGE = "Number too large."
SPECIAL = "Special numeric values (nan or infinity) are not permitted."

_MOST_DIGITS = 15
"""Before the decimal point: no order needs more, and more would be slow to write out."""
_MOST_DECIMALS = 20
_LONGEST_NUMBER = 64
_NUMBER_TYPES = (int, Decimal, str)
_TRUE = frozenset({"t", "T", "true", "True", "TRUE", "on", "On", "ON", "y", "Y", "yes", "Yes", "YES", "1", 1})
_FALSE = frozenset({"f", "F", "false", "False", "FALSE", "off", "Off", "OFF", "n", "N", "no", "No", "NO", "0", 0})


def wire_error(text: str) -> PydanticCustomError:
    """What a validator raises to have the caller read `text`."""
    return PydanticCustomError(WIRE, "{text}", {"text": text})


def parse_text(value: object) -> str:
    """Text as it came: control characters are data, but NUL and half characters are not text."""
    if not isinstance(value, str):
        raise wire_error(NULL if value is None else NOT_TEXT)
    if "\x00" in value:
        raise wire_error("May not contain NUL characters.")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise wire_error("Not a valid utf-8 string.") from None
    return value


# Python also reads `1_0`, full-width and Devanagari digits; whoever sends those means something else, or nothing.
_PLAIN_NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*", re.ASCII)
_PLAIN_INTEGER = re.compile(r"\s*[+-]?[0-9]{1,40}\s*", re.ASCII)


def parse_number(value: object) -> Decimal:
    """A JSON number or numeric text, exactly."""
    if isinstance(value, bool) or not isinstance(value, _NUMBER_TYPES):
        raise wire_error(NULL if value is None else NOT_A_NUMBER)
    if isinstance(value, str) and len(value) > _LONGEST_NUMBER:
        raise wire_error(NOT_A_NUMBER)
    try:
        found = Decimal(value)
    except InvalidOperation:
        raise wire_error(NOT_A_NUMBER) from None
    if not found.is_finite():
        raise wire_error(SPECIAL)
    if isinstance(value, str) and not _PLAIN_NUMBER.fullmatch(value):
        raise wire_error(NOT_A_NUMBER)
    if not found:
        return ZERO
    if found.adjusted() >= _MOST_DIGITS:
        raise wire_error(TOO_LARGE)
    if found.as_tuple().exponent < -_MOST_DECIMALS:  # type: ignore[operator]
        raise wire_error(NOT_A_NUMBER)
    return found


def parse_integer(value: object) -> int:
    """A JSON number without a fraction, or digits as text; `"0.0"` is not one."""
    if isinstance(value, str):
        if not _PLAIN_INTEGER.fullmatch(value):
            raise wire_error(NOT_AN_INTEGER)
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise wire_error(NULL if value is None else NOT_AN_INTEGER)
    if Decimal(value).adjusted() >= _MOST_DIGITS:
        raise wire_error(TOO_LARGE)
    if value != int(value):
        raise wire_error(NOT_AN_INTEGER)
    return int(value)


def parse_boolean(value: object) -> bool:
    """True or false, in any of the spellings the wire knows."""
    if isinstance(value, str | int | Decimal):
        if value in _TRUE:
            return True
        if value in _FALSE:
            return False
    raise wire_error(NULL if value is None else NOT_A_BOOLEAN)


def text(shortest: int = 0, longest: int | None = None) -> PlainValidator:
    """A field of text of so many characters."""

    def check(value: object) -> str:
        found = parse_text(value)
        if longest is not None and not shortest <= len(found) <= longest:
            raise wire_error(
                f"Length must be between {shortest} and {longest}."
                if shortest
                else f"Longer than maximum length {longest}."
            )
        return found

    return PlainValidator(check, json_schema_input_type=published(wire.text(shortest, longest)))


def one_of(words: Mapping[str, T]) -> PlainValidator:
    """A field that is one of these words, each with what it means."""
    refusal = f"Must be one of: {', '.join(words)}."

    def check(value: object) -> T:
        if not isinstance(value, str):
            raise wire_error(NULL if value is None else NOT_TEXT)
        try:
            return words[value]
        except KeyError:
            raise wire_error(refusal) from None

    return PlainValidator(check, json_schema_input_type=published(wire.words(words)))


def ranged(
    parse: Callable[[object], T], allowed: Callable[[T], bool], refusal: str, schema: Schema
) -> PlainValidator:
    """A field that `parse` reads and `allowed` accepts; `schema` says the same to readers."""

    def check(value: object) -> T:
        found = parse(value)
        if not allowed(found):
            raise wire_error(refusal)
        return found

    return PlainValidator(check, json_schema_input_type=published(schema))


def positive_number(refusal: str) -> PlainValidator:
    """A field that is a number above 0."""
    return ranged(parse_number, lambda number: number > 0, refusal, wire.number(exclusiveMinimum=0))


def non_negative_number(refusal: str) -> PlainValidator:
    """A field that is a number of 0 or more."""
    return ranged(parse_number, lambda number: number >= 0, refusal, wire.number(minimum=0))


def non_negative_integer(refusal: str) -> PlainValidator:
    """A field that is a whole number of 0 or more."""
    return ranged(parse_integer, lambda number: number >= 0, refusal, wire.integer(minimum=0))


def _optional_number(value: object) -> Decimal | None:
    return None if value is None else parse_number(value)


ApiKey = Annotated[str, text(1, 256), Field(repr=False)]
AnyApiKey = Annotated[str, text(), Field(repr=False)]
Strategy = Annotated[str, text(longest=4000)]
Symbol = Annotated[str, text(1, 50)]
OrderNumber = Annotated[str, text(longest=255)]
Exchange = Annotated[str, one_of({name: name for name in EXCHANGES})]
AnyExchange = Annotated[str, text(longest=50)]
ActionWord = Annotated[
    Action, one_of({"BUY": Action.BUY, "SELL": Action.SELL, "buy": Action.BUY, "sell": Action.SELL})
]
PriceTypeWord = Annotated[PriceType, one_of({word.value: word for word in PriceType})]
ProductWord = Annotated[Product, one_of({word.value: word for word in (Product.MIS, Product.NRML, Product.CNC)})]
Quantity = Annotated[Decimal, positive_number("Quantity must be a positive number.")]
Price = Annotated[Decimal, non_negative_number("Price must be a non-negative number.")]
TriggerPrice = Annotated[Decimal, non_negative_number("Trigger price must be a non-negative number.")]
DisclosedQuantity = Annotated[int, non_negative_integer("Disclosed quantity must be a non-negative integer.")]
OptionalNumber = Annotated[
    Decimal | None,
    PlainValidator(_optional_number, json_schema_input_type=published(wire.nullable(wire.number()))),
]
_SPELLINGS = [word for word in _TRUE | _FALSE if isinstance(word, str)]
Boolean = Annotated[bool, PlainValidator(parse_boolean, json_schema_input_type=published(wire.boolean(_SPELLINGS)))]
PendingOrderNumber = Annotated[int, PlainValidator(parse_integer, json_schema_input_type=published(wire.integer()))]
Wait = Annotated[
    Decimal,
    ranged(
        parse_number,
        lambda seconds: 0 <= seconds <= 60,
        "Must be greater than or equal to 0 and less than or equal to 60.",
        wire.number(minimum=0, maximum=60),
    ),
]
