"""What the endpoints of good-till-triggered orders accept; unknown fields are ignored on place and modify."""

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Annotated

from pydantic import ConfigDict, PlainValidator, model_validator
from pydantic_core import PydanticCustomError

from core.clock import IST
from core.money import ZERO
from core.orders.gtt import Gtt, GttStatus, Side, TriggerType
from core.orders.order import PriceType, Product
from webhook.fields import field_types as fields
from webhook.fields import json_schema as wire
from webhook.fields.field_types import OF_FIELD
from webhook.fields.json_schema import published
from webhook.fields.proposal_types import require_inside_bounds
from webhook.orders.single_schemas import require_whole_quantity
from webhook.request.base_schemas import KeyedBody, NewOrderBody, StrategyBody

MIS_REFUSED = "GTT supports only CNC (delivery) or NRML (overnight F&O); MIS is intraday-only."
ALL = "all"
_PRODUCTS = {word.value: word for word in (Product.NRML, Product.CNC)}
_LAST_MOMENT = time(23, 59, 59)


def _product(value: object) -> Product:
    found = _PRODUCTS.get(fields.parse_text(value))
    if found is None:
        raise fields.wire_error(MIS_REFUSED)
    return found


def _trigger(name: str) -> PlainValidator:
    def check(value: object) -> Decimal:
        found = ZERO if value == "" else fields.parse_number(value)
        if found < 0:
            raise fields.wire_error(f"{name} must be non-negative.")
        return found

    empty_too = {"anyOf": [*wire.number(minimum=0)["anyOf"], {"const": ""}]}
    return PlainValidator(check, json_schema_input_type=published(empty_too))


def _limit(value: object) -> Decimal | None:
    return None if value is None or value == "" else fields.parse_number(value)


def _trigger_id(value: object) -> str:
    found = fields.parse_text(value)
    if not found:
        raise fields.wire_error("Shorter than minimum length 1.")
    if len(found) > 255:
        raise fields.wire_error("Longer than maximum length 255.")
    return found


def parse_end(text: str) -> datetime:
    """A date (to its last second) or a date and time, of India unless it says otherwise. Raises ValueError."""
    found = datetime.fromisoformat(text)
    if len(text) <= len("2026-11-30"):
        found = datetime.combine(found, _LAST_MOMENT)
    return found if found.tzinfo else found.replace(tzinfo=IST)


def _end(value: object) -> str | None:
    text = "" if value is None else fields.parse_text(value)
    if not text:
        return None
    try:
        parse_end(text).astimezone(UTC)
    except (ValueError, OverflowError):  # the rim of the calendar cannot be told in another zone
        raise fields.wire_error("Not a valid datetime.") from None
    return text


_LIMIT = {"anyOf": [*wire.number()["anyOf"], {"const": ""}, wire.NULL]}
Limit = Annotated[Decimal | None, PlainValidator(_limit, json_schema_input_type=published(_LIMIT))]
TriggerId = Annotated[str, PlainValidator(_trigger_id, json_schema_input_type=published(wire.text(1, 255)))]
TriggerKind = Annotated[
    str,
    PlainValidator(
        fields.parse_text, json_schema_input_type=published(wire.words(["SINGLE", "OCO", "single", "oco"]))
    ),
]
GttProduct = Annotated[Product, PlainValidator(_product, json_schema_input_type=published(wire.words(_PRODUCTS)))]
End = Annotated[str | None, PlainValidator(_end, json_schema_input_type=published(wire.nullable(wire.text())))]


class _Terms(StrategyBody):
    """The terms of a trigger and of the orders it places."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, defer_build=True)

    trigger_type: TriggerKind
    exchange: fields.Exchange
    symbol: fields.Symbol
    action: fields.ActionWord
    product: GttProduct
    quantity: fields.Quantity
    pricetype: Annotated[
        PriceType, fields.one_of({word.value: word for word in (PriceType.LIMIT, PriceType.MARKET)})
    ] = PriceType.LIMIT
    price: fields.Price
    triggerprice_sl: Annotated[Decimal, _trigger("triggerprice_sl")] = ZERO
    triggerprice_tg: Annotated[Decimal, _trigger("triggerprice_tg")] = ZERO
    stoploss: Limit = None
    target: Limit = None

    @model_validator(mode="after")
    def _whole(self) -> "_Terms":
        self.trigger_type = self.trigger_type.upper()
        if self.trigger_type == TriggerType.OCO:
            self._require_both_sides()
        elif self.trigger_type == TriggerType.SINGLE:
            if not self.triggerprice_sl and not self.triggerprice_tg:
                _refuse("triggerprice_sl", "SINGLE GTT requires a positive triggerprice_sl or triggerprice_tg.")
        else:
            _refuse("trigger_type", "Must be 'SINGLE' or 'OCO'.")
        return require_whole_quantity(self)

    @property
    def trigger_price(self) -> Decimal:
        """The price in rupees of a single trigger: the stop-loss if both are given."""
        return self.triggerprice_sl or self.triggerprice_tg

    @property
    def disclosed_quantity(self) -> int:
        """Always 0: a trigger's order discloses everything."""
        return 0

    def gtt(self, expires_at: datetime | None = None) -> Gtt:
        """The trigger in core's type."""
        if self.trigger_type == TriggerType.OCO:
            stop, target = (
                Side(self.triggerprice_sl, self.stoploss or ZERO),
                Side(self.triggerprice_tg, self.target or ZERO),
            )
            sides: tuple[Side, ...] = (stop, target)
        else:
            sides = (Side(self.trigger_price, self.price),)
        return Gtt(
            exchange=self.exchange,
            symbol=self.symbol,
            action=self.action,
            quantity=self.quantity,
            product=self.product,
            pricetype=self.pricetype,
            sides=sides,
            expires_at=expires_at,
        )

    def _require_both_sides(self) -> None:
        needed = {
            "triggerprice_sl": (self.triggerprice_sl, "stoploss trigger"),
            "stoploss": (self.stoploss, "stoploss leg limit"),
            "triggerprice_tg": (self.triggerprice_tg, "target trigger"),
            "target": (self.target, "target leg limit"),
        }
        for field, (value, what) in needed.items():
            if not value:
                _refuse(field, f"Required for OCO ({what}).")
        if self.triggerprice_sl >= self.triggerprice_tg:
            _refuse("triggerprice_sl", "Stoploss trigger must be less than target trigger (triggerprice_tg).")


def _refuse(field: str, text: str) -> None:
    raise PydanticCustomError(OF_FIELD, "{text}", {"field": field, "text": text})


class PlaceGttOrder(_Terms, NewOrderBody):
    """POST /api/v1/placegttorder."""

    model_config = _Terms.model_config

    expires_at: End = None

    _inside = model_validator(mode="after")(require_inside_bounds)

    def as_gtt(self) -> Gtt:
        """The trigger in core's type, with the end that was asked for."""
        return self.gtt(parse_end(self.expires_at) if self.expires_at else None)


class ModifyGttOrder(_Terms):
    """POST /api/v1/modifygttorder: every term is given anew, except when it ends."""

    trigger_id: TriggerId


class CancelGttOrder(StrategyBody):
    """POST /api/v1/cancelgttorder."""

    trigger_id: TriggerId


class GttOrderBook(KeyedBody):
    """POST /api/v1/gttorderbook; those that can still be reached, unless `all` are asked for."""

    apikey: fields.ApiKey
    status: Annotated[str, fields.one_of({word: word for word in (GttStatus.ACTIVE, ALL)})] = GttStatus.ACTIVE
