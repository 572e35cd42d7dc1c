"""What each endpoint accepts: one model each, its fields in the order in which their errors are listed."""

from decimal import Decimal
from typing import Protocol, TypeVar

from pydantic import BaseModel, model_validator
from pydantic_core import PydanticCustomError

from core.market.instruments import FRACTIONAL_EXCHANGES
from core.money import ZERO, plain
from core.orders.order import Action, LegTerms, PriceType, Product
from webhook.fields import field_types as fields
from webhook.fields.field_types import OF_FIELD
from webhook.fields.proposal_types import require_inside_bounds
from webhook.request.base_schemas import KeyedBody, NewOrderBody, StrategyBody

PRICED = frozenset({PriceType.LIMIT, PriceType.SL})
TRIGGERED = frozenset({PriceType.SL, PriceType.SL_M})


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


class Sided(BaseModel):
    """What is to be bought or sold."""

    exchange: fields.Exchange
    symbol: fields.Symbol
    action: fields.ActionWord


class Priced(BaseModel):
    """How it is to be bought or sold."""

    pricetype: fields.PriceTypeWord = PriceType.MARKET
    product: fields.ProductWord = Product.MIS
    price: fields.Price = ZERO
    trigger_price: fields.TriggerPrice = ZERO
    disclosed_quantity: fields.DisclosedQuantity = 0


class _Sized(Sided):
    quantity: fields.Quantity


class OrderTerms(Priced, _Sized):
    """One order. The fields of later bases come first, in errors too."""

    _whole = model_validator(mode="after")(require_whole_quantity)


class PlaceOrder(OrderTerms, NewOrderBody):
    """POST /api/v1/placeorder."""

    underlying_ltp: fields.OptionalNumber = None

    _inside = model_validator(mode="after")(require_inside_bounds)


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
