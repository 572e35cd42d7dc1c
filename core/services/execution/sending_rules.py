"""Whether and until when an approved order may leave for its broker."""

from datetime import datetime, timedelta

from core.accounts import Account
from core.orders.decisions import CLIENTS_OWN, judge_trading_mode
from core.orders.order import ApiType, Order
from core.orders.states import QueueStatus

SEND_WITHIN = timedelta(seconds=15)
"""How long after its claim a leg may still leave for the broker."""

_EXITS = frozenset({ApiType.CLIENT, ApiType.CLOSEPOSITION})


def deadline(order: Order, claimed_at: datetime) -> datetime:
    """Until when a leg that was claimed then may leave for the broker."""
    soon = claimed_at + SEND_WITHIN
    return soon if order.execute_by is None else min(soon, order.execute_by)


def is_exit(order: Order) -> bool:
    """Whether the order only closes positions: it goes before entries that are due at the same time."""
    return order.api_type in _EXITS


def may_send(order: Order, account: Account, now: datetime) -> bool:
    """Whether this order's legs may leave for the broker at this moment."""
    if order.status is not QueueStatus.APPROVED or order.execute_by is None or now >= order.execute_by:
        return False
    if account.pause is not None and order.api_type != CLIENTS_OWN:
        return False
    if not account.enabled or judge_trading_mode(order, account) is not None:
        return False
    # What nobody approved by hand is only sent while the account is still in the mode that let it through.
    return not order.needed_no_approval or account.order_mode == order.order_mode
