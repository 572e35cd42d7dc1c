"""How the outcome of an order of several legs is told: each leg for itself, whatever became of the others."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.accounts import TradingMode
from core.money import as_json_number
from core.orders.order import Leg, Order
from core.orders.states import BrokerStatus
from webhook.orders.composite_schemas import BasketOrder, OptionsLeg, OptionsMultiOrder, OptionsOrder, SplitOrder
from webhook.orders.single_outcome import AT_THE_BROKER, NOT_CONFIRMED, is_dead, mode_of_order, placed, why_dead
from webhook.request.replies import Reply, reply

Json = dict[str, object]
SUCCESS, ERROR, PENDING, PARTIAL = "success", "error", "pending", "partial"


def basket(order: Order, _: BasketOrder) -> Reply:
    """Every item in the order of the request; the basket as a whole is always a success."""
    legs = sorted(order.legs, key=lambda leg: leg.part)
    return _told(order, {"results": [_item(order, leg, is_last=leg is legs[-1]) for leg in legs]})


def empty_basket(_: str, mode: Mapping[str, object]) -> Reply:
    """Nothing was asked for, and nothing was done."""
    return reply({"status": SUCCESS, "results": [], **mode}, keep=True)


def split(order: Order, body: SplitOrder) -> Reply:
    """Every child in the order in which it was sent."""
    sizes = {"total_quantity": as_json_number(body.quantity), "split_size": body.splitsize}
    return _told(order, {**sizes, "results": _children(order, order.legs)})


def options(order: Order, body: OptionsOrder) -> Reply:
    """The contract that was found, and its order or its children."""
    details: Json = {
        "symbol": order.legs[0].terms.symbol,
        "exchange": order.legs[0].terms.exchange,
        "underlying": body.underlying,
        "underlying_ltp": _underlying_ltp(order),
        "offset": body.offset,
        "option_type": body.option_type,
    }
    if not body.splitsize:
        return placed(order, details=details)
    sizes = {"total_quantity": body.quantity, "split_size": body.splitsize}
    return _told(order, {**details, **sizes, "results": _children(order, order.legs)})


def options_multi(order: Order, body: OptionsMultiOrder) -> Reply:
    """Every leg in the order of the request."""
    results = [
        _option_leg(order, number, asked, [leg for leg in order.legs if leg.part == number])
        for number, asked in enumerate(body.legs, 1)
    ]
    about = {"underlying": body.underlying, "underlying_ltp": _underlying_ltp(order)}
    return _told(order, {**about, "results": results})


def _told(order: Order, body: Json) -> Reply:
    is_doubtful = any(_status(order, leg) == PENDING for leg in order.legs)
    doubt = {"pending_order_id": order.id} if is_doubtful else {}
    return reply({"status": SUCCESS, **body, **doubt, **mode_of_order(order)}, keep=True)


def _item(order: Order, leg: Leg, *, is_last: bool) -> Json:
    outcome = _outcome(order, leg)
    terms = leg.terms
    known: Json = {"symbol": terms.symbol}
    if outcome["status"] != ERROR:
        known |= {"exchange": terms.exchange, "product": terms.product.value}
    batch = {"batch_order": True, "is_last_order": is_last} if order.trading_mode is TradingMode.SANDBOX else {}
    return {**known, **outcome, **batch}


def _children(order: Order, legs: Sequence[Leg]) -> list[Json]:
    return [
        {"order_num": number, "quantity": as_json_number(leg.terms.quantity), **_outcome(order, leg)}
        for number, leg in enumerate(legs, 1)
    ]


def _option_leg(order: Order, number: int, asked: OptionsLeg, legs: Sequence[Leg]) -> Json:
    terms = legs[0].terms
    about: Json = {
        "leg": number,
        "symbol": terms.symbol,
        "exchange": terms.exchange,
        "product": terms.product.value,
        "offset": asked.offset,
        "option_type": asked.option_type,
        "action": terms.action.value,
    }
    mode = {"mode": order.trading_mode.wire}
    if not asked.splitsize:
        return {**about, **_outcome(order, legs[0]), **mode}
    sizes = {"total_quantity": asked.quantity, "split_size": asked.splitsize}
    return {**about, "status": _summary(order, legs), **sizes, "split_results": _children(order, legs), **mode}


def _summary(order: Order, legs: Sequence[Leg]) -> str:
    """One word for all children: only what is true of each of them is said of all."""
    found = {_status(order, leg) for leg in legs}
    if len(found) == 1:
        return found.pop()
    return PARTIAL if SUCCESS in found else PENDING


def _outcome(order: Order, leg: Leg) -> Json:
    known = {"orderid": leg.broker_order_id} if leg.broker_order_id is not None else {}
    status = _status(order, leg)
    told = {ERROR: {"message": why_dead(leg)}, PENDING: {"message": NOT_CONFIRMED}}.get(status, {})
    return {"status": status, **told, **known}


def _status(order: Order, leg: Leg) -> str:
    if is_dead(order, leg):
        return ERROR
    is_known = leg.broker_order_id is not None
    return SUCCESS if is_known and leg.broker_status in AT_THE_BROKER | {BrokerStatus.CANCELLED} else PENDING


def _underlying_ltp(order: Order) -> int | float:
    return as_json_number(Decimal(order.facts["underlying_ltp"]))
