"""A list of orders that is decided together: the question, the same one by one, and what came of it."""

import html
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from telegram.constants import KeyboardButtonStyle

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.cards.decision_toasts import toast
from bot.cards.terms import in_short, mode_mark, number
from bot.pages.order_list import standing
from bot.text import amounts, card_face, messages
from bot.text import bulk_texts as texts
from bot.text.escaping import shown, units
from core.accounts import Account, TradingMode
from core.client.bulk import BulkPlan, LastPrice, Verb, net_quantities, total_value
from core.clock import render_ist_time
from core.ids import OrderId, UserId
from core.money import rupees
from core.orders.decisions import WITHOUT_AUTHORITY, Answer, Verdict
from core.orders.order import Order
from core.orders.states import QueueStatus
from core.services.approval.bulk_decisions import BulkList, BulkOutcome, BulkRules

PAGE = 15
_MOST_BOOKS, _MOST_NAMES, _NAME_LIMIT = 4, 6, 32
_ROOM_FOR_FAULTS, _ROOM = 1500, 3600
_DONE = {Verb.APPROVE: Answer.APPROVED, Verb.REJECT: Answer.REJECTED}
Page = tuple[str, Rows]


def bulk_question(asked: BulkList, rules: BulkRules, now: datetime, page: int = 0) -> Page:
    """What would be decided: what it comes to, its orders by page, and the button that does it."""
    plan, orders = asked.plan, asked.orders
    pages = max(1, -(-len(orders) // PAGE))
    page = min(page, pages - 1)
    lines = order_lines(orders, now)[page * PAGE :][:PAGE]
    sums = _sums(asked, rules.prices(asked.accounts))
    blocks = [
        [texts.QUESTIONS[plan.verb].format(orders=_counted(len(orders))), *sums],
        lines if pages == 1 else [*lines, texts.PAGE_OF.format(page=page + 1, pages=pages)],
        [*_left_out(plan), *_stepped(asked, rules)],
        [f"<i>{texts.NOTE}</i>"],
    ]
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return text, [[_yes(asked)], *_turns(asked.token, page, pages), [_button(texts.LEAVE_THEM, "k")]]


def order_lines(orders: Sequence[Order], now: datetime) -> list[str]:
    """A line for each order: its number, what would happen, and how long it waits still."""
    return [
        texts.LINE.format(
            number=number(order),
            what=" · ".join(in_short(order)),
            left=card_face.TIME_LEFT.format(left=amounts.duration(order.expires_at - now)),
        )
        for order in orders
    ]


def step_buttons(asked: BulkList) -> Rows:
    """Under the card of the first order: approve it and go on, go on without it, or stop."""
    place, count = len(asked.plan.done) + 1, len(asked.plan.everything)
    label = texts.STEP_APPROVE.format(place=place, count=count)
    approve = Button(label, _press(f"o_{asked.token}"), KeyboardButtonStyle.SUCCESS)
    return [[approve], [_button(texts.SKIP, f"s_{asked.token}"), _button(texts.STOP, f"e_{asked.token}")]]


def bulk_result(outcome: BulkOutcome, reader: UserId, now: datetime) -> Page:
    """What came of each order: first those that were left out and why, then the others as they stand."""
    after, verdicts = outcome.after, outcome.verdicts
    done = [order for order in after.orders if _is_done(after.plan, verdicts.get(order.id))]
    faults = [_why(order_id, one, reader, now) for order_id, one in verdicts.items() if not _is_done(after.plan, one)]
    title = texts.DONE[after.plan.verb].format(done=len(done), orders=_counted(len(verdicts)))
    return _standings(after, title, faults, done, now)


def bulk_standing(after: BulkList, title: str, now: datetime) -> Page:
    """How the orders of a list stand, whoever decided them."""
    return _standings(after, title, [], after.orders, now)


def standing_title(after: BulkList) -> str:
    """The heading of a list that is looked at again."""
    return texts.STANDING.format(orders=_counted(len(after.orders)))


def gone_toast(after: BulkList, now: datetime) -> str:
    """That a question is over, and how much of its list still waits."""
    waiting = _waiting(after, now)
    return texts.GONE_WITH_REST.format(orders=_counted(waiting)) if waiting else texts.GONE


def _standings(after: BulkList, title: str, faults: Sequence[str], orders: Sequence[Order], now: datetime) -> Page:
    first = fitted(faults, _ROOM_FOR_FAULTS, texts.NOT_DONE[after.plan.verb])
    room = _ROOM - sum(units(line) + 1 for line in first)
    lines = [f"{number(order)} {' · '.join(in_short(order))} · {standing(order, now)}" for order in orders]
    waiting = _waiting(after, now)
    foot = [texts.STILL_WAITING.format(orders=_counted(waiting))] if waiting else []
    foot.append(f"<i>{messages.UPDATED.format(time=render_ist_time(now))}</i>")
    blocks = [[title], first, fitted(lines, room), foot]
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return text, [[_button(messages.REFRESH, f"r_{after.token}")]]


def fitted(lines: Sequence[str], room: int, what: str = "") -> list[str]:
    """As many whole lines as fit into so many UTF-16 units, and how many orders more there are."""
    kept: list[str] = []
    for place, line in enumerate(lines):
        room -= units(line) + 1
        if room < 0:
            more = amounts.counted(len(lines) - place, "more order")
            return [*kept, texts.MORE_ORDERS.format(orders=f"{more} {what}".strip())]
        kept.append(line)
    return kept


def _sums(asked: BulkList, last_price: LastPrice) -> list[str]:
    """What the whole list comes to: by account and mode, by strategy, and net by symbol."""
    books: dict[tuple[Account, TradingMode], list[Order]] = {}
    for order in asked.orders:
        books.setdefault((asked.accounts[order.account_id], order.trading_mode), []).append(order)
    lines = [_book(*book, orders, last_price) for book, orders in books.items()]
    strategies = Counter(order.strategy for order in asked.orders)
    named = [
        texts.STRATEGY.format(name=shown(name, _NAME_LIMIT), count=count) for name, count in strategies.most_common()
    ]
    net = [
        texts.SYMBOL.format(symbol=shown(symbol, _NAME_LIMIT), net=_signed(quantity))
        for (_, symbol), quantity in net_quantities(asked.orders).items()
    ]
    return [
        *_shortened(lines, _MOST_BOOKS),
        texts.STRATEGIES.format(names=", ".join(_shortened(named, _MOST_NAMES))),
        texts.NET.format(symbols=", ".join(_shortened(net, _MOST_NAMES))),
    ]


def _book(account: Account, mode: TradingMode, orders: Sequence[Order], last_price: LastPrice) -> str:
    value = total_value(orders, last_price)
    worth = texts.VALUE_NOT_KNOWN if value is None else texts.VALUE.format(value=rupees(value))
    facts = {"mode": mode_mark(account, mode), "account": shown(account.name, _NAME_LIMIT)}
    return texts.BOOK.format(**facts, count=_counted(len(orders)), value=worth)


def _shortened(parts: Sequence[str], most: int) -> list[str]:
    more = [texts.AND_MORE.format(count=len(parts) - most)] if len(parts) > most else []
    return [*parts[:most], *more]


def _left_out(plan: BulkPlan) -> list[str]:
    unfit = [texts.UNFIT.format(orders=_counted(plan.unfit))] if plan.unfit else []
    more = [texts.TOO_MANY.format(orders=amounts.counted(plan.more, "more order"))] if plan.more else []
    return [*unfit, *more]


def _stepped(asked: BulkList, rules: BulkRules) -> list[str]:
    if not asked.plan.is_stepped:
        return []
    is_known = total_value(asked.orders, rules.prices(asked.accounts)) is not None
    return [texts.STEPPED.format(limit=rupees(rules.at_once_up_to)) if is_known else texts.STEPPED_UNKNOWN]


def _yes(asked: BulkList) -> Button:
    count, token = len(asked.orders), asked.token
    if asked.plan.is_stepped:
        return _button(texts.BEGIN.format(count=count), f"b_{token}")
    style = {Verb.APPROVE: KeyboardButtonStyle.SUCCESS, Verb.REJECT: KeyboardButtonStyle.DANGER}[asked.plan.verb]
    return Button(texts.BUTTONS[asked.plan.verb].format(orders=_counted(count)), _press(f"y_{token}"), style)


def _turns(token: str, page: int, pages: int) -> Rows:
    before = [_button(texts.PREVIOUS_PAGE, f"p_{token}_{page - 1}")] if page else []
    after = [_button(texts.NEXT_PAGE, f"p_{token}_{page + 1}")] if page + 1 < pages else []
    return [[*before, *after]] if before or after else []


def _is_done(plan: BulkPlan, verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.answer is _DONE[plan.verb]


def _why(order_id: OrderId, verdict: Verdict, reader: UserId, now: datetime) -> str:
    if verdict.answer in WITHOUT_AUTHORITY:
        return texts.LEFT_OUT_LINE.format(why=texts.NOT_YOURS.format(number=order_id))
    if verdict.answer is Answer.CHANGED:
        return texts.LEFT_OUT_LINE.format(why=texts.CHANGED.format(number=order_id))
    said = toast(verdict, reader, now)
    if f"#{order_id}" not in said:
        said = texts.WENT_WRONG.format(number=order_id, why=said)
    return texts.LEFT_OUT_LINE.format(why=html.escape(said, quote=False))


def _waiting(after: BulkList, now: datetime) -> int:
    return sum(order.status is QueueStatus.PENDING and order.expires_at > now for order in after.orders)


def _counted(count: int) -> str:
    return amounts.counted(count, "order")


def _signed(quantity: Decimal) -> str:
    return f"+{amounts.quantity(quantity)}" if quantity > 0 else amounts.quantity(quantity)


def _button(label: str, argument: str) -> Button:
    return Button(label, _press(argument))


def _press(argument: str) -> Press:
    return Press(Act.BULK, argument=argument)
