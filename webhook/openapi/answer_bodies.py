"""What each endpoint answers when all is well: every field, live and in the sandbox, in one table.

A field more in an answer is a line more here; a test holds what the program really answers against it.
"""

from collections.abc import Mapping

from core.accounts import TradingMode
from core.orders.gtt import GttStatus
from core.orders.order import Action, ApiType, PriceType, Product
from core.orders.states import BrokerStatus, QueueStatus
from webhook.fields.json_schema import Schema, words
from webhook.openapi.answer_schemas import Many, Maybe, Shape, moded, modeless
from webhook.openapi.market_bodies import MARKET
from webhook.openapi.value_kinds import FLAG, NUMBER, STAMP, TEXT, WHEN, WHOLE, nullable, words_in

ACTION, PRODUCT, PRICETYPE = words_in(Action), words_in(Product), words_in(PriceType)
AMOUNT: Schema = {"type": "string", "pattern": r"^-?\d+\.\d\d$"}
ORDER_STATUS = words(("open", "trigger pending", "complete", "rejected", "cancelled"))

ORDER = Shape(
    {
        "action": ACTION,
        "exchange": TEXT,
        "order_status": ORDER_STATUS,
        "orderid": TEXT,
        "price": NUMBER,
        "pricetype": PRICETYPE,
        "product": PRODUCT,
        "quantity": NUMBER,
        "symbol": TEXT,
        "timestamp": STAMP,
        "trigger_price": NUMBER,
    },
    in_sandbox={
        "average_price": NUMBER,
        "filled_quantity": NUMBER,
        "pending_quantity": NUMBER,
        "rejection_reason": TEXT,
        "strategy": TEXT,
    },
)
ORDER_ASKED_ABOUT = Shape({**ORDER.always, "average_price": NUMBER}, ORDER.in_sandbox)
ORDER_STATISTICS = Shape(
    {
        "total_buy_orders": WHOLE,
        "total_sell_orders": WHOLE,
        "total_completed_orders": WHOLE,
        "total_open_orders": WHOLE,
        "total_rejected_orders": WHOLE,
    },
    in_sandbox={"total_trigger_pending_orders": WHOLE},
)
TRADE = Shape(
    {
        "action": ACTION,
        "average_price": NUMBER,
        "exchange": TEXT,
        "orderid": TEXT,
        "product": PRODUCT,
        "quantity": NUMBER,
        "symbol": TEXT,
        "timestamp": STAMP,
        "trade_value": NUMBER,
    },
    in_sandbox={"tradeid": TEXT, "price": NUMBER, "strategy": TEXT},
)
POSITION = Shape(
    {
        "symbol": TEXT,
        "exchange": TEXT,
        "product": PRODUCT,
        "quantity": NUMBER,
        "average_price": NUMBER,
        "ltp": NUMBER,
        "pnl": NUMBER,
    },
    in_sandbox={
        "pnlpercent": NUMBER,
        "unrealized_pnl": NUMBER,
        "today_realized_pnl": NUMBER,
        "total_pnl_today": NUMBER,
        "lot_size": nullable(WHOLE),
    },
)
POSITION_TOTALS = {
    "total_pnl": NUMBER,
    "total_pnl_today": NUMBER,
    "total_today_realized_pnl": NUMBER,
    "total_unrealized_pnl": NUMBER,
}
HOLDING = Shape(
    {
        "symbol": TEXT,
        "exchange": TEXT,
        "quantity": NUMBER,
        "product": PRODUCT,
        "average_price": NUMBER,
        "pnl": NUMBER,
        "pnlpercent": NUMBER,
    },
    in_sandbox={"ltp": NUMBER, "current_value": NUMBER, "settlement_date": nullable(TEXT)},
)
HOLDING_STATISTICS = Shape(
    {
        "totalholdingvalue": NUMBER,
        "totalinvvalue": NUMBER,
        "totalprofitandloss": NUMBER,
        "totalpnlpercentage": NUMBER,
    }
)
_MONEY = ("availablecash", "collateral", "m2mrealized", "m2munrealized", "utiliseddebits")
FUNDS = Shape(
    dict.fromkeys(_MONEY, AMOUNT),
    in_sandbox={
        **dict.fromkeys(_MONEY, NUMBER),
        "grossexposure": NUMBER,
        "last_reset": nullable(TEXT),
        "reset_count": WHOLE,
        "today_realized_pnl": NUMBER,
        "total_realized_pnl": NUMBER,
        "totalpnl": NUMBER,
    },
)
TRIGGER_LEG = Shape(
    {"action": ACTION, "price": NUMBER, "pricetype": PRICETYPE, "product": PRODUCT, "quantity": NUMBER},
)
TRIGGER = Shape(
    {
        "trigger_id": TEXT,
        "trigger_type": words(("single", "two-leg")),
        "status": words(status.value for status in GttStatus if status is not GttStatus.TRIGGERING),
        "symbol": TEXT,
        "exchange": TEXT,
        "trigger_prices": Many(NUMBER),
        "last_price": NUMBER,
        "legs": Many(TRIGGER_LEG),
        "created_at": STAMP,
        "updated_at": STAMP,
        "expires_at": nullable(STAMP),
    },
    in_sandbox={"strategy": TEXT, "margin_blocked": NUMBER},
)
LEG = Shape(
    {
        "leg": WHOLE,
        "part": WHOLE,
        "exchange": TEXT,
        "symbol": TEXT,
        "action": ACTION,
        "quantity": NUMBER,
        "orderid": nullable(TEXT),
        "broker_status": words_in(BrokerStatus),
        "filled_quantity": NUMBER,
        "average_price": NUMBER,
        "message": nullable(TEXT),
    }
)
PENDING_ORDER = Shape(
    {
        "pending_order_id": WHOLE,
        "status": words_in(QueueStatus),
        "api_type": words_in(ApiType),
        "mode": words(mode.wire for mode in TradingMode),
        "created_at": WHEN,
        "expires_at": WHEN,
        "decided_at": nullable(WHEN),
        "decided_by": nullable(TEXT),
        "reason": nullable(TEXT),
        "broker_status": nullable(words_in(BrokerStatus)),
        "orders": Many(LEG),
    }
)
PENDING_PAGE = Shape(
    {
        "orders": Many(PENDING_ORDER),
        "next_cursor": nullable(TEXT),
        "statistics": Shape({"total": WHOLE, **{f"total_{status.value}": WHOLE for status in QueueStatus}}),
    }
)
MODES: Mapping[str, Schema] = {
    "analyze_mode": FLAG,
    "mode": words(mode.wire for mode in TradingMode),
    "total_logs": WHOLE,
}
FAILED_TO_CANCEL = Shape({"orderid": TEXT, "message": TEXT})

BODIES: Mapping[str, tuple[Schema, ...]] = {
    "orderstatus": moded({"data": ORDER_ASKED_ABOUT}),
    "openposition": moded({"quantity": NUMBER}),
    "orderbook": moded({"data": Shape({"orders": Many(ORDER), "statistics": ORDER_STATISTICS})}),
    "tradebook": moded({"data": Many(TRADE)}),
    "positionbook": moded({"data": Many(POSITION)}, in_sandbox=POSITION_TOTALS),
    "holdings": moded({"data": Shape({"holdings": Many(HOLDING), "statistics": HOLDING_STATISTICS})}),
    "funds": moded({"data": FUNDS}),
    "gttorderbook": moded({"data": Many(TRIGGER)}),
    "modifygttorder": moded({"trigger_id": TEXT}),
    "cancelgttorder": moded({"trigger_id": TEXT}),
    "modifyorder": moded({"orderid": TEXT}, in_sandbox={"message": TEXT}),
    "cancelorder": moded({"orderid": TEXT}, in_sandbox={"message": TEXT}),
    "cancelallorder": moded(
        {"canceled_orders": Many(TEXT), "failed_cancellations": Many(TEXT), "message": TEXT},
        in_sandbox={"failed_cancellations": Many(FAILED_TO_CANCEL)},
    ),
    "closeposition": moded(
        {"message": TEXT, "pending_order_id": Maybe(WHOLE)},
        in_sandbox={"closed_positions": Maybe(WHOLE), "failed_closures": Maybe(WHOLE)},
    ),
    "ping": modeless(data=Shape({"broker": TEXT, "message": TEXT})),
    "analyzer": modeless(data=Shape(MODES)),
    "analyzer/toggle": modeless(data=Shape({**MODES, "message": TEXT})),
    "pendingorder": modeless(data=PENDING_ORDER),
    "pendingorders": modeless(data=PENDING_PAGE),
    "withdraw": modeless(message=TEXT, data=PENDING_ORDER),
    **MARKET,
}
"""By endpoint; the live form before the sandbox's where they differ."""


def named_bodies() -> dict[str, Schema]:
    """Every form under a name of its own."""
    return {name: form for path, forms in BODIES.items() for name, form in zip(names_of(path), forms, strict=True)}


def names_of(path: str) -> tuple[str, ...]:
    """What an endpoint's forms are called."""
    name = "".join(word.capitalize() for word in path.split("/"))
    return (f"{name}Answer",) if len(BODIES[path]) == 1 else (f"{name}Live", f"{name}Sandbox")
