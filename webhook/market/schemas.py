"""What the endpoints that look at the market accept, their fields in the order in which errors are listed."""

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator
from pydantic_core import PydanticCustomError

from core.errors import Invalid
from core.market.instruments import EXCHANGES
from core.money import ZERO
from webhook.fields import field_types as fields
from webhook.fields import json_schema as wire
from webhook.fields.field_types import OF_FIELD
from webhook.fields.json_schema import Schema, published
from webhook.orders.composite_schemas import OptionType, StrikeStep
from webhook.request.base_schemas import KeyedBody

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_OFFSET = re.compile(r"ATM|(?:ITM|OTM)(?:[1-9]|[1-4]\d|50)", re.IGNORECASE)
_OPTIONS = ("NFO", "BFO", "CDS", "BCD", "MCX", "NCO", "CRYPTO")
_DERIVATIVES = ("NFO", "BFO", "MCX", "CDS", "NCO", "BCD", "NCDEX", "CRYPTO")
FIRST_YEAR, LAST_YEAR = 2020, 2050
FIRST_YEAR_OF_PRICES = 1980


def _between(least: int, most: int) -> Callable[[object], int]:

    def parse(value: object) -> int:
        found = fields.parse_integer(value)
        if not least <= found <= most:
            said = f"Must be greater than or equal to {least} and less than or equal to {most}."
            raise fields.wire_error(said)
        return found

    return parse


def _items(refusal: str, most: int | None = None) -> BeforeValidator:
    """A validator of lists of at least one and at most so many items."""

    def check(value: object) -> object:
        if not isinstance(value, list):
            raise fields.wire_error(fields.NULL if value is None else "Not a valid list.")
        if not value or (most is not None and len(value) > most):
            raise fields.wire_error(refusal)
        return value

    return BeforeValidator(check)


def _number_as_text(allowed: Callable[[Decimal], bool], refusal: str, schema: Schema) -> PlainValidator:

    def check(value: object) -> Decimal:
        found = fields.parse_number(fields.parse_text(value))
        if not allowed(found):
            raise fields.wire_error(refusal)
        return found

    return PlainValidator(check, json_schema_input_type=published(schema["anyOf"][1]))


def _clock_time(value: object) -> time | None:
    if value is None:
        return None
    text = fields.parse_text(value)
    if not _CLOCK.fullmatch(text):
        raise fields.wire_error("Must be a time of day such as 15:30.")
    return time.fromisoformat(text)


def _forward(value: object) -> Decimal | None:
    found = None if value is None else fields.parse_number(value)
    if found is not None and found <= 0:
        raise fields.wire_error("Must be greater than 0.")
    return found


Name = Annotated[str, fields.text(longest=50)]
OptionalName = Annotated[str | None, fields.text(longest=50)]
Query = Annotated[str, fields.text(longest=200)]
ExchangeFilter = Annotated[str | None, fields.one_of({name: name for name in EXCHANGES})]
ListFormat = Annotated[str, fields.one_of({spelled: spelled.lower() for spelled in ("json", "csv", "JSON", "CSV")})]
TickerFormat = Annotated[str, fields.one_of({name: name for name in ("json", "txt")})]
HistorySource = Annotated[str, fields.one_of({name: name for name in ("api", "db")})]
DerivativesExchange = Annotated[str, fields.one_of({name: name for name in _DERIVATIVES})]
ContractKind = Annotated[str, fields.one_of({"futures": "futures", "options": "options"})]
Offset = Annotated[
    str,
    fields.ranged(
        fields.parse_text,
        lambda offset: _OFFSET.fullmatch(offset) is not None,
        "Offset must be ATM, ITM1-ITM50, or OTM1-OTM50",
        {"type": "string", "pattern": "^([aA][tT][mM]|([iI]|[oO])[tT][mM]([1-9]|[1-4][0-9]|50))$"},
    ),
]
StrikeCount = Annotated[
    int | None,
    PlainValidator(
        lambda value: None if value is None else _between(1, 100)(value),
        json_schema_input_type=published(wire.nullable(wire.integer(minimum=1, maximum=100))),
    ),
]
OptionsExchange = Annotated[str, fields.one_of({name: name for name in _OPTIONS})]
Interest = Annotated[
    Decimal,
    fields.ranged(
        fields.parse_number,
        lambda rate: 0 <= rate <= 100,
        "Must be greater than or equal to 0 and less than or equal to 100.",
        wire.number(minimum=0, maximum=100),
    ),
]
ForwardPrice = Annotated[
    Decimal | None,
    PlainValidator(_forward, json_schema_input_type=published(wire.nullable(wire.number(exclusiveMinimum=0)))),
]
ExpiryTime = Annotated[
    time | None,
    PlainValidator(
        _clock_time,
        json_schema_input_type=published(
            wire.nullable({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})
        ),
    ),
]
YearNumber = Annotated[
    int | None,
    PlainValidator(
        _between(FIRST_YEAR, LAST_YEAR),
        json_schema_input_type=published(wire.integer(minimum=FIRST_YEAR, maximum=LAST_YEAR)),
    ),
]
AnyStrategy = Annotated[
    str | None,
    PlainValidator(
        lambda value: None if value is None else fields.parse_text(value),
        json_schema_input_type=published(wire.nullable(wire.text())),
    ),
]
PositiveText = Annotated[
    Decimal,
    _number_as_text(
        lambda number: number > 0, "Quantity must be a positive number.", wire.number(exclusiveMinimum=0)
    ),
]
PriceText = Annotated[
    Decimal,
    _number_as_text(lambda number: number >= 0, "Price must be a non-negative number.", wire.number(minimum=0)),
]


class Item(BaseModel):
    """One element of a list in a request."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _require_object(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            error = {"field": "_schema", "text": "Invalid input type."}
            raise PydanticCustomError(OF_FIELD, "{text}", error)
        return value


class MarketBody(KeyedBody):
    """What every request about the market carries."""

    apikey: fields.ApiKey


class OneInstrument(MarketBody):
    """POST /api/v1/quotes, /depth and /symbol."""

    symbol: Name
    exchange: fields.Exchange


class Pair(Item):
    """An instrument's name."""

    symbol: Name
    exchange: fields.Exchange


class ManyInstruments(MarketBody):
    """POST /api/v1/multiquotes."""

    symbols: Annotated[list[Pair], _items("Shorter than minimum length 1."), Field(json_schema_extra={"minItems": 1})]


class History(OneInstrument):
    """POST /api/v1/history."""

    interval: Name
    start_date: Name
    end_date: Name
    source: HistorySource = "api"


class Ticker(OneInstrument):
    """GET /api/v1/ticker/{symbol}; these stand in the address, `start_date` and `end_date` as `from` and `to`."""

    interval: Name = "D"
    start_date: Name
    end_date: Name
    format: TickerFormat = "json"


class Chart(MarketBody):
    """POST /api/v1/chart; every other field is a preference."""

    model_config = MarketBody.model_config | ConfigDict(extra="allow")


class Search(MarketBody):
    """POST /api/v1/search."""

    query: Query
    exchange: ExchangeFilter = None


class InstrumentList(MarketBody):
    """GET /api/v1/instruments; these stand in the address."""

    exchange: ExchangeFilter = None
    format: ListFormat = "json"


class Expiry(MarketBody):
    """POST /api/v1/expiry."""

    symbol: Name
    exchange: DerivativesExchange
    instrumenttype: ContractKind


class OptionSymbol(MarketBody):
    """POST /api/v1/optionsymbol; `strategy` is accepted and means nothing."""

    strategy: AnyStrategy = None
    underlying: Name
    exchange: fields.Exchange
    expiry_date: OptionalName = None
    strike_int: StrikeStep = None
    offset: Offset
    option_type: OptionType


class OptionChain(MarketBody):
    """POST /api/v1/optionchain; without `strike_count` every strike."""

    underlying: Name
    exchange: fields.Exchange
    expiry_date: Name
    strike_count: StrikeCount = None
    with_greeks: fields.Boolean = False
    interest_rate: Interest = ZERO


class AnOption(BaseModel):
    """An option, and where the price of its underlying is taken from; left out, both are found."""

    symbol: Name
    exchange: OptionsExchange
    underlying_symbol: OptionalName = None
    underlying_exchange: ExchangeFilter = None


class OneOption(AnOption, Item):
    """One of several options."""


class OptionGreeks(AnOption, MarketBody):
    """POST /api/v1/optiongreeks."""

    interest_rate: Interest = ZERO
    forward_price: ForwardPrice = None
    expiry_time: ExpiryTime = None


class MultiOptionGreeks(MarketBody):
    """POST /api/v1/multioptiongreeks."""

    symbols: Annotated[
        list[OneOption],
        _items("Symbols must contain 1 to 50 items.", 50),
        Field(json_schema_extra={"minItems": 1, "maxItems": 50}),
    ]
    interest_rate: Interest = ZERO
    expiry_time: ExpiryTime = None


class SyntheticFuture(MarketBody):
    """POST /api/v1/syntheticfuture."""

    underlying: Name
    exchange: fields.Exchange
    expiry_date: Name


class MarginPosition(Item):
    """A position to be opened; its numbers are text."""

    symbol: fields.Symbol
    exchange: fields.Exchange
    action: fields.ActionWord
    quantity: PositiveText
    product: fields.ProductWord
    pricetype: fields.PriceTypeWord
    price: PriceText = ZERO
    trigger_price: PriceText = ZERO

    @property
    def disclosed_quantity(self) -> int:
        """Always 0: that is for an order to say."""
        return 0


class Margin(MarketBody):
    """POST /api/v1/margin."""

    positions: Annotated[
        list[MarginPosition],
        _items("Positions must contain 1 to 50 items.", 50),
        Field(json_schema_extra={"minItems": 1, "maxItems": 50}),
    ]


class Holidays(MarketBody):
    """POST /api/v1/market/holidays; without `year` this one."""

    year: YearNumber = None


class Timings(MarketBody):
    """POST /api/v1/market/timings."""

    date: Name


def parse_day(text: str, since: int = FIRST_YEAR) -> date:
    """`2026-12-29` as a day between the years `since` and 2050. Raises Invalid."""
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        day = None
    if day is None:
        raise Invalid("Invalid date format. Use YYYY-MM-DD")
    if not since <= day.year <= LAST_YEAR:
        raise Invalid(f"Date must be between {since}-01-01 and {LAST_YEAR}-12-31")
    return day


def parse_past_day(text: str) -> date:
    """A day of which there may be prices. Raises Invalid."""
    return parse_day(text, FIRST_YEAR_OF_PRICES)
