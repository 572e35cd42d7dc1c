"""Orders as a list of short lines, each with a button that opens it."""

from collections.abc import Sequence
from datetime import datetime

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.cards.terms import SYMBOL_LIMIT, number
from bot.text import amounts
from bot.text import messages as texts
from bot.text.escaping import one_line, shown
from core.accounts import TradingMode
from core.clock import render_duration
from core.orders.order import Order
from core.orders.states import BrokerStatus, QueueStatus
from core.ports import OrderPage

_WORDS = {
    QueueStatus.REJECTED: "❌ rejected",
    QueueStatus.EXPIRED: "⌛ expired",
    QueueStatus.WITHDRAWN: "↩️ withdrawn",
    QueueStatus.DENIED: "⛔ denied",
}
_BROKER_WORDS = {
    BrokerStatus.OPEN: "📬 open at the broker",
    BrokerStatus.TRIGGER_PENDING: "⏰ trigger pending",
    BrokerStatus.COMPLETE: "✅ filled",
    BrokerStatus.REJECTED: "⛔ rejected by the broker",
    BrokerStatus.CANCELLED: "🚫 cancelled",
    BrokerStatus.UNKNOWN: "⚠️ not confirmed",
    BrokerStatus.PARTIAL: "⚠️ partly filled",
}
_SENDING = "📤 sending"


def render_page(title: str, page: OrderPage, page_act: Act, is_first: bool, now: datetime) -> tuple[str, Rows]:
    """A page of orders, a button for each, and how to turn the page."""
    lines = [line for order in page.orders for line in ("", *_brief(order, now))]
    turns = [] if is_first else [Button(texts.NEWEST, Press(page_act))]
    if page.next_before is not None:
        turns.append(Button(texts.OLDER, Press(page_act, page.next_before)))
    return "\n".join([title, *lines]), [*order_buttons(page.orders), *([turns] if turns else [])]


def order_buttons(orders: Sequence[Order]) -> list[list[Button]]:
    """One button for each order, two in a row."""
    buttons = [Button(_label(order), Press(Act.OPEN, order.id)) for order in orders]
    return [buttons[start : start + 2] for start in range(0, len(buttons), 2)]


def _label(order: Order) -> str:
    leg = order.legs[0]
    return f"{number(order)} {leg.terms.action} {one_line(leg.terms.symbol, 20)}"


def _brief(order: Order, now: datetime) -> list[str]:
    terms = order.legs[0].terms
    mode = "LIVE" if order.trading_mode is TradingMode.LIVE else "SANDBOX"
    what = f"{terms.action} {amounts.quantity(terms.quantity)}"
    more = f" + {len(order.legs) - 1} legs" if len(order.legs) > 1 else ""
    return [
        f"{number(order)} <b>{what}</b> {shown(terms.symbol, SYMBOL_LIMIT)}{more}",
        f"{mode} · {_standing(order, now)}",
    ]


def _standing(order: Order, now: datetime) -> str:
    if order.status is QueueStatus.PENDING:
        return f"⏳ {render_duration(order.expires_at - now)} left"
    if order.status is QueueStatus.APPROVED:
        return _SENDING if order.broker_status is None else _BROKER_WORDS.get(order.broker_status, _SENDING)
    return _WORDS[order.status]
