"""The messages about limits: what is set, what may be changed, and how."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.text import limits as texts
from bot.text import messages
from bot.text.escaping import one_line, shown, units
from core.accounts import Account
from core.ids import AccountId
from core.limits.bound_text import EXAMPLES, render_bound
from core.limits.limits import UNITS, Limits, Unit

NAMES = tuple(UNITS)
_MOST_BOUND = 120
_MOST_STRATEGIES = 10
_MOST_BUTTONS = 30
_MOST_UNITS = 3800
_HALVED = frozenset({Unit.RUPEES, Unit.QUANTITY, Unit.COUNT, Unit.PERCENT})


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose limits: an account's, or those of one of its strategies."""

    account: Account
    strategy: str = ""

    @property
    def name(self) -> str:
        """As HTML."""
        account = shown(self.account.name)
        return f"{account}, {texts.STRATEGY.format(strategy=shown(self.strategy))}" if self.strategy else account

    @property
    def mark(self) -> str:
        """What stands for it in a button: strategies have any name, so a short hash stands for theirs."""
        return f"{self.account.id}-{mark_of(self.strategy)}"


def mark_of(strategy: str) -> str:
    """Eight letters and digits that stand for a strategy; `0` for the whole account."""
    return hashlib.sha256(strategy.encode()).hexdigest()[:8] if strategy else "0"


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """One account's limits as one person sees them; None when they cannot be read."""

    account: Account
    limits: Mapping[str, Limits] | None
    may_change: bool


def overview(accounts: Sequence[AccountLimits]) -> tuple[str, Rows]:
    """What is set for each account, with a button for each that may be changed."""
    sections, rows = [texts.TITLE], list[list[Button]]()
    for one in accounts:
        sections.append(_section(one))
        if one.may_change and one.limits is not None:
            whose = dict.fromkeys(("", *one.limits))
            for strategy in [*whose][:_MOST_STRATEGIES]:
                scope = Scope(one.account, strategy)
                label = texts.CHANGE.format(whose=one_line(strategy or one.account.name, 28))
                rows.append([Button(label, Press(Act.LIMITS, argument=f"c-{scope.mark}"))])
    rows = rows[:_MOST_BUTTONS]
    rows.append([Button(messages.REFRESH, Press(Act.LIMITS, argument="o"))])
    return f"{_within_a_message(sections)}\n\n<i>{texts.HOW}</i>", rows


def choose_limit(scope: Scope, limits: Limits) -> tuple[str, Rows]:
    """One button for each limit."""
    buttons = [
        Button(_label(name, limits), Press(Act.LIMITS, argument=f"n-{scope.mark}-{number}"))
        for number, name in enumerate(NAMES)
    ]
    rows = [buttons[at : at + 2] for at in range(0, len(buttons), 2)]
    return texts.CHOOSE.format(whose=scope.name), [*rows, [_back()]]


def one_limit(scope: Scope, limits: Limits, name: str) -> tuple[str, Rows]:
    """One limit: half of it with one tap, any value by typing, none after a question."""
    number, rows = NAMES.index(name), list[list[Button]]()
    half = half_of(limits, name)
    if half is not None:
        label = texts.HALVE.format(bound=half)
        # The button names the value it shows, not "half" of whatever it is by then.
        rows.append([Button(label, Press(Act.LIMITS, argument=f"s-{scope.mark}-{number}-{half}"))])
    rows.append([Button(texts.TYPE, Press(Act.LIMITS, argument=f"t-{scope.mark}-{number}"))])
    if render_bound(name, limits) is not None:
        rows.append([Button(texts.REMOVE, Press(Act.LIMITS, argument=f"x-{scope.mark}-{number}"))])
    text = texts.ONE.format(whose=scope.name, name=texts.LIMIT_NAMES[name], bound=_bound(name, limits, texts.NOT_SET))
    return text, [*rows, [_back()]]


def half_of(limits: Limits, name: str) -> str | None:
    """Half of a number that is set, whole; None where that is no limit to set, or too long for a button."""
    bound = getattr(limits, name)
    if UNITS[name] not in _HALVED or bound is None:
        return None
    half = Decimal(bound) // 2
    return str(half) if half >= 1 and len(str(half)) <= 10 else None


def ask_value(scope: Scope, limits: Limits, name: str) -> str:
    """The question that is to be answered with a value."""
    return texts.ASK_VALUE.format(
        whose=scope.name,
        name=texts.LIMIT_NAMES[name],
        bound=_bound(name, limits, texts.NOT_SET),
        example=EXAMPLES[UNITS[name]],
        reference=f"limit-{scope.mark}-{NAMES.index(name)}",
    )


def ask_to_loosen(scope: Scope, change: tuple[Limits, Limits], name: str, token: str) -> tuple[str, Rows]:
    """The question before a limit is loosened, with what it is and what it would be."""
    was, becomes = change
    text = texts.LOOSEN.format(
        whose=scope.name,
        name=texts.LIMIT_NAMES[name],
        was=_bound(name, was, texts.NO_LIMIT),
        becomes=_bound(name, becomes, texts.NO_LIMIT),
        note=messages.CONFIRM_NOTE,
    )
    yes = Button(texts.YES_LOOSEN, Press(Act.LIMITS, argument=f"y-{token}"))
    return text, [[yes], [Button(texts.KEEP, Press(Act.LIMITS, argument="k"))]]


def outcome(scope: Scope, limits: Limits, name: str) -> str:
    """What a limit is now."""
    return texts.TIGHTENED.format(
        whose=scope.name, name=texts.LIMIT_NAMES[name], bound=_bound(name, limits, texts.NO_LIMIT)
    )


def split_mark(text: str) -> tuple[AccountId, str]:
    """The account and the strategy's mark in `3-a1b2c3d4`. Raises ValueError."""
    account_id, _, mark = text.partition("-")
    return AccountId(int(account_id)), mark


def _within_a_message(sections: Sequence[str]) -> str:
    """The sections, without the lines at the end that no message has room for."""
    lines = "\n\n".join(sections).split("\n")
    kept, room = 0, _MOST_UNITS
    for line in lines:
        room -= units(line) + 1
        if room < 0:
            break
        kept += 1
    hidden = len(lines) - kept
    return "\n".join([*lines[:kept], *([messages.AND_MORE.format(count=hidden)] if hidden else [])])


def _section(one: AccountLimits) -> str:
    head = shown(one.account.name)
    if one.limits is None:
        return f"{head}\n{texts.UNREADABLE}"
    if not one.limits:
        return f"{head}\n{texts.NONE_SET if one.may_change else texts.NONE_SET_VIEWER}"
    parts = [head]
    for strategy, limits in [*one.limits.items()][:_MOST_STRATEGIES]:
        whose = texts.STRATEGY.format(strategy=shown(strategy)) if strategy else texts.WHOLE_ACCOUNT
        bounds = [
            f"• {texts.LIMIT_NAMES[name]}: {_bound(name, limits, '')}" for name in NAMES if render_bound(name, limits)
        ]
        parts.append("\n".join([whose, *bounds]))
    hidden = len(one.limits) - _MOST_STRATEGIES
    return "\n".join([*parts, messages.AND_MORE.format(count=hidden)] if hidden > 0 else parts)


def _label(name: str, limits: Limits) -> str:
    bound = render_bound(name, limits)
    return f"{texts.LIMIT_NAMES[name]}: {one_line(bound, 16)}" if bound else texts.LIMIT_NAMES[name]


def _bound(name: str, limits: Limits, missing: str) -> str:
    bound = render_bound(name, limits)
    return missing if bound is None else shown(bound, _MOST_BOUND)


def _back() -> Button:
    return Button(texts.BACK, Press(Act.LIMITS, argument="o"))
