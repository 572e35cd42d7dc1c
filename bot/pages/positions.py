"""Open positions with what they cost, are worth and brought, and a button to close each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from bot.callbacks.buttons import Button
from bot.callbacks.codec import Act, Press
from bot.callbacks.references import reference
from bot.cards.terms import SYMBOL_LIMIT
from bot.pages.mode_labels import mark_of
from bot.text import actions as texts
from bot.text import amounts, messages
from bot.text.escaping import one_line, shown
from core.accounts import Account
from core.money import ZERO
from core.orders.order import PositionKey, Product
from core.portfolio.positions import Position

PAGE = 6
"""Positions on one page: each takes three lines and a row of buttons."""
_LABEL = 24


@dataclass(frozen=True)
class Section:
    """One account's positions; `problem` says why they could not be read."""

    account: Account
    positions: tuple[Position, ...] = ()
    may_trade: bool = False
    problem: str = ""
    foreign: frozenset[PositionKey] = frozenset()
    """Those in which nothing from here traded."""

    @cached_property
    def open(self) -> Sequence[Position]:
        """What is still held, the most valuable first."""
        held = [position for position in self.positions if position.quantity]
        return sorted(held, key=lambda one: (-one.value, one.key))

    @cached_property
    def twins(self) -> frozenset[str]:
        """Symbols that are held in more than one way."""
        held = Counter(position.symbol for position in self.open)
        return frozenset(symbol for symbol, times in held.items() if times > 1)


def position_reference(account: Account, position: Position) -> str:
    """What a button calls this position of the account's present book."""
    return reference(account.id, account.trading_mode, *position.key)


def pages_of(sections: Sequence[Section]) -> list[list[tuple[Section, Sequence[Position]]]]:
    """The accounts with their positions, page by page; an account without any stands on one all the same."""
    pages: list[list[tuple[Section, Sequence[Position]]]] = [[]]
    room = PAGE
    for section in sections:
        rest = list(section.open)
        while True:
            if not room or len(pages[-1]) >= PAGE:
                pages.append([])
                room = PAGE
            taken, rest = rest[:room], rest[room:]
            pages[-1].append((section, taken))
            room -= len(taken)
            if not rest:
                break
    return pages


def section_lines(section: Section, positions: Sequence[Position]) -> list[str]:
    """An account's part of a page."""
    head = f"{shown(section.account.name)}  {mark_of(section.account)}"
    if section.problem:
        return [head, messages.BOOK_NOT_READ.format(why=shown(section.problem, 200))]
    if not section.positions:
        return [head, texts.NOTHING_OPEN]
    today = sum((one.unrealised + one.realised_today for one in section.positions), ZERO)
    total = texts.POSITION_PROFIT.format(profit=with_percent(today, _cost(section.positions)))
    looks = [] if section.may_trade else [f"<i>{texts.CAN_ONLY_LOOK}</i>"]
    lines = [line for one in positions for line in _lines(one, one.key in section.foreign)]
    return [head, *lines, total, *_marks(section, positions), *looks]


def position_buttons(section: Section, positions: Sequence[Position], many_accounts: bool) -> list[list[Button]]:
    """*Close* and *½* for each position, by who may."""
    if not section.may_trade:
        return []
    rows = []
    for position in positions:
        name = _name(section, position, many_accounts)
        rows.append(
            [
                Button(texts.CLOSE_ONE.format(what=name), _press(section.account, position, "a")),
                Button(texts.HALF.format(what=name), _press(section.account, position, "h")),
            ]
        )
    return rows


def with_percent(profit: Decimal, cost: Decimal) -> str:
    """A profit in rupees and, where there was a cost, in percent of it."""
    if not cost:
        return amounts.signed_rupees(profit)
    return f"{amounts.signed_rupees(profit)} ({profit / cost * 100:+.2f}%)"


def _press(account: Account, position: Position, part: str) -> Press:
    return Press(Act.CLIENT, argument=f"c_{account.id}_{position_reference(account, position)}_{part}")


def _name(section: Section, position: Position, many_accounts: bool) -> str:
    product = f" {position.product}" if position.symbol in section.twins else ""
    account = f" · {one_line(section.account.name, 12)}" if many_accounts else ""
    return f"{one_line(position.symbol, _LABEL)}{product}{account}"


def _cost(positions: Sequence[Position]) -> Decimal:
    return sum((one.cost for one in positions), ZERO)


def _marks(section: Section, positions: Sequence[Position]) -> list[str]:
    """What the mark of these positions means, if one of them has it."""
    marked = [one for one in positions if one.key in section.foreign]
    today = texts.TODAY if any(one.product is Product.MIS for one in marked) else ""
    means = messages.FOREIGN_POSITIONS.format(mark=messages.FOREIGN.strip(), today=today)
    return [means] if marked else []


def _lines(position: Position, is_foreign: bool) -> list[str]:
    side = "🟢" if position.quantity > 0 else "🔻"
    last = amounts.price(position.ltp) if position.ltp else texts.NO_LAST_PRICE
    profit = with_percent(position.unrealised, position.cost)
    what = f"<b>{amounts.quantity(position.quantity)}</b> {shown(position.symbol, SYMBOL_LIMIT)}"
    return [
        f"{side} {what} {shown(position.exchange, 16)} {position.product}{messages.FOREIGN if is_foreign else ''}",
        f"    {texts.AVERAGE_AND_LAST.format(average=amounts.mean_price(position.average_price), last=last)}",
        f"    <b>{profit}</b>",
    ]
