"""Notices as lines: one each, or several as one digest."""

import html
from collections.abc import Mapping, Sequence
from decimal import Decimal

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.cards.terms import mode_mark, number
from bot.pages.exit_notices import exit_buttons, exit_words
from bot.pages.order_list import what_it_is
from bot.pages.portfolio import fitting
from bot.text import amounts, notice_texts, people_texts
from bot.text import limits as limit_texts
from bot.text.escaping import one_line, quoted_lines, shown
from bot.text.language.retelling import retold
from bot.text.language.translation import translated
from core.accounts import Account, TradingMode
from core.clock import render_ist
from core.insight.news import KINDS, Topic
from core.limits.bound_text import title
from core.orders.order import Leg, Order
from core.services.insight.notices import Due, Inbox

_NAME_LIMIT = 40
_WORDS_LIMIT = 160
_TERMS_LIMIT = 400
_MESSAGE_LIMIT = 1000
_DIGEST_ROOM = 3800
_CHANGED = "changed."
_SAME_AS = {"order_mode": "to", "trading_mode": "to"}
"""The command line and the chat write the same change under different names."""
_NEED_A_LOOK = frozenset({Topic.IN_DOUBT, Topic.FOUND_LATE})
_FOUND = frozenset(
    {Topic.FILLED, Topic.PART_FILLED, Topic.ENDED, Topic.CONFIRMED, Topic.CANCELLED, Topic.BROKER_REJECTED}
)
_PEOPLE = frozenset({"telegram", "cli"})
_EXITS = frozenset({Topic.REFUSED, Topic.EXIT_REFUSED})


def notice_line(due: Due, many_accounts: bool) -> str:
    """One notice in one line."""
    text = notice_texts.LINES[due.notice.topic].format(**_words(due))
    is_of_order = due.order is not None and due.notice.topic not in _EXITS
    return f"{text}{_decided(due)}{_place(due, many_accounts)}" if is_of_order else text


def notice_buttons(due: Due) -> Rows:
    """What can be done about it with one tap."""
    if due.notice.topic in _EXITS:
        return exit_buttons(due)
    if due.notice.topic in _NEED_A_LOOK and due.order is not None:
        return [[Button(notice_texts.OPEN.format(order=number(due.order)), Press(Act.OPEN, due.order.id))]]
    if due.notice.topic not in {Topic.LOSS_NEAR, Topic.LOSS_REACHED}:
        return ()
    label = limit_texts.PAUSE.format(account=one_line(due.account.name, 24))
    return [[Button(label, Press(Act.PAUSE, argument=f"p-{due.account.id}"))]]


def stands_alone(due: Due) -> bool:
    """Whether it is a message of its own, and goes first: what stops trading, and what has buttons."""
    return due.notice.topic not in KINDS or bool(notice_buttons(due))


def digest(inbox: Inbox, due: Sequence[Due]) -> str:
    """Several notices as one message."""
    head = notice_texts.DIGEST.format(count=len(due))
    return "\n".join([head, "", *fitting([notice_line(one, inbox.many_accounts) for one in due], _DIGEST_ROOM)])


def _words(due: Due) -> dict[str, str]:
    facts, account = due.notice.facts, due.account
    words = {"account": shown(account.name, _NAME_LIMIT), "who": _who(facts)}
    if due.order is not None:
        words |= _of_order(due.notice.topic, due.order, facts)
    match due.notice.topic:
        case Topic.CHANGED | Topic.DISABLED:
            words["change"] = "; ".join(_changes(facts, account)) or notice_texts.SOMETHING_CHANGED
        case Topic.STANDING_GIVEN | Topic.STANDING_STOPPED:
            words["standing"] = facts.get("standing", "")
            words["terms"] = shown(retold(facts.get("what", "")), _TERMS_LIMIT)
        case Topic.LINKED:
            words |= {"name": shown(facts.get("by_name", ""), _NAME_LIMIT), "role": _role(facts, "role")}
        case Topic.UNLINKED | Topic.LEFT | Topic.ROLE_CHANGED:
            words["name"] = shown(facts.get("name", ""), _NAME_LIMIT)
            words |= {name: shown(_role(facts, name), _NAME_LIMIT) for name in ("role", "was")}
        case Topic.LIMITS_CHANGED:
            words |= {"strategy": _strategy(facts), "bounds": _bounds(facts)}
        case Topic.BOOK_RESET:
            words["book"] = shown(notice_texts.BOOKS.get(facts.get("book", ""), facts.get("book", "")), _NAME_LIMIT)
        case Topic.PAUSED:
            words["time"] = render_ist(due.notice.at)
        case Topic.LOGIN_NEEDED:
            words |= _login(facts, account)
        case Topic.BROKER_AWAY | Topic.BROKER_BACK:
            words |= {name: shown(facts.get(name, ""), _NAME_LIMIT) for name in ("broker", "since", "until")}
        case Topic.STRATEGY_SAYS:
            label = facts.get("label", "")
            key = notice_texts.WITH_KEY.format(label=shown(label, _NAME_LIMIT)) if label else ""
            words |= {"key": key, "words": quoted_lines(facts.get("message", ""), _MESSAGE_LIMIT)}
        case Topic.LOSS_NEAR | Topic.LOSS_REACHED:
            mode = notice_texts.IN_SANDBOX if facts["mode"] == TradingMode.SANDBOX else ""
            words |= {"strategy": _strategy(facts), "mode": mode, "lost": facts["lost"], "limit": facts["limit"]}
        case Topic.REFUSED | Topic.EXIT_REFUSED:
            words |= exit_words(due)
    return words


def _of_order(topic: Topic, order: Order, facts: Mapping[str, str]) -> dict[str, str]:
    leg = _leg_of(order, facts)
    filled = Decimal(facts.get("filled_quantity", "0"))
    said = retold(facts.get("message") or facts.get("why") or "")
    words = {
        "order": number(order),
        "what": what_it_is(order) if leg is None else _leg_in_words(leg),
        "message": shown(said or notice_texts.NO_REASON, _WORDS_LIMIT),
        "price": amounts.mean_price(Decimal(facts.get("average_price", "0"))),
        "filled": amounts.quantity(filled),
        "why": _why_expired(facts),
        "legs": facts.get("legs", ""),
        "number": shown(facts.get("broker_order_id", ""), _WORDS_LIMIT),
        "numbers": shown(facts.get("numbers", ""), _WORDS_LIMIT),
        "left": notice_texts.LEFT.get(facts.get("left", ""), ""),
    }
    if topic is Topic.CANCELLED:
        words["filled"] = notice_texts.CANCELLED_AFTER.format(filled=words["filled"]) if filled else ""
    if topic is Topic.ENDED:
        is_whole = facts.get("filled") == facts.get("legs")
        mark = notice_texts.ALL_FILLED if is_whole else notice_texts.NOT_ALL_FILLED
        words |= {"filled": facts.get("filled", ""), "mark": mark}
    return words


def _why_expired(facts: Mapping[str, str]) -> str:
    if facts.get("clock") == "execution":
        return notice_texts.COULD_NOT_BE_SENT
    return shown(retold(facts["why"]), _WORDS_LIMIT) if "why" in facts else notice_texts.NOBODY_DECIDED


def _leg_of(order: Order, facts: Mapping[str, str]) -> Leg | None:
    return next((leg for leg in order.legs if str(leg.number) == facts.get("leg")), None)


def _leg_in_words(leg: Leg) -> str:
    terms = leg.terms
    return f"<b>{terms.action} {amounts.quantity(terms.quantity)}</b> {shown(terms.symbol, _NAME_LIMIT)}"


def _decided(due: Due) -> str:
    """Which person said that an order of the broker's is the one in doubt."""
    facts = due.notice.facts
    if due.notice.topic not in _FOUND or facts.get("by") not in _PEOPLE:
        return ""
    return notice_texts.DECIDED_BY.format(who=_who(facts))


def _place(due: Due, many_accounts: bool) -> str:
    """The mode, and the account where the reader has several."""
    assert due.order is not None
    name = f" · {shown(due.account.name, _NAME_LIMIT)}" if many_accounts else ""
    return f" · {mode_mark(due.account, due.order.trading_mode)}{name}"


def _changes(facts: Mapping[str, str], account: Account) -> list[str]:
    live = "LIVE (PAPER)" if account.has_paper_broker else "LIVE"
    changes = []
    for key, value in facts.items():
        if key in {"by", "by_name"}:
            continue
        known = notice_texts.CHANGES.get((_SAME_AS.get(key, key), value))
        other = notice_texts.OTHER_CHANGE.format(what=shown(key, _NAME_LIMIT), value=shown(value, _NAME_LIMIT))
        changes.append(known.format(live=live) if known else other)
    return changes


def _login(facts: Mapping[str, str], account: Account) -> dict[str, str]:
    url = html.escape(facts.get("url", ""))
    command = notice_texts.LOGIN_COMMAND.format(account=html.escape(one_line(account.name, _NAME_LIMIT)))
    return {
        "broker": shown(facts.get("broker", ""), _NAME_LIMIT),
        "why": shown(retold(facts.get("why", "")), _WORDS_LIMIT),
        "way": notice_texts.LOGIN_LINK.format(url=url) if url else command,
    }


def _strategy(facts: Mapping[str, str]) -> str:
    name = facts.get("strategy", "")
    return notice_texts.OF_STRATEGY.format(strategy=shown(name, _NAME_LIMIT)) if name else ""


def _bounds(facts: Mapping[str, str]) -> str:
    """Each limit that is another one now."""
    changed = [
        notice_texts.BOUND.format(name=_limit(name), bound=shown(translated(bound), _WORDS_LIMIT))
        for name, bound in facts.items()
        if name.startswith(_CHANGED)
    ]
    return "\n".join(changed) or notice_texts.NO_LIMITS_LEFT


def _limit(name: str) -> str:
    bare = name.removeprefix(_CHANGED)
    return limit_texts.LIMIT_NAMES.get(bare, title(bare))


def _role(facts: Mapping[str, str], name: str) -> str:
    role = facts.get(name, "")
    return people_texts.ROLE_NAMES.get(role, role)


def _who(facts: Mapping[str, str]) -> str:
    name = facts.get("by_name", "")
    as_name = notice_texts.AS_NAME.format(name=shown(name, _NAME_LIMIT)) if name else ""
    known = notice_texts.WHO.get(facts.get("by", ""), notice_texts.SOMEBODY)
    return known.format(name=shown(name, _NAME_LIMIT), as_name=as_name)
