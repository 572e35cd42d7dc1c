"""Reading an account: its orders, trades, positions, holdings and money."""

from core.accounts import Account
from core.money import as_json_number
from webhook.orders.action_views import order_named
from webhook.orders.single_schemas import OpenPosition, OrderStatus
from webhook.portfolio import book_json as shapes
from webhook.request.base_schemas import KeyedBody
from webhook.request.endpoint import Call
from webhook.request.replies import Reply, mode_of, reply


def _told(account: Account, data: object, **more: object) -> Reply:
    return reply({"status": "success", "data": data, **more, **mode_of(account)})


async def order_status(call: Call[OrderStatus]) -> Reply:
    """POST /api/v1/orderstatus."""
    account = call.caller.account
    with order_named(call.body.orderid) as orderid:
        found = await call.services.books.order(account, orderid)
    return _told(account, shapes.order_status(found, account.is_sandbox))


async def order_book(call: Call[KeyedBody]) -> Reply:
    """POST /api/v1/orderbook."""
    account = call.caller.account
    orders = await call.services.books.orders(account)
    rows = [shapes.order(found, account.is_sandbox) for found in orders]
    return _told(account, {"orders": rows, "statistics": shapes.order_statistics(orders, account.is_sandbox)})


async def trade_book(call: Call[KeyedBody]) -> Reply:
    """POST /api/v1/tradebook."""
    account = call.caller.account
    trades = await call.services.books.trades(account)
    return _told(account, [shapes.trade(found, account.is_sandbox) for found in trades])


async def position_book(call: Call[KeyedBody]) -> Reply:
    """POST /api/v1/positionbook."""
    account = call.caller.account
    positions = await call.services.books.positions(account)
    totals = shapes.position_totals(positions) if account.is_sandbox else {}
    lots = [call.services.books.lot(account, found.exchange, found.symbol) for found in positions]
    rows = [shapes.position(found, account.is_sandbox, lot) for found, lot in zip(positions, lots, strict=True)]
    return _told(account, rows, **totals)


async def open_position(call: Call[OpenPosition]) -> Reply:
    """POST /api/v1/openposition: the net quantity, 0 when flat."""
    account, body = call.caller.account, call.body
    quantity = await call.services.books.open_quantity(account, body.exchange, body.symbol, body.product)
    return reply({"status": "success", "quantity": as_json_number(quantity), **mode_of(account)})


async def holdings(call: Call[KeyedBody]) -> Reply:
    """POST /api/v1/holdings."""
    account = call.caller.account
    found = await call.services.books.holdings(account)
    rows = [shapes.holding(one, account.is_sandbox) for one in found]
    return _told(account, {"holdings": rows, "statistics": shapes.holding_statistics(found)})


async def funds(call: Call[KeyedBody]) -> Reply:
    """POST /api/v1/funds."""
    account = call.caller.account
    return _told(account, shapes.funds(await call.services.books.funds(account), account.is_sandbox))
