"""The messages about standing approvals: what is in force, and what is asked before one is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.cards.terms import mode_mark
from bot.text import list_texts, messages
from bot.text import standing as texts
from bot.text.escaping import one_line, shown
from bot.text.language.retelling import retold, retold_date
from core.accounts import Account, OrderMode, Role
from core.clock import render_ist_time
from core.services.limits.standing_book import AskedTerms, InForce
from core.services.limits.standing_choices import AskedChoice
from core.standing.approvals import StandingApproval, Terms
from core.standing.choices import ANYTHING, DAYS, NEXT, UNBOUNDED, Choices, Side, Step
from core.standing.grammar import MOST_SYMBOLS
from core.standing.wording import how_much, render_bound, render_day, used_today, what_orders

ON_A_PAGE = 4
_ORDERS_LIMIT = 260
_EVERY_NAME = 2000
_WHY_LIMIT = 160
_LABEL = 28


@dataclass(frozen=True, slots=True)
class Held:
    """One account's approvals as one person sees them; None when they cannot be read."""

    account: Account
    role: Role
    approvals: Sequence[InForce] | None


def overview(accounts: Sequence[Held], page: int, now: datetime) -> tuple[str, Rows]:
    """What is in force, some at a time, each with its button for who decides."""
    entries = [(one, each) for one in accounts for each in one.approvals or ()]
    pages = max(1, -(-len(entries) // ON_A_PAGE))
    page = min(max(page, 0), pages - 1)
    here = entries[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    many = len(accounts) > 1
    sections = [texts.TITLE, *(_entry(one, each, many) for one, each in here)]
    sections += [texts.UNREADABLE for one in accounts if one.approvals is None]
    is_owner = any(one.role is Role.OWNER for one in accounts)
    if not entries and not any(one.approvals is None for one in accounts):
        sections += [texts.NONE_OWNER, texts.HOW] if is_owner else [texts.NONE_APPROVER]
    elif is_owner:
        sections.append(texts.ANOTHER)
    sections.append(f"<i>{messages.UPDATED.format(time=render_ist_time(now))}</i>")
    rows = [_stop(each, page) for one, each in here if one.role.decides]
    owned = [one.account for one in accounts if one.role is Role.OWNER]
    rows += [[_add(account, len(owned) > 1)] for account in owned]
    return "\n\n".join(sections), [*rows, *_turning(page, pages)]


def question(asked: AskedTerms) -> tuple[str, Rows]:
    """The exact terms, and two buttons."""
    terms, numbers = asked.terms, ", ".join(str(one) for one in asked.beside)
    text = texts.QUESTION.format(
        account=f"{shown(asked.account.name)} · ",
        mode=mode_mark(asked.account, terms.trading_mode),
        strategy=shown(terms.strategy, 100),
        orders=shown(retold(what_orders(terms, MOST_SYMBOLS)), _EVERY_NAME),
        bounds=_bounds(terms),
        until=retold_date(render_day(terms.until)),
        beside=texts.BESIDE.format(numbers=numbers) if asked.beside else "",
        auto=texts.AUTO_NOW if asked.account.order_mode != OrderMode.SEMI_AUTO else "",
        note=messages.CONFIRM_NOTE,
    )
    yes = Button(texts.YES, Press(Act.STANDING, argument=f"y-{asked.token}"))
    return text, [[yes], [Button(texts.NO, Press(Act.STANDING, argument="k"))]]


def choice(asked: AskedChoice) -> tuple[str, Rows]:
    """What is chosen so far, and the next choices."""
    choices = asked.choices
    text = texts.CHOICE.format(
        account=shown(asked.account.name),
        mode=mode_mark(asked.account, choices.trading_mode),
        chosen="".join(f"\n{line}" for line in _chosen(choices)),
        question=texts.QUESTIONS[choices.step.value],
        note=texts.CHOICE_NOTE,
    )

    def button(label: str, code: object) -> Button:
        return Button(label, Press(Act.STANDING, argument=f"w-{asked.token}-{code}"))

    rows = [[button(*one) for one in row] for row in _offered(choices, asked.today)]
    return text, [*rows, [Button(texts.NO, Press(Act.STANDING, argument="k"))]]


def _chosen(choices: Choices) -> list[str]:
    """One line for each choice that was made."""
    lines, order, day = list[str](), choices.order_bound, choices.day_bound
    if choices.whose is not None:
        lines.append(texts.CHOSEN_STRATEGY.format(strategy=shown(choices.whose.name, 100)))
    if choices.is_picked:
        names = shown(", ".join(one.name for one in choices.tickers), _EVERY_NAME)
        lines.append(texts.CHOSEN_TICKERS.format(tickers=names) if choices.picked else texts.CHOSEN_ANYTHING)
    if choices.side is not None:
        lines.append(texts.CHOSEN_SIDE.format(side=texts.SIDES[choices.side.value]))
    if order is not None:
        lines.append(texts.CHOSEN_ORDER.format(bound=retold(render_bound(order))))
    if day is not None:
        lines.append(texts.CHOSEN_DAY.format(bound=retold(render_bound(day))))
    return [*lines, *([texts.CHOSEN_UNBOUNDED] if choices.is_unbounded else [])]


def _offered(choices: Choices, today: date) -> Sequence[Sequence[tuple[str, object]]]:
    """The labels of the next step in rows, each with its code."""
    match choices.step:
        case Step.STRATEGY:
            return [[(one_line(one.name, _LABEL), place)] for place, one in enumerate(choices.seen)]
        case Step.SYMBOLS:
            return _offered_symbols(choices)
        case Step.SIDE:
            return [[(label, code) for code, label in texts.SIDE_BUTTONS.items()]]
        case Step.UNTIL:
            days = [today + timedelta(days=ahead) for ahead in DAYS]
            return _in_rows([(retold_date(render_day(day)), place) for place, day in enumerate(days)])
    bounds = choices.amounts if choices.step is Step.PER_ORDER else choices.day_amounts
    is_free = choices.step is Step.PER_ORDER and choices.side is Side.EXITS
    labels = _in_rows([(retold(render_bound(one)), place) for place, one in enumerate(bounds)])
    return [*([[(texts.WHAT_CLOSES, UNBOUNDED)]] if is_free else []), *labels]


def _offered_symbols(choices: Choices) -> Sequence[Sequence[tuple[str, object]]]:
    tickers = choices.whose.tickers if choices.whose is not None else ()
    names = [one_line(one.name, _LABEL) for one in tickers]
    labels = [
        (texts.PICKED.format(name=name) if place in choices.picked else name, place)
        for place, name in enumerate(names)
    ]
    go_on = [[(texts.GO_ON, NEXT)]] if choices.picked else []
    return [*_in_rows(labels), *go_on, [(texts.EXITS_OF_ANYTHING, ANYTHING)]]


def _in_rows(labels: Sequence[tuple[str, object]]) -> list[Sequence[tuple[str, object]]]:
    return [labels[start : start + 2] for start in range(0, len(labels), 2)]


def _add(account: Account, many: bool) -> Button:
    label = texts.ADD_FOR.format(account=one_line(account.name, _LABEL)) if many else texts.ADD
    return Button(label, Press(Act.STANDING, argument=f"n-{account.id}"))


def given(approval: StandingApproval) -> str:
    """What is in force now."""
    strategy = shown(approval.terms.strategy, 100)
    return texts.GIVEN.format(number=approval.id, strategy=strategy, orders=_orders(approval.terms))


def _entry(one: Held, each: InForce, many: bool) -> str:
    approval, terms = each.approval, each.approval.terms
    name = f" · {shown(one.account.name)}" if many else ""
    lines = [
        texts.ENTRY.format(
            number=approval.id,
            mode=mode_mark(one.account, terms.trading_mode) + name,
            strategy=shown(terms.strategy),
            orders=_orders(terms),
            bounds=_bounds(terms),
            until=retold_date(render_day(terms.until)),
            giver=shown(approval.given_by),
        ),
        texts.USED.format(used=retold(used_today(terms, each.used))),
    ]
    why = each.void or _held_back(one.account)
    return "\n".join([*lines, *([texts.VOID.format(why=shown(retold(why), _WHY_LIMIT))] if why else [])])


def _held_back(account: Account) -> str:
    if account.pause is not None:
        return texts.PAUSED
    return texts.IN_AUTO if account.order_mode != OrderMode.SEMI_AUTO else ""


def _orders(terms: Terms) -> str:
    return shown(retold(what_orders(terms)), _ORDERS_LIMIT)


def _bounds(terms: Terms) -> str:
    return "\n".join(texts.BOUND.format(bound=retold(one)) for one in how_much(terms))


def _stop(each: InForce, page: int) -> list[Button]:
    number = each.approval.id
    return [Button(texts.STOP.format(number=number), Press(Act.STANDING, argument=f"s-{number}-{page}"))]


def _turning(page: int, pages: int) -> Rows:
    turns = [(page - 1, texts.BACK)] if page else []
    turns += [(page + 1, list_texts.NEXT)] if page + 1 < pages else []
    buttons = [Button(label, Press(Act.STANDING, argument=f"o-{to}")) for to, label in turns]
    return [*([buttons] if buttons else []), [Button(messages.REFRESH, Press(Act.STANDING, argument=f"o-{page}"))]]
