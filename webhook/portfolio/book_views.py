"""Reads an account at its broker: orders, trades, positions, holdings and funds."""

from typing_extensions import TypedDict

from core.money import as_json_number
from webhook.fields.answer_types import Number, TwoDecimals
from webhook.orders.action_views import order_named
from webhook.orders.single_schemas import OpenPosition, OrderStatus
from webhook.portfolio import book_json, portfolio_json
from webhook.portfolio.book_json import BookedOrder, BookedTrade, OrderBook, PricedOrder
from webhook.portfolio.portfolio_json import Holdings, Money, PositionBook, SandboxMoney
from webhook.request.base_schemas import KeyedBody
from webhook.request.endpoint import Call, telling_mode
from webhook.request.replies import Data


class NetQuantity(TypedDict):
    """The net quantity held of one instrument and product; negative is short, 0 is flat."""

    quantity: Number


@telling_mode
async def order_status(call: Call[OrderStatus]) -> Data[PricedOrder]:
    """POST /api/v1/orderstatus."""
    account = call.caller.account
    with order_named(call.body.orderid) as orderid:
        found = await call.services.books.order(account, orderid)
    return {"data": book_json.priced_order(found, account.is_sandbox)}


@telling_mode
async def order_book(call: Call[KeyedBody]) -> Data[OrderBook[BookedOrder]] | Data[OrderBook[PricedOrder]]:
    """POST /api/v1/orderbook."""
    account = call.caller.account
    orders = await call.services.books.orders(account)
    if account.is_sandbox:
        return {"data": book_json.sandbox_order_book(orders)}
    return {"data": book_json.live_order_book(orders)}


@telling_mode
async def trade_book(call: Call[KeyedBody]) -> Data[list[BookedTrade]]:
    """POST /api/v1/tradebook; the sandbox's begins with the newest."""
    account = call.caller.account
    trades = await call.services.books.trades(account)
    in_turn = reversed(trades) if account.is_sandbox else trades
    return {"data": [book_json.trade(found, account.is_sandbox) for found in in_turn]}


@telling_mode
async def position_book(call: Call[KeyedBody]) -> PositionBook:
    """POST /api/v1/positionbook."""
    account, books = call.caller.account, call.services.books
    positions = await books.positions(account)
    with_lots = ((found, books.lot(account, found.exchange, found.symbol)) for found in positions)
    return portfolio_json.position_book(with_lots, account.is_sandbox)


@telling_mode
async def open_position(call: Call[OpenPosition]) -> NetQuantity:
    """POST /api/v1/openposition."""
    account, body = call.caller.account, call.body
    quantity = await call.services.books.open_quantity(account, body.exchange, body.symbol, body.product)
    return {"quantity": as_json_number(quantity)}


@telling_mode
async def holdings(call: Call[KeyedBody]) -> Data[Holdings]:
    """POST /api/v1/holdings."""
    account = call.caller.account
    return {"data": portfolio_json.holdings(await call.services.books.holdings(account), account.is_sandbox)}


@telling_mode
async def funds(call: Call[KeyedBody]) -> Data[Money[TwoDecimals]] | Data[SandboxMoney[Number]]:
    """POST /api/v1/funds."""
    account = call.caller.account
    found = await call.services.books.funds(account)
    if account.is_sandbox:
        return {"data": portfolio_json.sandbox_funds(found)}
    return {"data": portfolio_json.live_funds(found)}
