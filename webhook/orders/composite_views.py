"""New orders that become one or more legs: smart, basket, split, options."""

from core.money import ZERO
from core.orders import intents
from core.orders.order import ApiType, Order
from core.orders.router import Operation
from webhook.orders import multi_leg_outcome as outcomes
from webhook.orders.composite_schemas import (
    BasketOrder,
    OptionsLeg,
    OptionsMultiOrder,
    OptionsOrder,
    SmartOrder,
    SplitOrder,
)
from webhook.orders.single_outcome import placed
from webhook.orders.single_schemas import PRICED, TRIGGERED, leg_terms
from webhook.orders.single_views import OrderEndpoint
from webhook.request.endpoint import ErrorFormat
from webhook.request.replies import Reply


def _smart(body: SmartOrder) -> intents.Smart:
    return intents.Smart(leg_terms(body), body.position_size)


def _smart_placed(order: Order, _: SmartOrder) -> Reply:
    return placed(order)


def _basket(body: BasketOrder) -> intents.Basket:
    return intents.Basket(tuple(leg_terms(item) for item in body.orders))


def _split(body: SplitOrder) -> intents.Split:
    return intents.Split(leg_terms(body), body.splitsize)


def _options(body: OptionsOrder) -> intents.Options:
    legs, expiry = (_option_leg(body),), body.expiry_date or None
    return intents.Options(body.underlying, body.exchange, legs, expiry, body.strike_int)


def _options_multi(body: OptionsMultiOrder) -> intents.Options:
    legs, expiry = tuple(_option_leg(leg) for leg in body.legs), body.expiry_date or None
    return intents.Options(body.underlying, body.exchange, legs, expiry, body.strike_int, multi=True)


def _option_leg(body: OptionsOrder | OptionsLeg) -> intents.OptionLeg:
    return intents.OptionLeg(
        offset=body.offset,
        option_type=body.option_type,
        action=body.action,
        quantity=body.quantity,
        expiry=body.expiry_date or None,
        pricetype=body.pricetype,
        product=body.product,
        price=body.price if body.pricetype in PRICED else ZERO,
        trigger_price=body.trigger_price if body.pricetype in TRIGGERED else ZERO,
        disclosed_quantity=body.disclosed_quantity,
        split=body.splitsize,
    )


SMART_ORDER = OrderEndpoint(ApiType.SMARTORDER, Operation.PLACESMARTORDER, SmartOrder, _smart, _smart_placed)
BASKET_ORDER = OrderEndpoint(
    ApiType.BASKETORDER,
    Operation.BASKETORDER,
    BasketOrder,
    _basket,
    outcomes.basket,
    answer_nothing=outcomes.empty_basket,
)
SPLIT_ORDER = OrderEndpoint(ApiType.SPLITORDER, Operation.SPLITORDER, SplitOrder, _split, outcomes.split)
OPTIONS_ORDER = OrderEndpoint(
    ApiType.OPTIONSORDER,
    Operation.OPTIONSORDER,
    OptionsOrder,
    _options,
    outcomes.options,
    ErrorFormat.ERRORS,
)
OPTIONS_MULTI_ORDER = OrderEndpoint(
    ApiType.OPTIONSMULTIORDER,
    Operation.OPTIONSMULTIORDER,
    OptionsMultiOrder,
    _options_multi,
    outcomes.options_multi,
    ErrorFormat.ERRORS,
)
