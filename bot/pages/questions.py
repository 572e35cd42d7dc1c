"""What a client is asked before they close, cancel or change: the exact order and its value, and two buttons."""

from collections.abc import Sequence
from decimal import Decimal

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.cards.legs import prices
from bot.cards.terms import SYMBOL_LIMIT, mode_mark
from bot.pages.positions import with_percent
from bot.text import actions as texts
from bot.text import amounts
from bot.text.escaping import one_line, shown
from core.accounts import Account, TradingMode
from core.client.changes import NAMES, QUANTITY, numbers_of
from core.client.plans import Terms
from core.money import ZERO, plain, rupees
from core.orders.gtt import Gtt, describe_sides
from core.orders.order import LegTerms
from core.portfolio.positions import Position
from core.services.trading.client_cancels import CancelQuestion
from core.services.trading.client_changes import ChangeQuestion
from core.services.trading.client_closes import CloseQuestion
from core.services.trading.waiting_orders import Waiting

_LABEL = 24
TYPED = "t"
STEPS = (-5, -1, 1, 5)
"""By how many ticks or lots the buttons move a number."""


def close_question(asked: CloseQuestion) -> tuple[str, Rows]:
    """Which market orders would close which positions."""
    pairs = list(zip(asked.legs, asked.positions, strict=True))
    if len(pairs) == 1:
        leg, position = pairs[0]
        title = texts.CLOSE_QUESTION.format(what=shown(leg.symbol, SYMBOL_LIMIT))
        lines = [_leg_of(leg, position), *_worth(pairs)]
        what = f"{one_line(leg.symbol, _LABEL)}: {leg.action} {amounts.quantity(leg.quantity)}"
    else:
        title = texts.CLOSE_SEVERAL.format(count=amounts.counted(len(pairs), "position"))
        lines = [*(f"{number}. {in_words(leg)} {leg.product}" for number, (leg, _) in enumerate(pairs, 1))]
        lines += _worth(pairs)
        what = _how_many(len(pairs), asked.left_out)
    if asked.resting:
        example = in_words(asked.resting[0].terms)
        orders = amounts.counted(len(asked.resting), "open order")
        lines.append(texts.WOULD_CLOSE_TOO.format(orders=orders, example=example))
    lines += _left_out(asked.left_out)
    buttons = _yes_or_no(texts.YES_CLOSE.format(what=what), f"y_close_{asked.token}")
    return question_text(asked.account, asked.trading_mode, [title, *lines]), buttons


def cancel_question(asked: CancelQuestion) -> tuple[str, Rows]:
    """Which orders would be cancelled."""
    waiting = asked.waiting
    if len(waiting) == 1:
        title = texts.CANCEL_QUESTION
        lines = [waiting_in_words(waiting[0])]
        what = _brief(waiting[0].terms)
    else:
        title = texts.CANCEL_SEVERAL.format(count=amounts.counted(len(waiting), "order"))
        lines = [f"{number}. {waiting_in_words(one)}" for number, one in enumerate(waiting, 1)]
        what = _how_many(len(waiting), asked.left_out)
    if asked.triggers:
        lines.append(texts.TRIGGERS_STAY.format(triggers=amounts.counted(asked.triggers, "trigger")))
    if asked.foreign:
        lines.append(texts.FOREIGN_STAY.format(orders=amounts.counted(asked.foreign, "open order")))
    lines += _left_out(asked.left_out)
    buttons = _yes_or_no(texts.YES_CANCEL.format(what=what), f"y_cancel_{asked.token}")
    return question_text(asked.account, asked.trading_mode, [title, *lines]), buttons


def change_question(asked: ChangeQuestion) -> tuple[str, Rows]:
    """What would be changed, with buttons that change it further."""
    was, becomes = asked.waiting.terms, asked.becomes
    is_changed = becomes != was
    lines = [texts.CHANGE_QUESTION if is_changed else texts.WHAT_TO_CHANGE]
    lines.append(texts.NOW.format(terms=terms_in_words(was)))
    if is_changed:
        lines.append(texts.BECOMES.format(terms=terms_in_words(becomes)))
        lines += _value_of(becomes)
    if asked.waiting.filled:
        lines.append(texts.FILLED_OF_IT.format(filled=amounts.quantity(asked.waiting.filled)))
    rows = [row for name in numbers_of(becomes) for row in _steps(asked, name)]
    yes = [[_yes(texts.YES_CHANGE.format(what=_changed_words(was, becomes)), f"y_change_{asked.token}")]]
    return question_text(asked.account, asked.trading_mode, lines), [*rows, *(yes if is_changed else []), [_keep()]]


def terms_in_words(terms: Terms) -> str:
    """An order or a trigger in one line, as HTML."""
    if isinstance(terms, Gtt):
        what = f"{terms.action} {amounts.quantity(terms.quantity)} {shown(terms.symbol, SYMBOL_LIMIT)}"
        return f"{texts.GTT_MARK} {what} {describe_sides(terms)} {terms.product}"
    return f"{in_words(terms)} {terms.product}"


def waiting_in_words(waiting: Waiting) -> str:
    """What waits, in one line, and how much of it is filled."""
    filled = texts.SO_MUCH_FILLED.format(filled=amounts.quantity(waiting.filled)) if waiting.filled else ""
    return f"{terms_in_words(waiting.terms)}{filled}"


def in_words(terms: LegTerms) -> str:
    """`SELL 10 SBIN LIMIT ₹820.00`, as HTML."""
    how = " ".join([terms.pricetype, *prices(terms)])
    return f"<b>{terms.action} {amounts.quantity(terms.quantity)}</b> {shown(terms.symbol, SYMBOL_LIMIT)} {how}"


def waiting_label(waiting: Waiting) -> str:
    """What waits, on a button."""
    terms = waiting.terms
    if isinstance(terms, Gtt):
        return f"{texts.GTT_MARK} {_brief(terms)}"
    return " ".join([_brief(terms), terms.pricetype, *prices(terms)])


def _brief(terms: Terms) -> str:
    return f"{terms.action} {amounts.quantity(terms.quantity)} {one_line(terms.symbol, _LABEL)}"


def question_text(account: Account, mode: TradingMode, lines: Sequence[str]) -> str:
    """A question: the account and its mode, what would be done, and that it works once."""
    head = f"{mode_mark(account, mode)}  {shown(account.name)}"
    return "\n".join([head, *lines, "", f"<i>{texts.QUESTION_NOTE}</i>"])


def _leg_of(leg: LegTerms, position: Position) -> str:
    of_held = texts.OF_HELD.format(held=amounts.quantity(position.quantity.copy_abs()))
    what = f"<b>{leg.action} {amounts.quantity(leg.quantity)}</b> {of_held}"
    return f"{what}, {leg.pricetype}, {leg.product}, {shown(leg.exchange, 16)}"


def _worth(pairs: Sequence[tuple[LegTerms, Position]]) -> list[str]:
    """What is closed comes to, and the profit on it; a position without a price makes both unknown."""
    if not all(position.ltp for _, position in pairs):
        return [texts.VALUE_UNKNOWN]
    value = sum((leg.quantity * position.ltp for leg, position in pairs), ZERO)
    cost = sum((leg.quantity * position.average_price for leg, position in pairs), ZERO)
    profit = sum((leg.quantity / position.quantity.copy_abs() * position.unrealised for leg, position in pairs), ZERO)
    at = texts.AT_LAST.format(price=amounts.price(pairs[0][1].ltp)) if len(pairs) == 1 else ""
    return [
        texts.ABOUT.format(value=rupees(value)) + at,
        texts.PROFIT_ON_IT.format(profit=with_percent(profit, cost)),
    ]


def _value_of(terms: Terms) -> list[str]:
    if isinstance(terms, Gtt):
        price = terms.sides[0].limit or terms.sides[0].trigger
    else:
        price = terms.price or terms.trigger_price
    return [texts.ABOUT.format(value=rupees(terms.quantity * price))] if price else []


def _how_many(count: int, left_out: int) -> str:
    return (texts.THESE if left_out else texts.EVERY).format(count=count)


def _left_out(count: int) -> list[str]:
    return [texts.LEFT_OUT.format(things=count)] if count else []


def _changed_words(was: Terms, becomes: Terms) -> str:
    before, after = numbers_of(was), numbers_of(becomes)
    changed = [name for name in after if after[name] != before[name]]
    if len(changed) != 1:
        return texts.AND.join(texts.CHANGED_NUMBERS[name] for name in changed)
    return texts.CHANGED_TO.format(
        name=texts.CHANGED_NUMBERS[changed[0]], value=_number(changed[0], after[changed[0]])
    )


def _number(name: str, value: Decimal) -> str:
    return amounts.quantity(value) if name == QUANTITY else amounts.price(value)


def _steps(asked: ChangeQuestion, name: str) -> list[list[Button]]:
    """A button to type the number, and below it those that move it."""
    value = numbers_of(asked.becomes)[name]
    typed = texts.TYPE_IT.format(name=texts.NAMES[name], value=_number(name, value))
    moves = [Button(_move(asked, name, step), _set(asked.token, name, str(step))) for step in STEPS]
    return [[Button(typed, _set(asked.token, name, TYPED))], moves]


def _move(asked: ChangeQuestion, name: str, step: int) -> str:
    size = Decimal(asked.lot) if name == QUANTITY else asked.tick
    return f"{'+' if step > 0 else '−'}{plain(abs(step) * size)}"


def _set(token: str, name: str, how: str) -> Press:
    return Press(Act.CLIENT, argument=f"s_{token}_{NAMES.index(name)}_{how}")


def _yes(label: str, argument: str) -> Button:
    return Button(label, Press(Act.CLIENT, argument=argument))


def _keep() -> Button:
    return Button(texts.KEEP_IT, Press(Act.CLIENT, argument="k"))


def _yes_or_no(label: str, argument: str) -> Rows:
    return [[_yes(label, argument)], [_keep()]]
