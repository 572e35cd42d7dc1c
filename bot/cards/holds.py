"""The lines of a waiting order's card that say why it cannot be approved, or was not."""

from datetime import datetime

from bot.text import amounts
from bot.text import limits as texts
from bot.text.escaping import shown
from core.accounts import Account
from core.orders.order import Order
from core.orders.states import QueueStatus

_MOST = 400


def hold_lines(order: Order, account: Account, now: datetime) -> list[str]:
    """That the account is paused, and what a tap on Approve was stopped by."""
    if order.status is not QueueStatus.PENDING:
        return []
    lines = []
    if account.pause is not None:
        since = amounts.moment(account.pause.at, now)
        lines.append(texts.CARD_PAUSED.format(name=shown(account.pause.by), time=since))
    if order.stopped:
        lines.append(texts.CARD_STOPPED.format(why=shown(order.stopped, _MOST)))
    return lines
