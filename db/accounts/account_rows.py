"""Rows of accounts, keys and approvers as core types."""

from collections.abc import Mapping
from typing import Any

from core.accounts import Account, ApiKey, Approver, OrderMode, Pause, Role, TradingMode
from core.ids import (
    AccountId,
    ApiKeyId,
    ApproverId,
    ChatId,
    UserId,
)
from db.orders.mappers import _mode


def to_account(row: Mapping[Any, Any]) -> Account:
    """The modes stay as text when they are not ones we know; the router refuses such an account."""
    return Account(
        AccountId(row["id"]),
        row["name"],
        row["broker"],
        _mode(OrderMode, row["order_mode"]),
        _mode(TradingMode, row["trading_mode"]),
        row["enabled"],
        row["created_at"],
        row["limited"],
        None if row["paused_at"] is None else Pause(row["paused_by"] or "", row["paused_at"]),
    )


def to_api_key(row: Mapping[Any, Any]) -> ApiKey:
    """An API key out of its row."""
    return ApiKey(
        ApiKeyId(row["id"]),
        AccountId(row["account_id"]),
        row["label"],
        row["created_at"],
        row["revoked_at"],
        row["works_until"],
        row["last_used_at"],
    )


def to_approver(row: Mapping[Any, Any]) -> Approver:
    """An approver out of their row."""
    return Approver(
        ApproverId(row["id"]),
        AccountId(row["account_id"]),
        UserId(row["user_id"]),
        ChatId(row["chat_id"]),
        row["name"],
        Role(row["role"]),
        row["linked_at"],
        row["unreachable_since"],
        row["unreachable_why"] or "",
    )


def changeable_columns(account: Account) -> dict[str, object]:
    """What may be changed of an account, as columns."""
    return {
        "broker": account.broker,
        "order_mode": str(account.order_mode),
        "trading_mode": str(account.trading_mode),
        "enabled": account.enabled,
        "paused_at": account.pause and account.pause.at,
        "paused_by": account.pause and account.pause.by,
    }
