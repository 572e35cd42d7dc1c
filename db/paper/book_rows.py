"""Turns paper books into rows, and back."""

import json
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping

from core.ids import BrokerOrderId, ClientOrderId
from core.orders.order import Action, Product
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import Leverage, PaperHead, PaperOrder
from core.portfolio.positions import Holding, Position, Trade
from db.orders.mappers import from_terms, to_terms

_HEAD = (
    "capital",
    "realised",
    "realised_today",
    "charges",
    "charges_today",
    "last_order_number",
    "day",
    "last_reset",
    "reset_count",
)
_ORDER = (
    "placed_at",
    "updated_at",
    "filled_quantity",
    "average_price",
    "message",
    "strategy",
    "queued_at",
    "arrives_at",
    "reserve_price",
    "takes",
)
_TRADE = ("trade_id", "exchange", "symbol", "quantity", "price", "at", "strategy", "charges")
_POSITION = ("exchange", "symbol", "quantity", "average_price", "realised", "realised_today")
_HOLDING = ("exchange", "symbol", "quantity", "average_price", "settled_on")


def from_leverage(leverage: Leverage) -> str:
    """Leverage as JSON text."""
    return json.dumps({name: str(value) for name, value in asdict(leverage).items()})


def to_leverage(text: str) -> Leverage:
    """Leverage out of JSON text."""
    return Leverage(**{name: Decimal(value) for name, value in json.loads(text).items()})


def from_head(book: str, head: PaperHead, rules: str) -> dict[str, Any]:
    """The row of the book itself."""
    return {
        "book": book,
        "leverage": from_leverage(head.leverage),
        "journaled_rules": rules,
        **_taken(head, _HEAD),
    }


def to_head(row: RowMapping) -> PaperHead:
    """A book's money and settings out of its row."""
    return PaperHead(leverage=to_leverage(row["leverage"]), **_picked(row, _HEAD))


def from_order(book: str, order: PaperOrder) -> dict[str, Any]:
    """The row of an order."""
    return {
        "broker_order_id": order.broker_order_id,
        "book": book,
        "client_order_id": order.client_order_id,
        "status": order.status.value,
        **_taken(order, _ORDER),
        **from_terms(order.terms),
    }


def to_order(row: RowMapping) -> PaperOrder:
    """An order out of its row."""
    ours = row["client_order_id"]
    return PaperOrder(
        broker_order_id=BrokerOrderId(row["broker_order_id"]),
        client_order_id=None if ours is None else ClientOrderId(ours),
        terms=to_terms(row),
        status=BrokerStatus(row["status"]),
        **_picked(row, _ORDER),
    )


def from_trade(book: str, trade: Trade) -> dict[str, Any]:
    """The row of a fill."""
    return {
        "book": book,
        "broker_order_id": trade.broker_order_id,
        "action": trade.action.value,
        "product": trade.product.value,
        **_taken(trade, _TRADE),
    }


def to_trade(row: RowMapping) -> Trade:
    """A fill out of its row."""
    return Trade(
        broker_order_id=BrokerOrderId(row["broker_order_id"]),
        action=Action(row["action"]),
        product=Product(row["product"]),
        **_picked(row, _TRADE),
    )


def from_position(book: str, position: Position) -> dict[str, Any]:
    """The row of a position."""
    return {"book": book, "product": position.product.value, **_taken(position, _POSITION)}


def to_position(row: RowMapping) -> Position:
    """A position out of its row, without its last price."""
    return Position(product=Product(row["product"]), **_picked(row, _POSITION))


def from_holding(book: str, holding: Holding) -> dict[str, Any]:
    """The row of a holding."""
    return {"book": book, **_taken(holding, _HOLDING)}


def to_holding(row: RowMapping) -> Holding:
    """A holding out of its row, without its last price."""
    return Holding(**_picked(row, _HOLDING))


def _taken(thing: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def _picked(row: RowMapping, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names}
