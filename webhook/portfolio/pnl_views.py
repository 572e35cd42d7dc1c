"""Tells the day's profit of each sandbox position."""

from typing_extensions import TypedDict

from core.errors import Invalid
from core.orders.order import Product
from webhook.fields.answer_types import Number
from webhook.portfolio import portfolio_json
from webhook.request.base_schemas import KeyedBody
from webhook.request.endpoint import Call, in_sandbox_only

SANDBOX_ONLY = "This endpoint is only available in sandbox/analyzer mode"


class SymbolProfit(TypedDict):
    """The day's profit of one position in rupees; `pnl` is what was taken today plus the open profit."""

    symbol: str
    exchange: str
    product: Product
    quantity: Number
    pnl: Number
    unrealized_pnl: Number
    today_realized_pnl: Number
    total_pnl_today: Number


class SymbolProfits(TypedDict):
    """The day's profit of every position, and the sums in rupees."""

    data: list[SymbolProfit]
    total_pnl: Number
    total_unrealized_pnl: Number
    total_today_realized_pnl: Number
    total_pnl_today: Number


@in_sandbox_only
async def pnl_symbols(call: Call[KeyedBody]) -> SymbolProfits:
    """POST /api/v1/pnl/symbols."""
    account = call.caller.account
    if not account.is_sandbox:
        raise Invalid(SANDBOX_ONLY)
    positions = await call.services.books.positions(account)
    book = portfolio_json.position_book(((found, None) for found in positions), sandbox=True)
    return {
        "data": [_profit(row) for row in book["data"]],
        "total_pnl": book["total_pnl"],
        "total_unrealized_pnl": book["total_unrealized_pnl"],
        "total_today_realized_pnl": book["total_today_realized_pnl"],
        "total_pnl_today": book["total_pnl_today"],
    }


def _profit(row: portfolio_json.OpenPosition) -> SymbolProfit:
    return {
        "symbol": row["symbol"],
        "exchange": row["exchange"],
        "product": row["product"],
        "quantity": row["quantity"],
        "pnl": row["pnl"],
        "unrealized_pnl": row["unrealized_pnl"],
        "today_realized_pnl": row["today_realized_pnl"],
        "total_pnl_today": row["total_pnl_today"],
    }
