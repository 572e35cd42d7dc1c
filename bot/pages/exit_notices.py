"""Notices of refused exits: what was asked, and buttons to do it as the client."""

from collections.abc import Mapping
from decimal import Decimal

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.callbacks.references import reference
from bot.cards.gtt import gtt_headline
from bot.cards.terms import in_words
from bot.pages.order_list import what_it_is
from bot.text import exit_texts as texts
from bot.text.escaping import one_line, shown
from bot.text.language.retelling import retold
from core.accounts import Account
from core.insight.news import Topic
from core.orders.gtt import Gtt
from core.orders.intents import parse_intent
from core.orders.order import Action, LegTerms, PriceType, Product
from core.services.insight.notices import Due

_LABEL = 24
_WORDS_LIMIT = 300
_TERMS = "terms."


def held_order_reference(account: Account, is_gtt: bool, broker_order_id: str) -> str:
    """What a button calls an order or a trigger of the account's present book."""
    return reference(account.id, account.trading_mode, is_gtt, broker_order_id)


def exit_words(due: Due) -> dict[str, str]:
    """What the sentence of the notice is filled with."""
    times = texts.TIMES.format(times=due.notice.times) if due.notice.times > 1 else ""
    facts = due.notice.facts
    if due.notice.topic is Topic.REFUSED:
        words = {"operation": _operation(due), "terms": _new_terms(facts), "outcome": _outcome(facts)}
        return {**words, "times": times}
    why = shown(retold(facts.get("why", "")), _WORDS_LIMIT)
    is_known = facts.get("how") != "unknown"
    return {
        "what": _what(facts),
        "strategy": shown(facts.get("strategy") or texts.A_STRATEGY, 40),
        "how": texts.HOW.get(facts.get("how", ""), ""),
        "why": texts.NOTHING_SENT.format(why=why) if "without_triggers" not in facts else _no_triggers(facts),
        "advice": texts.ADVICE if is_known else texts.ADVICE_UNKNOWN,
        "times": times,
    }


def _outcome(facts: Mapping[str, str]) -> str:
    """What became of a refused operation, and what to do."""
    if "why" not in facts:
        return texts.BY_MODE
    why = shown(retold(facts["why"]), _WORDS_LIMIT)
    does = texts.WHAT_IT_DOES.get(facts.get("how", ""), "")
    if "in_doubt" in facts:
        return texts.MAY_BE_DONE.format(why=why) + does + texts.ADVICE_DOUBT
    return texts.NOT_DONE.format(why=why) + does + texts.ADVICE_REFUSED


def _new_terms(facts: Mapping[str, str]) -> str:
    """What a change was to make of the order, as far as that could be read and is of one order."""
    if "several" in facts:
        return ""
    gtt = parse_intent(facts["gtt"]) if "gtt" in facts else None
    if isinstance(gtt, Gtt):
        return texts.NEW_TERMS.format(terms=" · ".join(gtt_headline(gtt)))
    asked = {name.removeprefix(_TERMS): value for name, value in facts.items() if name.startswith(_TERMS)}
    return texts.NEW_TERMS.format(terms=" ".join(in_words(_leg(asked)))) if asked else ""


def _no_triggers(facts: Mapping[str, str]) -> str:
    return texts.NO_TRIGGERS.format(broker=shown(facts["without_triggers"], 40))


def exit_buttons(due: Due) -> Rows:
    """How the client does it: each button ends in the usual question."""
    make = _refused_buttons if due.notice.topic is Topic.REFUSED else _exit_buttons
    return [[Button(label, Press(Act.CLIENT, argument=argument))] for label, argument in make(due)]


def _refused_buttons(due: Due) -> list[tuple[str, str]]:
    facts, account = due.notice.facts, due.account
    held = facts.get("orderid") or facts.get("trigger_id")
    named = None if "several" in facts or held is None else held
    match facts.get("operation"):
        case "closeposition":
            return [(texts.CLOSE_ALL, f"n_x_{account.id}")]
        case "cancelallorder":
            return [(texts.CANCEL_ALL, f"n_z_{account.id}")]
        case "cancelorder" | "cancelgttorder":
            return [_held_button(account, "c", facts, named)]
        case "modifyorder" | "modifygttorder":
            return [_held_button(account, "m", facts, named)]
    return []


def _held_button(account: Account, verb: str, facts: Mapping[str, str], named: str | None) -> tuple[str, str]:
    """A button for the one order that was named, or for the list of what the broker holds."""
    one, several = (texts.CANCEL_ONE, texts.CANCEL) if verb == "c" else (texts.CHANGE_ONE, texts.CHANGE)
    if named is None:
        return several, f"n_{verb}_{account.id}"
    return one, f"w_{verb}_{account.id}_{held_order_reference(account, 'trigger_id' in facts, named)}"


def _exit_buttons(due: Due) -> list[tuple[str, str]]:
    facts, account = due.notice.facts, due.account
    positions = (texts.POSITIONS, f"n_p_{account.id}")
    if facts.get("how") == "closes":
        return [(texts.CLOSE_ALL, f"n_x_{account.id}"), positions]
    if "held_as" not in facts:
        return [positions]
    key = facts["exchange"], facts["symbol"], Product(facts["held_as"])
    position = reference(account.id, account.trading_mode, *key)
    label = texts.CLOSE.format(symbol=one_line(facts["symbol"], _LABEL))
    return [(label, f"c_{account.id}_{position}_a"), positions]


def _operation(due: Due) -> str:
    facts = due.notice.facts
    operation = facts.get("operation", "")
    words = texts.OPERATIONS.get(operation, texts.OTHER_OPERATION.format(operation=shown(operation, 40)))
    return words.format(what=_named(due))


def _named(due: Due) -> str:
    facts = due.notice.facts
    if "several" in facts:
        return texts.SEVERAL
    if due.order is not None:
        return what_it_is(due.order)
    if "orderid" not in facts and "trigger_id" not in facts:
        return texts.SOME_ORDER
    template = texts.THE_TRIGGER if "trigger_id" in facts else texts.THE_ORDER
    return template.format(id=shown(facts.get("trigger_id") or facts.get("orderid", ""), 40))


def _what(facts: Mapping[str, str]) -> str:
    if facts.get("how") == "closes":
        return texts.CLOSE_EVERYTHING
    if "quantity" not in facts:
        return f"<b>{facts['action']}</b> {shown(facts['symbol'], _LABEL * 2)}"
    return " ".join(in_words(_leg(facts)))


def _leg(facts: Mapping[str, str]) -> LegTerms:
    return LegTerms(
        exchange=facts["exchange"],
        symbol=facts["symbol"],
        action=Action(facts["action"]),
        quantity=Decimal(facts["quantity"]),
        pricetype=PriceType(facts["pricetype"]),
        price=Decimal(facts["price"]),
        trigger_price=Decimal(facts["trigger_price"]),
    )
