"""The answer to an order of several legs: each leg's outcome by itself."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal, NotRequired, cast

from typing_extensions import TypedDict

from core.accounts import TradingMode
from core.money import as_json_number
from core.orders.order import Action, Leg, Order, Product
from core.orders.states import BrokerStatus
from webhook.fields.answer_types import DoubtfulOrder, ModeWord, Number, Sandbox
from webhook.orders.composite_schemas import BasketOrder, OptionsLeg, OptionsMultiOrder, OptionsOrder, SplitOrder
from webhook.orders.single_outcome import (
    AT_THE_BROKER,
    NOT_CONFIRMED,
    NotConfirmed,
    Placed,
    is_dead,
    mode_of_order,
    placed,
    why_dead,
)
from webhook.request.replies import Reply, reply

SUCCESS: Final = "success"
ERROR: Final = "error"
PENDING: Final = "pending"
PARTIAL: Final = "partial"
Status = Literal["success", "error", "pending"]


class _Outcome(TypedDict):
    """The outcome of one leg; `message` says why it is no success."""

    status: Status
    message: NotRequired[str]
    orderid: NotRequired[str]


class Child(_Outcome):
    """One part of a split order, numbered from 1 in the order of sending."""

    order_num: int
    quantity: Number


class Item(_Outcome):
    """One item of a basket; a refused one has no exchange and product."""

    symbol: str
    exchange: NotRequired[str]
    product: NotRequired[Product]
    batch_order: NotRequired[Sandbox[bool]]
    is_last_order: NotRequired[Sandbox[bool]]


class _SeveralLegs(TypedDict):
    """The number to ask about when the broker has not confirmed every leg."""

    pending_order_id: NotRequired[DoubtfulOrder]


class BasketPlaced(_SeveralLegs):
    """The items of a basket in the order of the request."""

    results: list[Item]


class _Sizes(TypedDict):
    total_quantity: Number
    split_size: int


class SplitPlaced(_Sizes, _SeveralLegs):
    """The parts of a split order, its whole quantity, and the most that one part has."""

    results: list[Child]


class Contract(TypedDict):
    """The option contract that was found, and its underlying's last price in rupees."""

    symbol: str
    exchange: str
    underlying: str
    underlying_ltp: Number
    offset: str
    option_type: Literal["CE", "PE"]


class OptionPlaced(Contract, Placed):
    """An option order that the broker accepted."""


class OptionNotConfirmed(Contract, NotConfirmed):
    """An option order that the broker has not confirmed."""


class OptionSplit(Contract, SplitPlaced):
    """An option order in several parts."""


class OptionLegPlaced(TypedDict):
    """One leg of an options order of several, numbered from 1; with a split size its parts."""

    leg: int
    symbol: str
    exchange: str
    product: Product
    offset: str
    option_type: Literal["CE", "PE"]
    action: Action
    status: Literal["success", "error", "pending", "partial"]
    message: NotRequired[str]
    orderid: NotRequired[str]
    total_quantity: NotRequired[Number]
    split_size: NotRequired[int]
    split_results: NotRequired[list[Child]]
    mode: ModeWord


class OptionsPlaced(_SeveralLegs):
    """The legs of an options order in the order of the request; `underlying_ltp` is rupees."""

    underlying: str
    underlying_ltp: Number
    results: list[OptionLegPlaced]


def basket(order: Order, _: BasketOrder) -> Reply:
    """Answer with a basket's items in the order of the request; as a whole it is always a success."""
    legs = sorted(order.legs, key=lambda leg: leg.part)
    results = [_item(order, leg, is_last=leg is legs[-1]) for leg in legs]
    return _reply(order, BasketPlaced(results=results))


def empty_basket(_: str, mode: Mapping[str, object]) -> Reply:
    """Answer a basket of which nothing was to be sent."""
    return reply({"status": SUCCESS, **BasketPlaced(results=[]), **mode}, keep=True)


def split(order: Order, body: SplitOrder) -> Reply:
    """Answer with a split order's parts in the order in which they were sent."""
    return _reply(order, _split(order, body.quantity, body.splitsize))


def _split(order: Order, quantity: Decimal, size: int) -> SplitPlaced:
    children = _children(order, order.legs)
    return {"total_quantity": as_json_number(quantity), "split_size": size, "results": children}


def options(order: Order, body: OptionsOrder) -> Reply:
    """Answer with the contract that was found, and its order or its parts."""
    details: Contract = {
        "symbol": order.legs[0].terms.symbol,
        "exchange": order.legs[0].terms.exchange,
        "underlying": body.underlying,
        "underlying_ltp": _underlying_ltp(order),
        "offset": body.offset,
        "option_type": body.option_type,
    }
    if not body.splitsize:
        return placed(order, details=details)
    fields: OptionSplit = {**details, **_split(order, Decimal(body.quantity), body.splitsize)}
    return _reply(order, fields)


def options_multi(order: Order, body: OptionsMultiOrder) -> Reply:
    """Answer with every leg in the order of the request."""
    results = [
        _option_leg(order, number, asked, [leg for leg in order.legs if leg.part == number])
        for number, asked in enumerate(body.legs, 1)
    ]
    ltp = _underlying_ltp(order)
    return _reply(order, OptionsPlaced(underlying=body.underlying, underlying_ltp=ltp, results=results))


def _reply(order: Order, body: BasketPlaced | SplitPlaced | OptionSplit | OptionsPlaced) -> Reply:
    if any(_status(order, leg) == PENDING for leg in order.legs):
        body["pending_order_id"] = order.id
    return reply({"status": SUCCESS, **body, **mode_of_order(order)}, keep=True)


def _item(order: Order, leg: Leg, *, is_last: bool) -> Item:
    terms = leg.terms
    item = cast("Item", {"symbol": terms.symbol, **_outcome(order, leg)})
    if item["status"] != ERROR:
        item["exchange"] = terms.exchange
        item["product"] = terms.product
    if order.trading_mode is TradingMode.SANDBOX:
        item["batch_order"] = True
        item["is_last_order"] = is_last
    return item


def _children(order: Order, legs: Sequence[Leg]) -> list[Child]:
    return [
        {"order_num": number, "quantity": as_json_number(leg.terms.quantity), **_outcome(order, leg)}
        for number, leg in enumerate(legs, 1)
    ]


def _option_leg(order: Order, number: int, asked: OptionsLeg, legs: Sequence[Leg]) -> OptionLegPlaced:
    terms = legs[0].terms
    fields: OptionLegPlaced = {
        "leg": number,
        "symbol": terms.symbol,
        "exchange": terms.exchange,
        "product": terms.product,
        "offset": asked.offset,
        "option_type": asked.option_type,
        "action": terms.action,
        "status": _summary(order, legs),
        "mode": order.trading_mode.wire,
    }
    if not asked.splitsize:
        return {**fields, **_outcome(order, legs[0])}
    children = _children(order, legs)
    return {**fields, "total_quantity": asked.quantity, "split_size": asked.splitsize, "split_results": children}


def _summary(order: Order, legs: Sequence[Leg]) -> Literal["success", "error", "pending", "partial"]:
    """The status of a leg in parts: partial when some but not all succeeded, pending while one is in doubt."""
    found = {_status(order, leg) for leg in legs}
    if len(found) == 1:
        return found.pop()
    return PARTIAL if SUCCESS in found else PENDING


def _outcome(order: Order, leg: Leg) -> _Outcome:
    outcome: _Outcome = {"status": _status(order, leg)}
    if outcome["status"] != SUCCESS:
        outcome["message"] = why_dead(leg) if outcome["status"] == ERROR else NOT_CONFIRMED
    if leg.broker_order_id is not None:
        outcome["orderid"] = leg.broker_order_id
    return outcome


def _status(order: Order, leg: Leg) -> Status:
    if is_dead(order, leg):
        return ERROR
    is_known = leg.broker_order_id is not None
    return SUCCESS if is_known and leg.broker_status in AT_THE_BROKER | {BrokerStatus.CANCELLED} else PENDING


def _underlying_ltp(order: Order) -> int | float:
    return as_json_number(Decimal(order.facts["underlying_ltp"]))
