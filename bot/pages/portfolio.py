"""An account's holdings, funds, orders and trades as short lines for a phone."""

from collections.abc import Mapping, Sequence

from bot.cards.card import plain_text
from bot.cards.terms import SYMBOL_LIMIT
from bot.text import amounts
from bot.text import messages as texts
from bot.text.escaping import shown
from core.clock import render_ist_time
from core.money import rupees
from core.orders.broker_order import BrokerOrder
from core.orders.states import BrokerStatus
from core.portfolio.positions import Funds, Holding, Trade

MOST_ENTRIES = 12
_STATUS_MARKS: Mapping[BrokerStatus, str] = {
    BrokerStatus.OPEN: "📬 open",
    BrokerStatus.TRIGGER_PENDING: "⏰ trigger pending",
    BrokerStatus.COMPLETE: "✅ filled",
    BrokerStatus.REJECTED: "⛔ rejected",
    BrokerStatus.CANCELLED: "🚫 cancelled",
}


def fitting(lines: Sequence[str], room: int) -> list[str]:
    """As many whole lines as fit into `room` UTF-16 units as people see them, and how many are left out."""
    kept: list[str] = []
    used = 0
    for place, line in enumerate(lines):
        used += len(plain_text(line).encode("utf-16-le")) // 2 + 1
        if used > room:
            return [*kept, texts.MORE_LINES.format(lines=amounts.counted(len(lines) - place, "more line"))]
        kept.append(line)
    return kept


def holdings(held: Sequence[Holding]) -> list[str]:
    """A line for each holding."""
    lines = []
    for holding in held[:MOST_ENTRIES]:
        last = amounts.price(holding.ltp) if holding.ltp else texts.PRICES_MISSING
        lines += [
            f"{shown(holding.symbol, SYMBOL_LIMIT)} {shown(holding.exchange, 16)}",
            f"    {amounts.quantity(holding.quantity)} at {amounts.mean_price(holding.average_price)}, last {last}",
        ]
    return [*lines, *_more(len(held))] or [texts.NO_HOLDINGS]


def funds(money: Funds) -> list[str]:
    """The account's funds, one amount on each line."""
    return [
        f"Available: <b>{rupees(money.available)}</b>",
        f"Used: {rupees(money.used)}",
        f"Collateral: {rupees(money.collateral)}",
        f"Realised today: {amounts.signed_rupees(money.realised)}",
        f"Unrealised: {amounts.signed_rupees(money.unrealised)}",
        *_charges(money),
    ]


def _charges(money: Funds) -> list[str]:
    if not money.paper or not money.paper.charges_total:
        return []
    return [f"Charges: {rupees(money.charges)} today, {rupees(money.paper.charges_total)} in all"]


def orders(book: Sequence[BrokerOrder]) -> list[str]:
    """A line for each of the newest orders at the broker."""
    lines = []
    for order in [*reversed(book)][:MOST_ENTRIES]:
        terms = order.terms
        what = f"<b>{terms.action} {amounts.quantity(terms.quantity)}</b>"
        status = _STATUS_MARKS.get(order.status, order.status.value)
        lines += [
            f"{what} {shown(terms.symbol, SYMBOL_LIMIT)} {terms.pricetype}",
            f"    {status}, {shown(order.broker_order_id)}",
        ]
    return [*lines, *_more(len(book))] or [texts.NO_BROKER_ORDERS]


def trades(book: Sequence[Trade]) -> list[str]:
    """A line for each of the newest trades."""
    lines = []
    for trade in [*reversed(book)][:MOST_ENTRIES]:
        what = f"<b>{trade.action} {amounts.quantity(trade.quantity)}</b>"
        lines += [
            f"{what} {shown(trade.symbol, SYMBOL_LIMIT)}",
            f"    at {amounts.price(trade.price)}, {render_ist_time(trade.at)}",
        ]
    return [*lines, *_more(len(book))] or [texts.NO_TRADES]


def _more(count: int) -> list[str]:
    return [texts.AND_MORE.format(count=count - MOST_ENTRIES)] if count > MOST_ENTRIES else []
