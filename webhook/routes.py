"""The route table of /api/v1."""

from typing import Any

from webhook import schemas
from webhook.endpoint import Complaining, Endpoint, Once
from webhook.views import account, actions, books, orders, pending

_TEXT, _OBJECT = Complaining.AS_TEXT, Complaining.AS_OBJECT

ENDPOINTS: tuple[Endpoint[Any], ...] = (
    orders.PLACE_ORDER.endpoint(),
    Endpoint("/api/v1/modifyorder", schemas.ModifyOrder, actions.modify_order, _TEXT, Once.THE_DOOR),
    Endpoint("/api/v1/cancelorder", schemas.CancelOrder, actions.cancel_order, _TEXT, Once.THE_DOOR),
    Endpoint("/api/v1/cancelallorder", schemas.StrategyBody, actions.cancel_all_orders, _TEXT, Once.THE_DOOR),
    Endpoint("/api/v1/closeposition", schemas.StrategyBody, actions.close_position, _TEXT, Once.THE_DOOR),
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
)
