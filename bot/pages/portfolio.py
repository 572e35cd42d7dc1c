"""An account's holdings, funds, orders and trades as short lines for a phone, and in pages."""

from collections.abc import Collection, Sequence

from bot.cards.card import plain_text
from bot.cards.terms import SYMBOL_LIMIT
from bot.text import amounts, list_texts
from bot.text import messages as texts
from bot.text.escaping import shown
from core.clock import render_ist_time
from core.ids import BrokerOrderId
from core.money import rupees
from core.orders.broker_order import BrokerOrder
from core.portfolio.positions import Funds, Holding, Trade

PAGE = 12
"""Entries on one page, of all accounts together."""
Entries = Sequence[Sequence[str]]
"""Each stays together on its page."""


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


def in_pages(sections: Sequence[tuple[str, Entries]], room: int) -> list[list[str]]:
    """The lines of each page: every account's heading and its entries; at least one page."""
    pages: list[list[str]] = [[]]
    used = count = 0
    for head, entries in sections:
        for place, entry in enumerate(entries):
            size = _units(entry) + _units([head, ""])
            if count and (count >= PAGE or used + size > room):
                pages.append([])
                used = count = 0
            if place == 0 or not pages[-1]:
                pages[-1] += [*([""] if pages[-1] else []), head]
            pages[-1] += fitting(entry, room)
            used, count = used + size, count + 1
    return pages


def _units(lines: Sequence[str]) -> int:
    return sum(len(plain_text(line).encode("utf-16-le")) // 2 + 1 for line in lines)


def holdings(held: Sequence[Holding]) -> Entries:
    """An entry for each holding."""
    return [_holding(one) for one in held] or [[texts.NO_HOLDINGS]]


def _holding(holding: Holding) -> list[str]:
    held, average = amounts.quantity(holding.quantity), amounts.mean_price(holding.average_price)
    last = amounts.price(holding.ltp) if holding.ltp else texts.PRICES_MISSING
    return [
        f"{shown(holding.symbol, SYMBOL_LIMIT)} {shown(holding.exchange, 16)}",
        f"    {list_texts.HOLDING.format(quantity=held, average=average, last=last)}",
    ]


def funds(money: Funds) -> Entries:
    """The account's funds, one amount on each line."""
    lines = [
        list_texts.AVAILABLE.format(amount=rupees(money.available)),
        list_texts.USED.format(amount=rupees(money.used)),
        list_texts.COLLATERAL.format(amount=rupees(money.collateral)),
        list_texts.REALISED_TODAY.format(amount=amounts.signed_rupees(money.realised)),
        list_texts.UNREALISED.format(amount=amounts.signed_rupees(money.unrealised)),
        *_charges(money),
    ]
    return [lines]


def _charges(money: Funds) -> list[str]:
    if not money.paper or not money.paper.charges_total:
        return []
    return [list_texts.CHARGES.format(today=rupees(money.charges), total=rupees(money.paper.charges_total))]


def orders(book: Sequence[BrokerOrder], foreign: Collection[BrokerOrderId] = ()) -> Entries:
    """An entry for each order at the broker, the newest first; `foreign` ones are marked, which is explained."""
    means = [[texts.FOREIGN_ORDERS.format(mark=texts.FOREIGN.strip())]] if foreign else []
    entries = [_order(one, one.broker_order_id in foreign) for one in reversed(book)]
    return [*means, *entries] or [[texts.NO_BROKER_ORDERS]]


def _order(order: BrokerOrder, is_foreign: bool) -> list[str]:
    terms = order.terms
    what = f"<b>{terms.action} {amounts.quantity(terms.quantity)}</b>"
    status = list_texts.IN_BOOK.get(order.status, order.status.value)
    return [
        f"{what} {shown(terms.symbol, SYMBOL_LIMIT)} {terms.pricetype}",
        f"    {status}, {shown(order.broker_order_id)}{texts.FOREIGN if is_foreign else ''}",
    ]


def trades(book: Sequence[Trade]) -> Entries:
    """An entry for each trade, the newest first."""
    return [_trade(one) for one in reversed(book)] or [[texts.NO_TRADES]]


def _trade(trade: Trade) -> list[str]:
    what = f"<b>{trade.action} {amounts.quantity(trade.quantity)}</b>"
    return [
        f"{what} {shown(trade.symbol, SYMBOL_LIMIT)}",
        f"    {list_texts.TRADE.format(price=amounts.price(trade.price), time=render_ist_time(trade.at))}",
    ]
