"""Several legs on one card: grouped, each with its outcome, in the longest form that fits a message."""

import html
from dataclasses import dataclass, replace
from itertools import groupby

from bot.text import amounts
from bot.text import card_face as face
from bot.text import messages as texts
from bot.text.escaping import shown, units
from bot.text.language.retelling import retold
from core.orders.order import Leg, LegTerms, Order, PriceType
from core.orders.states import UNSENT_LEG_STATES, BrokerStatus, QueueStatus

MOST_UNITS = 2750
"""UTF-16 units of plain text that legs and note may take together; the rest of a card needs at most 1340."""
_SYMBOL_LIMIT = 40
_MESSAGE_LIMIT = 28
_LONGEST_OUTCOME = 60
_LONGEST_MARK = 28
LIMITED = frozenset({PriceType.LIMIT, PriceType.SL})
TRIGGERED = frozenset({PriceType.SL, PriceType.SL_M})


@dataclass(frozen=True, slots=True)
class Group:
    """Children that differ in quantity only; `terms` carry their total."""

    terms: LegTerms
    legs: tuple[Leg, ...]


def group_legs(order: Order) -> list[Group]:
    """The order's legs by item of the request: a split is one group, each item of a basket is one."""
    groups = []
    for _, found in groupby(order.legs, key=_sameness):
        legs = tuple(found)
        total = sum((leg.terms.quantity for leg in legs), start=legs[0].terms.quantity * 0)
        groups.append(Group(replace(legs[0].terms, quantity=total), legs))
    return groups


def group_lines(order: Order) -> list[str] | None:
    """A line or more for every group, with its outcome; None when they do not all fit on one card."""
    groups, room_left = group_legs(order), MOST_UNITS - units(html.escape(order.note or ""))
    # What was approved must be shown again with its outcome, so there must be room for that from the start.
    undecided = replace(order, status=QueueStatus.PENDING)
    for form, room in ((_in_several_lines, _LONGEST_OUTCOME), (_in_one_line, _LONGEST_MARK)):
        terms = [line for number, group in enumerate(groups, 1) for line in form(number, group, undecided)]
        if sum(units(line) + 1 for line in terms) + room * len(groups) <= room_left:
            return [line for number, group in enumerate(groups, 1) for line in form(number, group, order)]
    return None


def parts_line(group: Group) -> list[str]:
    """How one group is cut into children, if it is."""
    if len(group.legs) == 1:
        return []
    sizes = [amounts.quantity(leg.terms.quantity) for leg in group.legs]
    full = sizes[0]
    rest = [] if sizes[-1] == full else [f"1 × {sizes[-1]}"]
    count = len(sizes) - len(rest)
    return [texts.IN_PARTS.format(count=len(sizes), parts=" + ".join([f"{count} × {full}", *rest]))]


def sum_up(order: Order) -> str:
    """One line with the outcome of all legs together."""
    done = sum(leg.broker_status is BrokerStatus.COMPLETE for leg in order.legs)
    template = texts.SUMMARIES.get(order.broker_status or BrokerStatus.READY, texts.SENDING)
    return template.format(done=done, count=len(order.legs))


def prices(terms: LegTerms) -> list[str]:
    """The prices that this order type uses, in words."""
    limit = [amounts.price(terms.price)] if terms.pricetype in LIMITED else []
    trigger = [face.TRIGGER.format(price=amounts.price(terms.trigger_price))] if terms.pricetype in TRIGGERED else []
    return limit + trigger


def _sameness(leg: Leg) -> tuple[object, ...]:
    return leg.part, replace(leg.terms, quantity=leg.terms.quantity * 0)


def _in_several_lines(number: int, group: Group, order: Order) -> list[str]:
    return [
        _in_one_line(number, group, replace(order, status=QueueStatus.PENDING))[0],
        *[f"    {line}" for line in parts_line(group)],
        *[f"    {line}" for line in _outcome(group, order)],
    ]


def _in_one_line(number: int, group: Group, order: Order) -> list[str]:
    terms = group.terms
    what = f"<b>{terms.action} {amounts.quantity(terms.quantity)}</b> {shown(terms.symbol, _SYMBOL_LIMIT)}"
    how = " ".join([terms.pricetype, ", ".join(prices(terms))]).strip()
    where = [str(terms.exchange)] if _differ(order, "exchange") else []
    product = [str(terms.product)] if _differ(order, "product") else []
    outcome = [line.partition(":")[0] for line in _outcome(group, order)]
    return [" · ".join([f"{number}. {what}", how, *where, *product, *outcome])]


def _differ(order: Order, name: str) -> bool:
    """Whether the legs differ in this term, so that each must say its own."""
    return len({getattr(leg.terms, name) for leg in order.legs}) > 1


def _outcome(group: Group, order: Order) -> list[str]:
    """The outcome of a group's legs in one line; only for an approved order."""
    if order.status is not QueueStatus.APPROVED or all(leg.broker_status in UNSENT_LEG_STATES for leg in group.legs):
        return []
    if len(group.legs) == 1:
        return [_briefly(group.legs[0])]
    done = [leg for leg in group.legs if leg.broker_status is BrokerStatus.COMPLETE]
    failed = [leg for leg in group.legs if leg.broker_status in {BrokerStatus.REJECTED, BrokerStatus.CANCELLED}]
    words = texts.PARTS_DONE.format(done=len(done), count=len(group.legs))
    return [words + (f" · {_briefly(failed[0])}" if failed else "")]


def _filled(leg: Leg) -> str:
    quantity, price = amounts.quantity(leg.filled_quantity), amounts.mean_price(leg.average_price)
    return texts.LEG_FILLED.format(quantity=quantity, price=price)


def _briefly(leg: Leg) -> str:
    """One leg's outcome, with the broker's message where there is one."""
    if leg.broker_status is BrokerStatus.COMPLETE:
        return _filled(leg)
    words = texts.LEG_WORDS[leg.broker_status]
    is_explained = leg.broker_status in _EXPLAINED and leg.message
    return f"{words}: {shown(retold(leg.message), _MESSAGE_LIMIT)}" if is_explained else words


_EXPLAINED = frozenset({BrokerStatus.READY, BrokerStatus.REJECTED, BrokerStatus.CANCELLED})
