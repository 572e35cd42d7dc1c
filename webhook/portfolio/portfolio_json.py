"""Positions, holdings and funds as OpenAlgo's JSON objects: pure functions."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Generic, NotRequired, TypeVar

from typing_extensions import TypedDict

from core.market.price_decimals import told_average
from core.money import ZERO, as_json_money, as_json_number
from core.orders.order import Product
from core.portfolio.positions import Funds, Holding, Position
from webhook.fields.answer_types import Number, Sandbox
from webhook.fields.json_values import percent, stamp

T = TypeVar("T")


class OpenPosition(TypedDict):
    """A line of the position book, in rupees; `pnl` is the profit taken today plus the open profit."""

    symbol: str
    exchange: str
    product: Product
    quantity: Number
    average_price: Number
    ltp: Number
    pnl: Number
    pnlpercent: NotRequired[Sandbox[Number]]
    unrealized_pnl: NotRequired[Sandbox[Number]]
    today_realized_pnl: NotRequired[Sandbox[Number]]
    total_pnl_today: NotRequired[Sandbox[Number]]
    lot_size: NotRequired[Sandbox[int | None]]


class PositionBook(TypedDict):
    """Every position; the sandbox adds their profits in rupees."""

    data: list[OpenPosition]
    total_pnl: NotRequired[Sandbox[Number]]
    total_pnl_today: NotRequired[Sandbox[Number]]
    total_today_realized_pnl: NotRequired[Sandbox[Number]]
    total_unrealized_pnl: NotRequired[Sandbox[Number]]


class HeldShare(TypedDict):
    """Delivered shares of one instrument; amounts are rupees, `pnl` is the open profit."""

    symbol: str
    exchange: str
    quantity: Number
    product: Product
    average_price: Number
    pnl: Number
    pnlpercent: Number
    ltp: NotRequired[Sandbox[Number]]
    current_value: NotRequired[Sandbox[Number]]
    settlement_date: NotRequired[Sandbox[str | None]]


class HoldingStatistics(TypedDict):
    """Sums of all holdings in rupees: their value now, their cost, and the profit."""

    totalholdingvalue: Number
    totalinvvalue: Number
    totalprofitandloss: Number
    totalpnlpercentage: Number


class Holdings(TypedDict):
    """Every holding, and the sums."""

    holdings: list[HeldShare]
    statistics: HoldingStatistics


class Money(TypedDict, Generic[T]):
    """An account's funds in rupees; `T` is a number, or text with two decimals."""

    availablecash: T
    collateral: T
    m2mrealized: T
    m2munrealized: T
    utiliseddebits: T


class SandboxMoney(Money[T], Generic[T]):
    """The funds of a sandbox account in rupees; profits are before charges."""

    grossexposure: T
    last_reset: str | None
    reset_count: int
    today_realized_pnl: T
    total_realized_pnl: T
    totalpnl: T


def position_book(positions: Iterable[tuple[Position, int | None]], sandbox: bool) -> PositionBook:
    """The positions as OpenAlgo's JSON; each comes with its lot size, None when that is not known."""
    found = list(positions)
    book: PositionBook = {"data": [_position(one, sandbox, lot) for one, lot in found]}
    if not sandbox:
        return book
    realised = sum((one.realised_today for one, _ in found), ZERO)
    unrealised = sum((one.unrealised for one, _ in found), ZERO)
    total = as_json_money(realised + unrealised)
    return {
        **book,
        "total_pnl": total,
        "total_pnl_today": total,
        "total_today_realized_pnl": as_json_money(realised),
        "total_unrealized_pnl": as_json_money(unrealised),
    }


def _position(found: Position, sandbox: bool, lot: int | None) -> OpenPosition:
    total = as_json_money(found.realised_today + found.unrealised)
    body: OpenPosition = {
        "symbol": found.symbol,
        "exchange": found.exchange,
        "product": found.product,
        "quantity": as_json_number(found.quantity),
        "average_price": as_json_number(told_average(found.average_price, found.exchange)),
        "ltp": as_json_number(found.ltp),
        "pnl": total,
    }
    if not sandbox:
        return body
    return {
        **body,
        "pnlpercent": percent(found.unrealised, abs(found.average_price * found.quantity)),
        "unrealized_pnl": as_json_money(found.unrealised),
        "today_realized_pnl": as_json_money(found.realised_today),
        "total_pnl_today": total,
        "lot_size": lot,
    }


def holdings(found: Sequence[Holding], sandbox: bool) -> Holdings:
    """The holdings as OpenAlgo's JSON, with their sums."""
    invested = sum((_invested(one) for one in found), ZERO)
    worth = sum((_worth(one) for one in found), ZERO)
    statistics: HoldingStatistics = {
        "totalholdingvalue": as_json_money(worth),
        "totalinvvalue": as_json_money(invested),
        "totalprofitandloss": as_json_money(worth - invested),
        "totalpnlpercentage": percent(worth - invested, invested),
    }
    return {"holdings": [_holding(one, sandbox) for one in found], "statistics": statistics}


def _invested(found: Holding) -> Decimal:
    return found.average_price * found.quantity


def _worth(found: Holding) -> Decimal:
    # Without a price it is worth what it cost.
    return found.ltp * found.quantity if found.ltp else _invested(found)


def _holding(found: Holding, sandbox: bool) -> HeldShare:
    gain = _worth(found) - _invested(found)
    body: HeldShare = {
        "symbol": found.symbol,
        "exchange": found.exchange,
        "quantity": as_json_number(found.quantity),
        "product": Product.CNC,
        "average_price": as_json_number(told_average(found.average_price, found.exchange)),
        "pnl": as_json_money(gain),
        "pnlpercent": percent(gain, _invested(found)),
    }
    if sandbox:
        body["ltp"] = as_json_number(found.ltp)
        body["current_value"] = as_json_money(_worth(found))
        body["settlement_date"] = found.settled_on.isoformat() if found.settled_on else None
    return body


def live_funds(found: Funds) -> Money[str]:
    """A live account's funds as OpenAlgo's JSON: text with two decimals."""
    return _money(found, "{:.2f}".format)


def sandbox_funds(found: Funds) -> SandboxMoney[int | float]:
    """A sandbox account's funds as OpenAlgo's JSON: numbers."""
    paper = found.paper
    total = paper.realised_total if paper else found.realised
    return {
        **_money(found, as_json_money),
        "grossexposure": as_json_money(paper.gross_exposure if paper else found.used),
        "last_reset": stamp(paper.last_reset) if paper and paper.last_reset else None,
        "reset_count": paper.reset_count if paper else 0,
        "today_realized_pnl": as_json_money(found.realised),
        "total_realized_pnl": as_json_money(total),
        "totalpnl": as_json_money(total + found.unrealised),
    }


def _money(found: Funds, show: Callable[[Decimal], T]) -> Money[T]:
    return {
        "availablecash": show(found.available),
        "collateral": show(found.collateral),
        "m2mrealized": show(found.realised),
        "m2munrealized": show(found.unrealised),
        "utiliseddebits": show(found.used),
    }
