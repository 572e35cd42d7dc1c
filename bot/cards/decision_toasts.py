"""The toast that answers a press of Approve or Reject."""

from datetime import datetime

from bot.cards.terms import number
from bot.text import amounts
from bot.text import messages as texts
from bot.text.escaping import one_line
from bot.text.language.retelling import retold, retold_date
from core.ids import UserId
from core.orders.decisions import Answer, Verdict
from core.orders.order import Order
from core.orders.states import QueueStatus
from core.services.approval.surroundings import Opening

LONGEST = 200
IN_ITS_OWN_WORDS = frozenset({Answer.UNREADY, Answer.NOT_CHANGED, Answer.PAUSED, Answer.OVER_LIMIT})
GLAD = frozenset({Answer.APPROVED, Answer.REJECTED, Answer.REASON_GIVEN, Answer.TERMS_CHANGED})


def toast(verdict: Verdict, reader: UserId, now: datetime, opening: Opening | None = None) -> str:
    """At most 200 characters of plain text; `opening` is when the closed exchange of the order opens."""
    order = verdict.order
    if verdict.message and verdict.answer in IN_ITS_OWN_WORDS:
        return one_line(retold(verdict.message), LONGEST)
    if order is None:
        return texts.TOASTS[verdict.answer].format(number="")
    if verdict.answer is Answer.ALREADY_DECIDED:
        return _already(order, reader, now)
    if verdict.answer is Answer.APPROVED and opening is not None:
        text = texts.APPROVED_WAITS if opening.waits else texts.APPROVED_CLOSED
        return text.format(number=number(order), exchange=opening.exchange, when=retold_date(opening.when))
    return texts.TOASTS[verdict.answer].format(number=number(order))


def _already(order: Order, reader: UserId, now: datetime) -> str:
    word = texts.ALREADY_WORDS.get(order.status.value)
    if word is None or order.decided_at is None:
        return texts.TOASTS[Answer.ALREADY_DECIDED].format(number=number(order))
    time = amounts.moment(order.decided_at, now)
    return texts.ALREADY.format(number=number(order), word=word, name=_who(order, reader), time=time)


def _who(order: Order, reader: UserId) -> str:
    if order.status is QueueStatus.WITHDRAWN:
        return texts.BY_STRATEGY
    if reader in {order.approved_by_id, order.rejected_by_id}:
        return texts.BY_YOU
    return one_line(order.decided_by or texts.BY_PROGRAM, 32)
