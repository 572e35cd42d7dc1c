"""Turns rows of orders and legs into core's types."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from core.accounts import OrderMode, TradingMode
from core.ids import (
    AccountId,
    BrokerOrderId,
    ClientOrderId,
    LegId,
    OrderId,
    UserId,
)
from core.orders.bounds import parse_bounds
from core.orders.intents import parse_intent
from core.orders.order import Action, ApiType, Leg, LegTerms, Order, PriceType, Product
from core.orders.states import BrokerStatus, QueueStatus
from core.ports import WatchedLeg

T = TypeVar("T", OrderMode, TradingMode)
_TERMS = ("exchange", "symbol", "quantity", "price", "trigger_price", "disclosed_quantity")
_LEG = ("filled_quantity", "average_price", "message", "sent_at", "updated_at", "attempts", "asked_at")
_WATCHED = ("created_at", "sent_at", "broker_order_id", "filled_quantity", "average_price", "message")
_ORDER = (
    "strategy",
    "version",
    "created_at",
    "expires_at",
    "approved_at",
    "approved_by",
    "execute_by",
    "rejected_at",
    "rejected_by",
    "rejected_reason",
    "closed_at",
    "notice",
    "outage",
    "stopped",
    "note",
    "asked",
    "checked",
)


def _mode(words: type[T], text: str) -> T | str:
    return words(text) if text in set(words) else text


def to_terms(row: Mapping[Any, Any]) -> LegTerms:
    """The terms out of the row of a leg or a paper order."""
    return LegTerms(
        action=Action(row["action"]),
        pricetype=PriceType(row["pricetype"]),
        product=Product(row["product"]),
        **{name: row[name] for name in _TERMS},
    )


def from_terms(terms: LegTerms) -> dict[str, object]:
    """The columns that store these terms."""
    return {
        "action": str(terms.action),
        "pricetype": str(terms.pricetype),
        "product": str(terms.product),
        "exchange": terms.exchange,
        "symbol": terms.symbol,
        "quantity": terms.quantity,
        "price": terms.price,
        "trigger_price": terms.trigger_price,
        "disclosed_quantity": terms.disclosed_quantity,
    }


def to_leg(row: Mapping[Any, Any]) -> Leg:
    """A leg out of its row."""
    return Leg(
        id=LegId(row["id"]),
        number=row["number"],
        part=row["part"],
        terms=to_terms(row),
        broker_status=BrokerStatus(row["broker_status"]),
        client_order_id=ClientOrderId(row["client_order_id"]),
        broker_order_id=_optional(BrokerOrderId, row["broker_order_id"]),
        candidates=tuple(parse_ids(row["candidates"])),
        known_before=frozenset(parse_ids(row["known_before"])),
        **{name: row[name] for name in _LEG},
    )


def parse_ids(text: str | None) -> Sequence[BrokerOrderId]:
    """The broker's order numbers out of their column."""
    return [BrokerOrderId(one) for one in json.loads(text)] if text else ()


def dump_ids(ids: Iterable[BrokerOrderId]) -> str | None:
    """The broker's order numbers as their column stores them."""
    found = sorted(ids)
    return json.dumps(found) if found else None


def to_order(row: Mapping[Any, Any], legs: Iterable[Leg]) -> Order:
    """An order out of its row and its legs."""
    return Order(
        id=OrderId(row["id"]),
        account_id=AccountId(row["account_id"]),
        api_type=ApiType(row["api_type"]),
        order_mode=OrderMode(row["order_mode"]),
        trading_mode=TradingMode(row["trading_mode"]),
        status=QueueStatus(row["status"]),
        legs=tuple(legs),
        broker_status=_optional(BrokerStatus, row["broker_status"]),
        approved_by_id=_optional(UserId, row["approved_by_id"]),
        rejected_by_id=_optional(UserId, row["rejected_by_id"]),
        intent=_optional(parse_intent, row["intent"]),
        facts=json.loads(row["facts"] or "{}"),
        bounds=_optional(parse_bounds, row["bounds"]),
        signal_prices=json.loads(row["signal_prices"] or "{}"),
        **{name: row[name] for name in _ORDER},
    )


def _optional(kind: Any, value: Any) -> Any:
    return None if value is None else kind(value)


def to_watched_leg(row: Mapping[Any, Any]) -> WatchedLeg:
    """What is recorded of a leg, out of a row of it and of its order."""
    return WatchedLeg(
        order_id=OrderId(row["order_id"]),
        account_id=AccountId(row["account_id"]),
        trading_mode=TradingMode(row["trading_mode"]),
        api_type=ApiType(row["api_type"]),
        broker_status=BrokerStatus(row["broker_status"]),
        **{name: row[name] for name in _WATCHED},
    )
