"""Judges whether a person may decide an order now, at the version they saw."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.accounts import Account, Approver, OrderMode, TradingMode
from core.ids import ChatId, MessageId, UserId
from core.orders.order import Order
from core.orders.states import QueueStatus


class Answer(StrEnum):
    """The result of pressing a button under a card."""

    APPROVED = "approved"
    REJECTED = "rejected"
    REASON_GIVEN = "reason given"
    NOT_LINKED = "not linked"
    ONLY_LOOKS = "only looks"
    ACCOUNT_DISABLED = "account disabled"
    ALREADY_DECIDED = "already decided"
    EXPIRED = "expired"
    CHANGED = "changed"
    REVISED = "revised"
    TERMS_CHANGED = "terms changed"
    NOT_CHANGED = "not changed"
    NOTHING_TO_DO = "nothing to do"
    MODE_CHANGED = "mode changed"
    FORGED = "forged"
    PAUSED = "paused"
    OVER_LIMIT = "over limit"
    UNREADY = "unready"


CLIENTS_OWN = "client"
"""The api_type of what the client does: a pause and limits hold back strategies, not the client."""
WITHOUT_AUTHORITY = frozenset({Answer.NOT_LINKED, Answer.ONLY_LOOKS, Answer.FORGED})


@dataclass(frozen=True, slots=True)
class Presser:
    """Who pressed, and on which message."""

    user_id: UserId
    name: str
    chat_id: ChatId
    message_id: MessageId


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a press, with the order as it stands now; None when the presser may not see it."""

    answer: Answer
    order: Order | None = None
    message: str = ""


def judge(order: Order, account: Account, approver: Approver | None, version: int, now: datetime) -> Answer | None:
    """Why this press may not decide the order, or None when it may."""
    if approver is None or approver.account_id != order.account_id:
        return Answer.NOT_LINKED
    if not approver.role.decides:
        return Answer.ONLY_LOOKS
    if order.status is QueueStatus.EXPIRED:
        return Answer.EXPIRED
    if order.status is not QueueStatus.PENDING:
        return Answer.ALREADY_DECIDED
    if now >= order.expires_at:
        return Answer.EXPIRED
    if version != order.version:
        return Answer.CHANGED
    if not account.enabled:
        return Answer.ACCOUNT_DISABLED
    return None


def judge_trading_mode(order: Order, account: Account) -> Answer | None:
    """Why an order may not be sent in the account's present modes.

    A sandbox order only ever goes to the sandbox, so it may be sent in any mode. A live order is not sent
    while its account trades in sandbox. A mode we cannot read sends nothing.
    """
    try:
        OrderMode(account.order_mode)
        trading_mode = TradingMode(account.trading_mode)
    except ValueError:
        return Answer.UNREADY
    if order.trading_mode is TradingMode.LIVE and trading_mode is not TradingMode.LIVE:
        return Answer.MODE_CHANGED
    return None
