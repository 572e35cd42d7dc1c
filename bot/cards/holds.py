"""The lines of a waiting order's card that say why it cannot be approved, or was not."""

from datetime import datetime

from bot.text import amounts
from bot.text import limits as texts
from bot.text.escaping import shown
from bot.text.language.retelling import retold
from core.accounts import Account
from core.orders.order import Order
from core.orders.states import BrokerStatus, QueueStatus

_MOST = 400


def may_be_held(order: Order) -> bool:
    """Whether a pause concerns the order: it waits for its client, or was approved and is not sent yet."""
    is_unsent = any(leg.broker_status is BrokerStatus.READY for leg in order.legs)
    return order.status is QueueStatus.PENDING or (order.status is QueueStatus.APPROVED and is_unsent)


def hold_lines(order: Order, account: Account, now: datetime) -> list[str]:
    """That the account is paused, and what a tap on Approve was stopped by."""
    waits, lines = order.status is QueueStatus.PENDING, list[str]()
    if account.pause is not None and may_be_held(order):
        since = amounts.moment(account.pause.at, now)
        text = texts.CARD_PAUSED if waits else texts.CARD_UNSENT
        lines.append(text.format(name=shown(retold(account.pause.by)), time=since))
    if order.stopped and waits:
        lines.append(texts.CARD_STOPPED.format(why=shown(retold(order.stopped), _MOST)))
    return lines
