"""The route table of /api/v1."""

from typing import Any

from webhook import gtt_schemas, order_list_schemas, schemas
from webhook.endpoint import Complaining, Endpoint, Once
from webhook.market_routes import MARKET_ENDPOINTS
from webhook.views import account, actions, books, composite, gtts, orders, pending

_TEXT, _OBJECT = Complaining.AS_TEXT, Complaining.AS_OBJECT

ENDPOINTS: tuple[Endpoint[Any], ...] = (
    orders.PLACE_ORDER.endpoint(),
    composite.SMART_ORDER.endpoint(),
    composite.BASKET_ORDER.endpoint(),
    composite.SPLIT_ORDER.endpoint(),
    composite.OPTIONS_ORDER.endpoint(),
    composite.OPTIONS_MULTI_ORDER.endpoint(),
    Endpoint("/api/v1/modifyorder", schemas.ModifyOrder, actions.modify_order, _TEXT, Once.THE_DOOR),
    Endpoint("/api/v1/cancelorder", schemas.CancelOrder, actions.cancel_order, _TEXT, Once.THE_DOOR),
    Endpoint("/api/v1/cancelallorder", schemas.StrategyBody, actions.cancel_all_orders, _TEXT, Once.THE_DOOR),
    Endpoint("/api/v1/closeposition", schemas.StrategyBody, actions.close_position, _TEXT, Once.THE_DOOR),
    gtts.PLACE_GTT_ORDER.endpoint(),
    Endpoint("/api/v1/modifygttorder", gtt_schemas.ModifyGttOrder, gtts.modify_gtt_order, _TEXT, Once.THE_DOOR),
    Endpoint("/api/v1/cancelgttorder", gtt_schemas.CancelGttOrder, gtts.cancel_gtt_order, _TEXT, Once.THE_DOOR),
    Endpoint("/api/v1/gttorderbook", gtt_schemas.GttOrderBook, gtts.gtt_order_book, _OBJECT),
    Endpoint("/api/v1/orderstatus", schemas.OrderStatus, books.order_status, _TEXT),
    Endpoint("/api/v1/openposition", schemas.OpenPosition, books.open_position, _TEXT),
    Endpoint("/api/v1/orderbook", schemas.KeyedBody, books.order_book, _OBJECT),
    Endpoint("/api/v1/tradebook", schemas.KeyedBody, books.trade_book, _OBJECT),
    Endpoint("/api/v1/positionbook", schemas.KeyedBody, books.position_book, _OBJECT),
    Endpoint("/api/v1/holdings", schemas.KeyedBody, books.holdings, _OBJECT),
    Endpoint("/api/v1/funds", schemas.KeyedBody, books.funds, _OBJECT),
    Endpoint("/api/v1/analyzer", schemas.KeyedBody, account.analyzer, _TEXT),
    Endpoint("/api/v1/analyzer/toggle", schemas.AnalyzerToggle, account.toggle_analyzer, _TEXT),
    Endpoint("/api/v1/ping", schemas.KeyedBody, account.ping, _OBJECT),
    Endpoint("/api/v1/pendingorder", schemas.PendingOrder, pending.pending_order, _OBJECT),
    Endpoint("/api/v1/pendingorders", order_list_schemas.PendingOrders, pending.pending_orders, _OBJECT),
    Endpoint("/api/v1/withdraw", order_list_schemas.Withdrawal, pending.withdraw, _OBJECT, Once.THE_DOOR),
    *MARKET_ENDPOINTS,
)
