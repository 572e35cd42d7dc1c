"""What each endpoint accepts: one model each, its fields in the order in which their errors are listed."""

from decimal import Decimal
from typing import Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from core.instruments import FRACTIONAL_EXCHANGES
from core.money import ZERO, plain
from core.orders import Action, LegTerms, PriceType, Product
from webhook import fields

OF_FIELD = "wire_of_field"
"""The type of an error that belongs to the field it names but needs the others to be seen."""
PRICED = frozenset({PriceType.LIMIT, PriceType.SL})
TRIGGERED = frozenset({PriceType.SL, PriceType.SL_M})
_PLAIN = frozenset({str, int, bool, type(None), Action, PriceType, Product})
"""What is kept of a request as it is: nearly everything in it."""


class KeyedBody(BaseModel):
    """What every request carries; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    apikey: fields.AnyApiKey

    def order_data(self) -> dict[str, object]:
        """What is kept of the request: every field but the key, numbers as whole numbers or text."""
        return {
            name: value if type(value) in _PLAIN else _jsonable(value)
            for name, value in self.__dict__.items()
            if name != "apikey"
        }


class StrategyBody(KeyedBody):
    """What every request of the order family carries."""

    apikey: fields.ApiKey
    strategy: fields.Strategy


class HasTerms(Protocol):
    """The fields that make one leg, whatever else the request carries."""

    @property
    def exchange(self) -> str: ...
    @property
    def symbol(self) -> str: ...
    @property
    def action(self) -> Action: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def pricetype(self) -> PriceType: ...
    @property
    def product(self) -> Product: ...
    @property
    def price(self) -> Decimal: ...
    @property
    def trigger_price(self) -> Decimal: ...
    @property
    def disclosed_quantity(self) -> int: ...


T = TypeVar("T", bound=HasTerms)


def require_whole_quantity(body: T) -> T:
    """Raises unless the quantity is whole, or the exchange trades fractions."""
    if body.exchange not in FRACTIONAL_EXCHANGES and body.quantity != body.quantity.to_integral_value():
        said = f"Fractional quantity ({plain(body.quantity)}) is not allowed for non-crypto exchanges."
        raise PydanticCustomError(OF_FIELD, "{text}", {"field": "quantity", "text": said})
    return body


def leg_terms(body: HasTerms) -> LegTerms:
    """The leg that the request asks for, without the prices that its pricetype does not use."""
    return LegTerms(
        exchange=body.exchange,
        symbol=body.symbol,
        action=body.action,
        quantity=body.quantity,
        pricetype=body.pricetype,
        product=body.product,
        price=body.price if body.pricetype in PRICED else ZERO,
        trigger_price=body.trigger_price if body.pricetype in TRIGGERED else ZERO,
        disclosed_quantity=body.disclosed_quantity,
    )


def _jsonable(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else plain(value)
    if isinstance(value, list):
        return [_jsonable(item) for item in value]
    return _jsonable_fields(value) if isinstance(value, BaseModel) else value


def _jsonable_fields(item: BaseModel) -> dict[str, object]:
    return {name: _jsonable(value) for name, value in item.__dict__.items()}


class PlaceOrder(StrategyBody):
    """POST /api/v1/placeorder."""

    exchange: fields.Exchange
    symbol: fields.Symbol
    action: fields.ActionWord
    quantity: fields.Quantity
    pricetype: fields.PriceTypeWord = PriceType.MARKET
    product: fields.ProductWord = Product.MIS
    price: fields.Price = ZERO
    trigger_price: fields.TriggerPrice = ZERO
    disclosed_quantity: fields.DisclosedQuantity = 0
    underlying_ltp: fields.OptionalNumber = None

    _whole = model_validator(mode="after")(require_whole_quantity)


class ModifyOrder(StrategyBody):
    """POST /api/v1/modifyorder: every term is given anew."""

    exchange: fields.Exchange
    symbol: fields.Symbol
    orderid: fields.OrderNumber
    action: fields.ActionWord
    product: fields.ProductWord
    pricetype: fields.PriceTypeWord
    price: fields.Price
    quantity: fields.Quantity
    disclosed_quantity: fields.DisclosedQuantity
    trigger_price: fields.TriggerPrice

    _whole = model_validator(mode="after")(require_whole_quantity)


class CancelOrder(StrategyBody):
    """POST /api/v1/cancelorder."""

    orderid: fields.OrderNumber


class OrderStatus(KeyedBody):
    """POST /api/v1/orderstatus."""

    strategy: fields.Strategy
    orderid: fields.OrderNumber


class OpenPosition(KeyedBody):
    """POST /api/v1/openposition."""

    strategy: fields.Strategy
    symbol: fields.Symbol
    exchange: fields.AnyExchange
    product: fields.ProductWord


class AnalyzerToggle(KeyedBody):
    """POST /api/v1/analyzer/toggle: true switches to the sandbox."""

    mode: fields.Boolean


class PendingOrder(KeyedBody):
    """POST /api/v1/pendingorder; `wait` is in seconds."""

    pending_order_id: fields.PendingOrderNumber
    wait: fields.Wait = ZERO
