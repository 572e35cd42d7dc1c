"""What OpenAlgo answers to each method of its client: key sets and types as they were recorded from it.

Written by hand from the recording and from nothing of ours; where we add something it says so.
"""

from collections.abc import Mapping
from typing import Any

from core.accounts import TradingMode

NUMBER = (int, float)
LOT_SIZE = (int, float, type(None))
TEXT_OR_NONE = (str, type(None))
OK: dict[str, Any] = {"status": str}
Shape = Any
"""A type or several, a mapping with exactly these keys, or a list of one shape."""

ORDER = {
    **dict.fromkeys(("action", "exchange", "order_status", "orderid", "pricetype", "product", "symbol"), str),
    **dict.fromkeys(("price", "quantity", "trigger_price"), NUMBER),
    "timestamp": str,
}
ORDER_SANDBOX = ORDER | {
    "average_price": NUMBER,
    "filled_quantity": NUMBER,
    "pending_quantity": NUMBER,
    "rejection_reason": str,
    "strategy": str,
}
STATISTICS = {f"total_{name}_orders": int for name in ("buy", "sell", "completed", "open", "rejected")}
TRADE = {
    **dict.fromkeys(("action", "exchange", "orderid", "product", "symbol", "timestamp"), str),
    **dict.fromkeys(("average_price", "quantity", "trade_value"), NUMBER),
}
POSITION = {
    **dict.fromkeys(("symbol", "exchange", "product"), str),
    **dict.fromkeys(("quantity", "average_price", "ltp", "pnl"), NUMBER),
}
POSITION_SANDBOX = POSITION | {
    **dict.fromkeys(("pnlpercent", "unrealized_pnl", "today_realized_pnl", "total_pnl_today"), NUMBER),
    "lot_size": LOT_SIZE,
}
TOTALS = {f"total_{name}": NUMBER for name in ("pnl", "pnl_today", "today_realized_pnl", "unrealized_pnl")}
HOLDING = {
    **dict.fromkeys(("symbol", "exchange", "product"), str),
    **dict.fromkeys(("quantity", "average_price", "pnl", "pnlpercent"), NUMBER),
}
HOLDING_SANDBOX = HOLDING | {"ltp": NUMBER, "current_value": NUMBER, "settlement_date": TEXT_OR_NONE}
WORTH = {f"total{name}": NUMBER for name in ("holdingvalue", "invvalue", "profitandloss", "pnlpercentage")}
MONEY = ("availablecash", "collateral", "m2mrealized", "m2munrealized", "utiliseddebits")
FUNDS_SANDBOX = {
    **dict.fromkeys((*MONEY, "grossexposure", "today_realized_pnl", "total_realized_pnl", "totalpnl"), NUMBER),
    "last_reset": TEXT_OR_NONE,
    "reset_count": int,
}
ITEM = dict.fromkeys(("symbol", "exchange", "product", "status", "orderid"), str)
CHILD = {"order_num": int, "quantity": NUMBER, "status": str, "orderid": str}
OPTION_LEG = ("symbol", "exchange", "product", "offset", "option_type", "action", "status", "orderid", "mode")
PRICES = dict.fromkeys(("high", "low", "ltp", "oi", "open", "prev_close", "volume"), NUMBER)
QUOTE = PRICES | {"ask": NUMBER, "bid": NUMBER}
LEVEL = {"price": NUMBER, "quantity": NUMBER}
WORDS = ("brexchange", "brsymbol", "exchange", "expiry", "instrumenttype", "name", "symbol", "token")
INSTRUMENT = {
    **dict.fromkeys(WORDS, str),
    **dict.fromkeys(("freeze_qty", "lotsize", "strike", "tick_size"), NUMBER),
}
ANALYZER = {"analyze_mode": bool, "mode": str, "total_logs": int}
SESSION = {"exchange": str, "start_time": int, "end_time": int}
SIDE = {
    "symbol": str,
    "label": str,
    "lotsize": int,
    "tick_size": NUMBER,
    **QUOTE,
    **dict.fromkeys(("bid_qty", "ask_qty", "implied_volatility", "delta", "gamma", "theta", "vega"), NUMBER),
}
"""With Greeks."""

TRIGGER = {
    **dict.fromkeys(("trigger_id", "trigger_type", "status", "symbol", "exchange", "created_at", "updated_at"), str),
    "trigger_prices": [NUMBER],
    "last_price": NUMBER,
    "legs": [dict.fromkeys(("action", "pricetype", "product"), str) | {"price": NUMBER, "quantity": NUMBER}],
    "expires_at": TEXT_OR_NONE,
}

QUEUED = {"status": str, "message": str, "mode": str, "pending_order_id": int}
HTTP_ERROR = {"status": str, "message": str, "code": int, "error_type": str}
"""The client's own, for every status but 200."""
TRIGGER_ERROR = {"status": str, "message": str, "code": int}
"""The same from its methods for triggers."""

LIVE: dict[str, Shape] = {
    "placeorder": OK | {"orderid": str},
    "placesmartorder": OK | {"orderid": str},
    "basketorder": OK | {"results": [ITEM]},
    "splitorder": OK | {"total_quantity": NUMBER, "split_size": int, "results": [CHILD]},
    "optionsorder": OK
    | dict.fromkeys(("orderid", "symbol", "exchange", "underlying", "offset", "option_type"), str)
    | {"underlying_ltp": NUMBER},
    "optionsmultiorder": OK
    | {"underlying": str, "underlying_ltp": NUMBER, "results": [{"leg": int} | dict.fromkeys(OPTION_LEG, str)]},
    "modifyorder": OK | {"orderid": str},
    "cancelorder": OK | {"orderid": str},
    "cancelallorder": OK | {"canceled_orders": [str], "failed_cancellations": [str], "message": str},
    "closeposition": OK | {"message": str},
    # Ours: the price it was filled at.
    "orderstatus": OK | {"data": ORDER | {"average_price": NUMBER}},
    "openposition": OK | {"quantity": NUMBER},
    "orderbook": OK | {"data": {"orders": [ORDER], "statistics": STATISTICS}},
    "tradebook": OK | {"data": [TRADE]},
    "positionbook": OK | {"data": [POSITION]},
    "holdings": OK | {"data": {"holdings": [HOLDING], "statistics": WORTH}},
    "funds": OK | {"data": dict.fromkeys(MONEY, str)},
    "analyzerstatus": OK | {"data": ANALYZER},
    "analyzertoggle": OK | {"data": ANALYZER | {"message": str}},
    "margin": OK | {"data": dict.fromkeys(("total_margin_required", "span_margin", "exposure_margin"), NUMBER)},
    "quotes": OK | {"data": QUOTE},
    "multiquotes": OK | {"results": [{"symbol": str, "exchange": str, "data": QUOTE}]},
    "depth": OK
    | {
        "data": PRICES
        | dict.fromkeys(("ltq", "totalbuyqty", "totalsellqty"), NUMBER)
        | {"asks": [LEVEL], "bids": [LEVEL]}
    },
    # Ours: the `note` with the date of the contract table.
    "symbol": OK | {"data": INSTRUMENT | {"id": int}, "note": str},
    "search": OK | {"message": str, "data": [INSTRUMENT], "note": str},
    "expiry": OK | {"message": str, "data": [str], "note": str},
    "optionsymbol": OK
    | {
        "symbol": str,
        "exchange": str,
        "lotsize": int,
        "tick_size": NUMBER,
        "freeze_qty": int,
        "underlying_ltp": NUMBER,
    },
    "optionchain": OK
    | dict.fromkeys(("underlying", "underlying_symbol", "underlying_exchange", "expiry_date"), str)
    | dict.fromkeys(("underlying_ltp", "underlying_prev_close", "atm_strike", "forward_price"), NUMBER)
    | {"expiry_ts": int, "server_ts": int, "quotes_included": bool, "greeks_included": bool}
    | {"chain": [{"strike": NUMBER, "ce": SIDE, "pe": SIDE}]},
    "syntheticfuture": OK
    | {"underlying": str, "underlying_ltp": NUMBER, "expiry": str}
    | dict.fromkeys(("atm_strike", "synthetic_future_price"), NUMBER),
    "optiongreeks": OK
    | dict.fromkeys(("symbol", "exchange", "underlying", "option_type", "expiry_date"), str)
    | dict.fromkeys(("strike", "days_to_expiry", "spot_price", "option_price", "interest_rate"), NUMBER)
    | {"implied_volatility": NUMBER}
    | {"greeks": dict.fromkeys(("delta", "gamma", "theta", "vega", "rho"), NUMBER)},
    "intervals": OK | {"data": {name: [str] for name in ("months", "weeks", "days", "hours", "minutes", "seconds")}},
    # Ours: whether every holiday of the year is known.
    "holidays": OK
    | {"year": int, "timezone": str, "complete": bool}
    | {
        "data": [
            dict.fromkeys(("date", "description", "holiday_type"), str)
            | {"closed_exchanges": [str], "open_exchanges": [SESSION]}
        ]
    },
    "timings": OK | {"data": [SESSION]},
    **dict.fromkeys(("placegttorder", "modifygttorder", "cancelgttorder"), OK | {"trigger_id": str}),
    "gttorderbook": OK | {"data": [TRIGGER]},
}
"""Of a live account in auto mode, or of one whose order was approved."""

IN_BATCH = {"batch_order": bool, "is_last_order": bool}
MODE = {"mode": str}
SANDBOX: dict[str, Shape] = LIVE | {
    "placeorder": LIVE["placeorder"] | MODE,
    "placesmartorder": LIVE["placesmartorder"] | MODE,
    "basketorder": OK | {"results": [ITEM | IN_BATCH]} | MODE,
    "splitorder": LIVE["splitorder"] | MODE,
    "optionsorder": LIVE["optionsorder"] | MODE,
    "optionsmultiorder": LIVE["optionsmultiorder"] | MODE,
    "modifyorder": LIVE["modifyorder"] | MODE | {"message": str},
    "cancelorder": LIVE["cancelorder"] | MODE | {"message": str},
    "cancelallorder": LIVE["cancelallorder"] | MODE,
    "closeposition": OK | {"closed_positions": int, "failed_closures": int, "message": str} | MODE,
    # Ours: `pricetype` here too, and why it was rejected.
    "orderstatus": OK | {"data": ORDER_SANDBOX} | MODE,
    "openposition": LIVE["openposition"] | MODE,
    "orderbook": OK
    | {"data": {"orders": [ORDER_SANDBOX], "statistics": STATISTICS | {"total_trigger_pending_orders": int}}}
    | MODE,
    "tradebook": OK | {"data": [TRADE | {"tradeid": str, "price": NUMBER, "strategy": str}]} | MODE,
    "positionbook": OK | {"data": [POSITION_SANDBOX]} | TOTALS | MODE,
    "holdings": OK | {"data": {"holdings": [HOLDING_SANDBOX], "statistics": WORTH}} | MODE,
    "funds": OK | {"data": FUNDS_SANDBOX} | MODE,
    **dict.fromkeys(("placegttorder", "modifygttorder", "cancelgttorder"), OK | {"trigger_id": str} | MODE),
    "gttorderbook": OK | {"data": [TRIGGER | {"strategy": str, "margin_blocked": NUMBER}]} | MODE,
}
"""The same in the sandbox."""
SHAPES = {TradingMode.LIVE: LIVE, TradingMode.SANDBOX: SANDBOX}

NOT_OURS: Mapping[str, str] = {
    "history": "answered as a table, not as JSON; see tests/webhook/market/test_history.py",
    "interval": "the old name of intervals, with another shape",
    "instruments": "answered as a table, not as JSON; see test_openalgo_data.py",
    "telegram": "answered without an order; see tests/webhook/messages",
    "whatsapp": "there is no WhatsApp here",
    "close": "it closes the client's own connection",
    **{
        f"strategy{what}": "strategies run at their owner's, not here"
        for what in ("list", "start", "stop", "status", "runs", "events", "orders", "closeall", "closeleg")
    },
}
"""Methods without an endpoint of ours, beside the WebSocket feed, and why."""


def mismatches(shape: Shape, value: object, place: str = "") -> list[str]:
    """Where an answer is not of this shape."""
    if isinstance(shape, Mapping):
        if not isinstance(value, Mapping) or value.keys() != shape.keys():
            found = sorted(value) if isinstance(value, Mapping) else value
            return [f"{place}: {found} instead of {sorted(shape)}"]
        return [wrong for name in shape for wrong in mismatches(shape[name], value[name], f"{place}.{name}")]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{place}: {value!r} is no list"]
        return [
            wrong for number, one in enumerate(value) for wrong in mismatches(shape[0], one, f"{place}[{number}]")
        ]
    is_right = isinstance(value, shape) and (shape is bool or not isinstance(value, bool))
    return [] if is_right else [f"{place}: {value!r} is not {shape}"]
