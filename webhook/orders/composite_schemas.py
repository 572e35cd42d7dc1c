"""What the endpoints for orders of several legs accept."""

from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator
from pydantic_core import PydanticCustomError

from core.market.instruments import FRACTIONAL_EXCHANGES
from core.money import plain
from core.orders.order import Product
from webhook.fields import field_types as fields
from webhook.fields import json_schema as wire
from webhook.fields.field_types import OF_FIELD
from webhook.fields.json_schema import published
from webhook.fields.proposal_types import require_inside_bounds
from webhook.orders.single_schemas import OrderTerms, Priced, Sided, require_whole_quantity
from webhook.request.base_schemas import NewOrderBody

T = TypeVar("T")
MOST_LEGS = 20


def _is_list(value: object) -> object:
    if not isinstance(value, list):
        raise fields.wire_error(fields.NULL if value is None else "Not a valid list.")
    return value


def _is_object(value: object) -> object:
    if value is None:
        raise fields.wire_error(fields.NULL)
    if not isinstance(value, dict):
        raise PydanticCustomError(OF_FIELD, "{text}", {"field": "_schema", "text": "Invalid input type."})
    return value


def _has_legs(legs: list[T]) -> list[T]:
    if not 1 <= len(legs) <= MOST_LEGS:
        raise fields.wire_error(f"Legs must contain 1 to {MOST_LEGS} items.")
    return legs


def _optional_step(value: object) -> int | None:
    found = None if value is None else fields.parse_integer(value)
    if found is not None and found < 1:
        raise fields.wire_error("Must be greater than or equal to 1.")
    return found


def _optional_split(value: object) -> int:
    found = 0 if value is None else fields.parse_integer(value)
    if found < 0:
        raise fields.wire_error("Split size must be a non-negative integer.")
    return found


SmartQuantity = Annotated[Decimal, fields.non_negative_number("Quantity must be a non-negative number.")]
PositionSize = Annotated[
    Decimal, PlainValidator(fields.parse_number, json_schema_input_type=published(wire.number()))
]
TotalQuantity = Annotated[Decimal, fields.positive_number("Total quantity must be a positive number.")]
SplitSize = Annotated[
    int,
    fields.ranged(
        fields.parse_integer,
        lambda size: size >= 1,
        "Split size must be a positive integer.",
        wire.integer(minimum=1),
    ),
]
OptionQuantity = Annotated[
    int,
    fields.ranged(
        fields.parse_integer,
        lambda number: number >= 1,
        "Quantity must be a positive integer.",
        wire.integer(minimum=1),
    ),
]
OptionType = Annotated[Literal["CE", "PE"], fields.one_of({"CE": "CE", "PE": "PE", "ce": "CE", "pe": "PE"})]
OptionProduct = Annotated[Product, fields.one_of({word.value: word for word in (Product.MIS, Product.NRML)})]
Offset = Annotated[str, fields.text(longest=50)]
Expiry = Annotated[str, fields.text(longest=50)]
StrikeStep = Annotated[
    int | None,
    PlainValidator(_optional_step, json_schema_input_type=published(wire.nullable(wire.integer(minimum=1)))),
]
OptionSplit = Annotated[
    int,
    PlainValidator(_optional_split, json_schema_input_type=published(wire.nullable(wire.integer(minimum=0)))),
]


class Item(BaseModel):
    """One item of a list; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, defer_build=True)


class _SmartSizes(Sided):
    quantity: SmartQuantity
    position_size: PositionSize


class SmartOrder(Priced, _SmartSizes, NewOrderBody):
    """POST /api/v1/placesmartorder."""

    _whole = model_validator(mode="after")(require_whole_quantity)

    @model_validator(mode="after")
    def _whole_position(self) -> "SmartOrder":
        size = self.position_size
        # OpenAlgo cuts the fraction off, which turns a target of 0.5 into an exit.
        if self.exchange not in FRACTIONAL_EXCHANGES and size != size.to_integral_value():
            said = f"Fractional position_size ({plain(size)}) is not allowed for non-crypto exchanges."
            raise PydanticCustomError(OF_FIELD, "{text}", {"field": "position_size", "text": said})
        return self


class BasketItem(OrderTerms, Item):
    """One order of a basket."""


class BasketOrder(NewOrderBody):
    """POST /api/v1/basketorder."""

    orders: Annotated[list[Annotated[BasketItem, BeforeValidator(_is_object)]], BeforeValidator(_is_list)]


class _SplitSizes(Sided):
    quantity: TotalQuantity
    splitsize: SplitSize


class SplitOrder(Priced, _SplitSizes, NewOrderBody):
    """POST /api/v1/splitorder."""

    _whole = model_validator(mode="after")(require_whole_quantity)
    _inside = model_validator(mode="after")(require_inside_bounds)


class _Underlying(NewOrderBody):
    underlying: fields.Symbol
    exchange: fields.Exchange
    expiry_date: Expiry = ""
    strike_int: StrikeStep = None


class _OptionSizes(BaseModel):
    offset: Offset
    option_type: OptionType
    action: fields.ActionWord
    quantity: OptionQuantity
    splitsize: OptionSplit = 0


class _LegSizes(_OptionSizes):
    expiry_date: Expiry = ""


class _OptionPriced(Priced):
    product: OptionProduct = Product.MIS


class OptionsOrder(_OptionPriced, _OptionSizes, _Underlying):
    """POST /api/v1/optionsorder."""

    _inside = model_validator(mode="after")(require_inside_bounds)


class OptionsLeg(_OptionPriced, _LegSizes, Item):
    """One leg of an options order of several."""


class OptionsMultiOrder(_Underlying):
    """POST /api/v1/optionsmultiorder."""

    legs: Annotated[
        list[Annotated[OptionsLeg, BeforeValidator(_is_object)]],
        BeforeValidator(_is_list),
        AfterValidator(_has_legs),
        Field(json_schema_extra={"minItems": 1, "maxItems": MOST_LEGS}),
    ]
