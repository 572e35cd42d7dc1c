"""Orders as a list of short lines, each with a button that opens it."""

from collections.abc import Sequence
from datetime import datetime

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.cards.legs import group_legs
from bot.cards.terms import SYMBOL_LIMIT, Quotes, number, order_value
from bot.text import amounts
from bot.text import messages as texts
from bot.text.escaping import one_line, shown
from core.accounts import TradingMode
from core.clock import render_duration
from core.orders.order import LegTerms, Order
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
_MOST_LEGS = 3
"""Of an order with many legs so many are named in a list."""


def render_page(title: str, page: OrderPage, quotes: Quotes, now: datetime) -> str:
    """A page of orders, each with what it is, what it is worth and how it stands."""
    lines = [line for order in page.orders for line in ("", *_brief(order, quotes, now))]
    return "\n".join([title, *lines])


def page_buttons(page: OrderPage, page_act: Act, is_first: bool) -> Rows:
    """A button for each order, and how to turn the page."""
    turns = [] if is_first else [Button(texts.NEWEST, Press(page_act))]
    if page.next_before is not None:
        turns.append(Button(texts.OLDER, Press(page_act, page.next_before)))
    return [*order_buttons(page.orders), *([turns] if turns else [])]


def order_buttons(orders: Sequence[Order]) -> list[list[Button]]:
    """One button for each order, two in a row."""
    buttons = [Button(_label(order), Press(Act.OPEN, order.id)) for order in orders]
    return [buttons[start : start + 2] for start in range(0, len(buttons), 2)]


def _label(order: Order) -> str:
    leg = order.legs[0]
    return f"{number(order)} {leg.terms.action} {one_line(leg.terms.symbol, 20)}"


def _brief(order: Order, quotes: Quotes, now: datetime) -> list[str]:
    mode = "LIVE" if order.trading_mode is TradingMode.LIVE else "SANDBOX"
    return [
        f"{number(order)} {what_it_is(order)}",
        f"{mode} · {order_value(order, quotes)} · {_standing(order, now)}",
    ]


def what_it_is(order: Order) -> str:
    """The order in one line: `BUY 5 SBIN`, or `Basket of 2: BUY 5 SBIN, BUY 2 TCS`."""
    groups = group_legs(order)
    shown_legs = [_leg_in_words(group.terms) for group in groups[:_MOST_LEGS]]
    if len(groups) == 1:
        return shown_legs[0]
    more = [f"and {len(groups) - _MOST_LEGS} more"] if len(groups) > _MOST_LEGS else []
    kind = texts.LIST_KINDS.get(order.api_type.value, texts.CLOSES_POSITIONS)
    return f"{kind} of {len(groups)}: {', '.join([*shown_legs, *more])}"


def _leg_in_words(terms: LegTerms) -> str:
    symbol = shown(terms.symbol, SYMBOL_LIMIT)
    return f"<b>{terms.action} {amounts.quantity(terms.quantity)}</b> {symbol}"


def _standing(order: Order, now: datetime) -> str:
    if order.status is QueueStatus.PENDING:
        return f"⏳ {render_duration(order.expires_at - now)} left"
    if order.status is QueueStatus.APPROVED:
        return _SENDING if order.broker_status is None else _BROKER_WORDS.get(order.broker_status, _SENDING)
    return _WORDS[order.status]
