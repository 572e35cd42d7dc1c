"""The route table of /api/v1."""

from typing import Any

from webhook.gtt import schemas as gtt_schemas
from webhook.gtt import views as gtts
from webhook.market.routes import MARKET_ENDPOINTS
from webhook.messages.message_schemas import Notify
from webhook.messages.message_views import notify
from webhook.orders import action_views as actions
from webhook.orders import composite_views as composite
from webhook.orders import single_schemas as schemas
from webhook.orders import single_views as orders
from webhook.outcomes import list_schemas as order_list_schemas
from webhook.outcomes import pending_views as pending
from webhook.portfolio import account_views as account
from webhook.portfolio import book_views as books
from webhook.portfolio.pnl_views import pnl_symbols
from webhook.request.base_schemas import KeyedBody, StrategyBody
from webhook.request.endpoint import Endpoint, ErrorFormat, Idempotency

_TEXT, _OBJECT = ErrorFormat.TEXT, ErrorFormat.OBJECT

ENDPOINTS: tuple[Endpoint[Any], ...] = (
    orders.PLACE_ORDER.endpoint(),
    composite.SMART_ORDER.endpoint(),
    composite.BASKET_ORDER.endpoint(),
    composite.SPLIT_ORDER.endpoint(),
    composite.OPTIONS_ORDER.endpoint(),
    composite.OPTIONS_MULTI_ORDER.endpoint(),
    Endpoint("/api/v1/modifyorder", schemas.ModifyOrder, actions.modify_order, _TEXT, Idempotency.BY_REQUEST),
    Endpoint("/api/v1/cancelorder", schemas.CancelOrder, actions.cancel_order, _TEXT, Idempotency.BY_REQUEST),
    Endpoint("/api/v1/cancelallorder", StrategyBody, actions.cancel_all_orders, _TEXT, Idempotency.BY_REQUEST),
    Endpoint("/api/v1/closeposition", StrategyBody, actions.close_position, _TEXT, Idempotency.BY_REQUEST),
    gtts.PLACE_GTT_ORDER.endpoint(),
    Endpoint(
        "/api/v1/modifygttorder", gtt_schemas.ModifyGttOrder, gtts.modify_gtt_order, _TEXT, Idempotency.BY_REQUEST
    ),
    Endpoint(
        "/api/v1/cancelgttorder", gtt_schemas.CancelGttOrder, gtts.cancel_gtt_order, _TEXT, Idempotency.BY_REQUEST
    ),
    Endpoint("/api/v1/gttorderbook", gtt_schemas.GttOrderBook, gtts.gtt_order_book, _OBJECT),
    Endpoint("/api/v1/orderstatus", schemas.OrderStatus, books.order_status, _TEXT),
    Endpoint("/api/v1/openposition", schemas.OpenPosition, books.open_position, _TEXT),
    Endpoint("/api/v1/orderbook", KeyedBody, books.order_book, _OBJECT),
    Endpoint("/api/v1/tradebook", KeyedBody, books.trade_book, _OBJECT),
    Endpoint("/api/v1/positionbook", KeyedBody, books.position_book, _OBJECT),
    Endpoint("/api/v1/holdings", KeyedBody, books.holdings, _OBJECT),
    Endpoint("/api/v1/funds", KeyedBody, books.funds, _OBJECT),
    Endpoint("/api/v1/pnl/symbols", KeyedBody, pnl_symbols, _OBJECT),
    Endpoint("/api/v1/analyzer", KeyedBody, account.analyzer, _TEXT),
    Endpoint("/api/v1/analyzer/toggle", schemas.AnalyzerToggle, account.toggle_analyzer, _TEXT),
    Endpoint("/api/v1/ping", KeyedBody, account.ping, _OBJECT),
    Endpoint("/api/v1/telegram/notify", Notify, notify, _OBJECT),
    Endpoint("/api/v1/pendingorder", schemas.PendingOrder, pending.pending_order, _OBJECT),
    Endpoint("/api/v1/pendingorders", order_list_schemas.PendingOrders, pending.pending_orders, _OBJECT),
    Endpoint("/api/v1/withdraw", order_list_schemas.Withdrawal, pending.withdraw, _OBJECT, Idempotency.BY_REQUEST),
    *MARKET_ENDPOINTS,
)
