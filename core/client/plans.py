"""What a client is asked to confirm: exactly what will be done, and nothing else, as it is stored until the tap."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.accounts import TradingMode
from core.errors import NotFound
from core.ids import AccountId, BrokerOrderId, OrderId
from core.orders.gtt import Gtt, parse_gtt
from core.orders.intents import parse_terms
from core.orders.order import LegTerms

Terms = LegTerms | Gtt


@dataclass(frozen=True, slots=True)
class Target:
    """An order at the broker, or a trigger; `order_id` is ours when it came through Countersign."""

    broker_order_id: BrokerOrderId
    is_gtt: bool = False
    order_id: OrderId | None = None


@dataclass(frozen=True, slots=True)
class ClosePlan:
    """Market orders that close positions."""

    account_id: AccountId
    trading_mode: TradingMode
    legs: tuple[LegTerms, ...]


@dataclass(frozen=True, slots=True)
class CancelPlan:
    """Orders and triggers to cancel."""

    account_id: AccountId
    trading_mode: TradingMode
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """New terms for one order or trigger that still has the terms `was`."""

    account_id: AccountId
    trading_mode: TradingMode
    target: Target
    was: Terms
    becomes: Terms


Plan = ClosePlan | CancelPlan | ChangePlan


def dump_plan(plan: Plan) -> str:
    """The plan as text; decimals and moments are text in it."""
    return json.dumps({"kind": type(plan).__name__, **asdict(plan)}, separators=(",", ":"), default=str)


def parse_plan(text: str) -> Plan:
    """The plan from its text. Raises NotFound for what is none."""
    try:
        fields = json.loads(text)
        return _KINDS[fields["kind"]](AccountId(fields["account_id"]), TradingMode(fields["trading_mode"]), fields)
    except (ValueError, KeyError, TypeError, ArithmeticError):
        raise NotFound("This question cannot be read any more.") from None


def _close(account_id: AccountId, mode: TradingMode, fields: Mapping[str, Any]) -> Plan:
    return ClosePlan(account_id, mode, tuple(parse_terms(leg) for leg in fields["legs"]))


def _cancel(account_id: AccountId, mode: TradingMode, fields: Mapping[str, Any]) -> Plan:
    return CancelPlan(account_id, mode, tuple(Target(**one) for one in fields["targets"]))


def _change(account_id: AccountId, mode: TradingMode, fields: Mapping[str, Any]) -> Plan:
    target = Target(**fields["target"])
    read: Callable[[dict[str, Any]], Terms] = parse_gtt if target.is_gtt else parse_terms
    return ChangePlan(account_id, mode, target, read(fields["was"]), read(fields["becomes"]))


_KINDS: Mapping[str, Callable[[AccountId, TradingMode, Mapping[str, Any]], Plan]] = {
    ClosePlan.__name__: _close,
    CancelPlan.__name__: _cancel,
    ChangePlan.__name__: _change,
}
