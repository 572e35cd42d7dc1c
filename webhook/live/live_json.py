"""What a reader is sent, as OpenAlgo's WebSocket writes it: pure functions."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.accounts import Account, TradingMode
from core.market.depth import Depth, Level
from core.market.price_decimals import told_average
from core.market.quotes import Quote
from core.money import ZERO, as_json_money, as_json_number
from core.orders.order import ApiType, Order
from core.orders.order_events import LegChange, StrategyEvent
from core.orders.states import BrokerStatus
from webhook.live.live_requests import Mode, Wanted

Json = dict[str, object]
_UNKNOWN = 0
"""What no feed tells: the last trade's quantity, the day's average price, the number of orders at a price."""
_RESTING = frozenset({BrokerStatus.OPEN, BrokerStatus.TRIGGER_PENDING})
_TOLD = _RESTING | {BrokerStatus.COMPLETE, BrokerStatus.REJECTED, BrokerStatus.CANCELLED}
"""OpenAlgo has no word for the others."""


def error(code: str, message: str) -> Json:
    """Why a message could not be carried out."""
    return {"status": "error", "code": code, "message": message}


def no_entry(code: str, message: str) -> Json:
    """Why the connection ends; a client waits for a message of this type after it has sent its key."""
    return {"type": "auth", **error(code, message)}


def welcome(account: Account) -> Json:
    """The answer to a right key."""
    return {
        "type": "auth",
        "status": "success",
        "message": "Authentication successful",
        "broker": account.broker,
        "user_id": account.name,
        "supported_features": {"ltp": True, "quote": True, "depth": True},
    }


def done(what: str, message: str) -> Json:
    """The answer to an action that always works."""
    return {"type": what, "status": "success", "message": message}


def subscription(wanted: Wanted, why_not: str) -> Json:
    """What became of one instrument of a request; `why_not` is empty when all is well."""
    exchange, symbol = wanted.ticker
    named: Json = {"symbol": symbol, "exchange": exchange, "mode": wanted.mode.label}
    if why_not:
        return {**named, "status": "error", "message": why_not}
    return {**named, "status": "success", "depth": 5}


def subscribed(results: Sequence[Json], account: Account) -> Json:
    """The answer to a subscription."""
    return {
        "type": "subscribe",
        "status": _status(results),
        "subscriptions": results,
        "message": "Subscription processing complete",
        "broker": account.broker,
    }


def unsubscribed(results: Sequence[Json], account: Account) -> Json:
    """The answer to the end of subscriptions."""
    return {
        "type": "unsubscribe",
        "status": _status(results),
        "message": "Unsubscription processing complete",
        "successful": [one for one in results if one["status"] == "success"],
        "failed": [one for one in results if one["status"] != "success"],
        "broker": account.broker,
    }


def _status(results: Sequence[Json]) -> str:
    return "success" if all(one["status"] == "success" for one in results) else "partial"


def price(quote: Quote) -> Json:
    """A tick of mode LTP."""
    return _market_data(quote, Mode.LTP, {})


def whole_quote(quote: Quote) -> Json:
    """A tick of mode Quote; `close` is the day before's."""
    change = quote.ltp - quote.prev_close
    percent = change * 100 / quote.prev_close if quote.prev_close else ZERO
    rupees: Mapping[str, Decimal] = {
        "open": quote.open,
        "high": quote.high,
        "low": quote.low,
        "close": quote.prev_close,
        "change": change,
        "bid": quote.bid,
        "ask": quote.ask,
    }
    numbers = {name: as_json_number(value) for name, value in rupees.items()}
    rest = {
        "change_percent": as_json_money(percent),
        "volume": quote.volume,
        "last_trade_quantity": _UNKNOWN,
        "avg_trade_price": _UNKNOWN,
    }
    return _market_data(quote, Mode.QUOTE, {**numbers, **rest})


def depth(found: Depth) -> Json:
    """A tick of mode Depth."""
    sides = {"buy": _levels(found.bids), "sell": _levels(found.asks)}
    totals = {"totalbuyqty": found.total_bid, "totalsellqty": found.total_ask, "ltq": found.last_quantity}
    return _market_data(found.quote, Mode.DEPTH, {"depth": sides, **totals})


def _levels(levels: Sequence[Level]) -> list[Json]:
    return [
        {"price": as_json_number(level.price), "quantity": level.quantity, "orders": _UNKNOWN} for level in levels
    ]


def _market_data(quote: Quote, mode: Mode, more: Mapping[str, object]) -> Json:
    seen_at = int(quote.at.timestamp() * 1000)
    return {
        "type": "market_data",
        "symbol": quote.symbol,
        "exchange": quote.exchange,
        "mode": mode.value,
        "data": {"ltp": as_json_number(quote.ltp), "timestamp": seen_at, **more},
    }


def order_update(event: StrategyEvent, account: Account) -> Json | None:
    """What happened to an order at its broker; None for all other events, and for triggers, which are no orders."""
    change, order = event.change, event.order
    if change is None or change.status not in _TOLD or order.api_type is ApiType.PLACEGTTORDER:
        return None
    terms = next(leg.terms for leg in order.legs if leg.number == change.leg)
    left = terms.quantity - change.filled_quantity if change.status in _RESTING else ZERO
    return {
        "type": "order_update",
        **_place_of(order, account),
        "orderid": change.broker_order_id or "",
        "symbol": terms.symbol,
        "exchange": terms.exchange,
        "action": terms.action.value,
        "quantity": as_json_number(terms.quantity),
        "price": as_json_number(terms.price),
        "trigger_price": as_json_number(terms.trigger_price),
        "pricetype": terms.pricetype.value,
        "product": terms.product.value,
        "order_status": change.status.value,
        "filled_quantity": as_json_number(change.filled_quantity),
        "pending_quantity": as_json_number(left),
        "average_price": as_json_number(told_average(change.average_price, terms.exchange)),
        "rejection_reason": _why_rejected(change),
    }


def _place_of(order: Order, account: Account) -> Json:
    return {
        "user_id": account.name,
        "mode": order.trading_mode.wire,
        "broker": "sandbox" if order.trading_mode is TradingMode.SANDBOX else account.broker,
        "pending_order_id": order.id,
        "strategy": order.strategy,
    }


def _why_rejected(change: LegChange) -> str:
    return change.message if change.status is BrokerStatus.REJECTED else ""
