"""The part of a card that changes: the order's status, and what was and was not done."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.cards.doubts import doubt_lines
from bot.cards.legs import sum_up
from bot.cards.terms import is_shown_whole
from bot.text import amounts
from bot.text import card_face as face
from bot.text import messages as texts
from bot.text.escaping import shown
from bot.text.language.retelling import retold
from bot.text.language.translation import translated
from core.orders.order import ApiType, Leg, Order
from core.orders.states import BrokerStatus, QueueStatus
from core.review.check import parse_check

_NAME_LIMIT = 32
_REASON_LIMIT = 300
_MESSAGE_LIMIT = 200
_NOTICE_LIMIT = 240


def status_lines(order: Order, may_decide: bool, now: datetime) -> list[str]:
    """The lines that say where the order stands."""
    lines = _BY_STATUS[order.status](order, now)
    if order.status is not QueueStatus.PENDING:
        return lines
    head = texts.WAITS_FOR_YOU if may_decide else texts.WAITS
    left = face.LEFT.format(left=amounts.duration(order.expires_at - now), until=amounts.clock_time(order.expires_at))
    lines = [head.format(left=left)]
    if not may_decide:
        lines.append(texts.ONLY_LOOKING)
    if not is_shown_whole(order) and order.api_type is not ApiType.PLACEGTTORDER:
        lines.append(texts.TOO_MANY_LEGS)
    if order.notice:
        lines.append(texts.CHANGED_SINCE.format(what=shown(retold(order.notice), _NOTICE_LIMIT)))
    if order.outage:
        lines.append(texts.OUTAGE.format(outage=order.outage))
    return lines


def leg_lines(order: Order, leg: Leg, now: datetime) -> list[str]:
    """The lines that say where one leg stands with the broker."""
    lines = _BY_LEG[leg.broker_status](order, leg, now)
    if leg.broker_order_id:
        lines.append(texts.BROKER_ORDER_ID.format(id=shown(leg.broker_order_id, _NAME_LIMIT)))
    return lines


def _pending(order: Order, now: datetime) -> list[str]:
    return []


def _approved(order: Order, now: datetime) -> list[str]:
    approval = _approval(order, now)
    if len(order.legs) > 1:
        return [approval, sum_up(order)]
    return [approval, *leg_lines(order, order.legs[0], now)]


def _approval(order: Order, now: datetime) -> str:
    if order.needed_no_approval:
        return texts.SENT_BY_ITSELF
    time = amounts.moment(order.approved_at or order.created_at, now)
    if order.standing_id is not None:
        check = parse_check(order.checked or "")
        used = check.used if check is not None and check.used else texts.USE_NOT_KNOWN
        return texts.SENT_IN_ADVANCE.format(
            time=time, standing=order.standing_id, used=shown(retold(used), _NAME_LIMIT * 2)
        )
    template = texts.GIVEN_BY if order.api_type is ApiType.CLIENT else texts.APPROVED_BY
    return template.format(name=shown(order.approved_by or "", _NAME_LIMIT), time=time)


def _rejected(order: Order, now: datetime) -> list[str]:
    name = shown(order.rejected_by or "", _NAME_LIMIT)
    time = amounts.moment(order.rejected_at or order.created_at, now)
    lines = [texts.REJECTED_BY.format(name=name, time=time), texts.NOTHING_SENT]
    if order.rejected_reason:
        lines.append(texts.REASON.format(reason=shown(translated(order.rejected_reason), _REASON_LIMIT)))
    return lines


def _expired(order: Order, now: datetime) -> list[str]:
    if order.approved_at is None:
        time = amounts.moment(order.closed_at or order.expires_at, now)
        if order.notice:
            why = shown(retold(order.notice), _NOTICE_LIMIT)
            return [texts.NOTHING_LEFT.format(time=time, why=why), texts.NOTHING_SENT]
        return [texts.EXPIRED_UNDECIDED.format(time=time), texts.NOTHING_SENT]
    time = amounts.moment(order.execute_by or order.closed_at or order.expires_at, now)
    if order.standing_id is not None and order.notice and "stopped" in order.notice:
        return [texts.EXPIRED_STOPPED.format(why=shown(retold(order.notice), _NOTICE_LIMIT)), texts.NOTHING_SENT]
    template = texts.EXPIRED_UNSENT_AUTO if order.needed_no_approval else texts.EXPIRED_UNSENT
    head = template.format(name=shown(order.approved_by or "", _NAME_LIMIT), time=time)
    return [head, *_quote(order.legs[0], texts.LAST_TRY), texts.NOTHING_SENT]


def _withdrawn(order: Order, now: datetime) -> list[str]:
    time = amounts.moment(order.closed_at or order.expires_at, now)
    return [texts.WITHDRAWN.format(time=time), texts.NOTHING_SENT]


def _denied(order: Order, now: datetime) -> list[str]:
    return [texts.DENIED, texts.NOTHING_SENT]


_BY_STATUS: Mapping[QueueStatus, Callable[[Order, datetime], list[str]]] = {
    QueueStatus.PENDING: _pending,
    QueueStatus.APPROVED: _approved,
    QueueStatus.REJECTED: _rejected,
    QueueStatus.EXPIRED: _expired,
    QueueStatus.WITHDRAWN: _withdrawn,
    QueueStatus.DENIED: _denied,
}


def _quote(leg: Leg, template: str) -> list[str]:
    """The broker's message about the leg in this template; no line when there is none."""
    return [template.format(message=shown(retold(leg.message), _MESSAGE_LIMIT))] if leg.message else []


def _ready(order: Order, leg: Leg, now: datetime) -> list[str]:
    tried = _quote(leg, texts.LAST_TRY)
    if tried and order.execute_by:
        tried.append(texts.TRYING_UNTIL.format(time=amounts.moment(order.execute_by, now)))
    return [texts.SENDING, *tried]


def _sending(order: Order, leg: Leg, now: datetime) -> list[str]:
    return [texts.SENDING]


def _filled_so_far(leg: Leg) -> list[str]:
    if not leg.filled_quantity:
        return []
    price = amounts.mean_price(leg.average_price)
    return [texts.FILLED_SO_FAR.format(quantity=amounts.quantity(leg.filled_quantity), price=price)]


def _open(order: Order, leg: Leg, now: datetime) -> list[str]:
    said = _quote(leg, texts.BROKER_SAYS)
    is_waiting_gtt = order.api_type is ApiType.PLACEGTTORDER and not said
    return [texts.GTT_WAITING if is_waiting_gtt else texts.AT_BROKER, *said, *_filled_so_far(leg)]


def _trigger_pending(order: Order, leg: Leg, now: datetime) -> list[str]:
    return [texts.TRIGGER_PENDING, *_quote(leg, texts.BROKER_SAYS), *_filled_so_far(leg)]


def _complete(order: Order, leg: Leg, now: datetime) -> list[str]:
    if not leg.filled_quantity:
        return [texts.FILLED_WITHOUT_FIGURES]
    filled = amounts.quantity(leg.filled_quantity)
    return [texts.FILLED.format(quantity=filled, price=amounts.mean_price(leg.average_price)), *_took(order, leg)]


def _took(order: Order, leg: Leg) -> list[str]:
    if leg.updated_at is None or order.approved_at is None:
        return []
    took = max(leg.updated_at - order.approved_at, timedelta(0))
    length = amounts.duration(took) if took >= timedelta(seconds=1) else texts.UNDER_A_SECOND
    return [(texts.TOOK_UNASKED if order.needed_no_approval else texts.TOOK).format(length=length)]


def _broker_rejected(order: Order, leg: Leg, now: datetime) -> list[str]:
    done = _filled_so_far(leg) or [texts.NOTHING_EXECUTED]
    return [texts.BROKER_REJECTED, *_quote(leg, texts.BROKER_REASON), *done]


def _cancelled(order: Order, leg: Leg, now: datetime) -> list[str]:
    done = _filled_so_far(leg) or [texts.NOTHING_EXECUTED]
    # What was never sent, its broker did not comment on.
    return [texts.CANCELLED, *_quote(leg, texts.BROKER_SAYS if leg.sent_at else texts.BROKER_REASON), *done]


def _unknown(order: Order, leg: Leg, now: datetime) -> list[str]:
    return doubt_lines(leg)


_BY_LEG: Mapping[BrokerStatus, Callable[[Order, Leg, datetime], list[str]]] = {
    BrokerStatus.READY: _ready,
    BrokerStatus.SENDING: _sending,
    BrokerStatus.OPEN: _open,
    BrokerStatus.TRIGGER_PENDING: _trigger_pending,
    BrokerStatus.COMPLETE: _complete,
    BrokerStatus.REJECTED: _broker_rejected,
    BrokerStatus.CANCELLED: _cancelled,
    BrokerStatus.UNKNOWN: _unknown,
    BrokerStatus.PARTIAL: _open,
}
