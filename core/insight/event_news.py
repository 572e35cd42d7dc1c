"""Which events of the audit trail people are told of."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from core.audit import Kind, Link
from core.insight.doers import Doer, facts_of
from core.insight.news import JUST_TAPPED, News, Topic
from core.orders.order import Order
from core.orders.order_events import EventName, event_name_of

_OF_LEGS: Mapping[str, Topic] = {
    Kind.LEG_FILLED: Topic.FILLED,
    Kind.LEG_ACKNOWLEDGED: Topic.PART_FILLED,
    Kind.LEG_REJECTED: Topic.BROKER_REJECTED,
    Kind.LEG_UNKNOWN: Topic.NOT_CONFIRMED,
    Kind.LEG_CANCELLED: Topic.CANCELLED,
    Kind.LEG_LAPSED: Topic.LAPSED,
    Kind.LEG_ABSENT: Topic.NEVER_PLACED,
    Kind.LEG_SENT_AGAIN: Topic.SENT_AGAIN,
    Kind.LEG_DROPPED: Topic.DROPPED,
}
_OF_ONE_LEG = frozenset(
    {Topic.BROKER_REJECTED, Topic.NOT_CONFIRMED, Topic.NEVER_PLACED, Topic.SENT_AGAIN, Topic.DROPPED}
)
"""What is told of each leg, also where the others go on."""
_DOUBT: frozenset[str] = frozenset({Kind.LEG_UNKNOWN, Kind.LEG_ASKED})
"""After these it is not known whether the broker has the leg."""
_OTHERS: Mapping[str, Topic] = {
    Kind.LEG_ASKED: Topic.IN_DOUBT,
    Kind.LEG_FOUND_LATE: Topic.FOUND_LATE,
    Kind.ORDER_EXPIRED: Topic.EXPIRED,
    Kind.ORDER_DENIED: Topic.DENIED,
    Kind.ACCOUNT_CHANGED: Topic.CHANGED,
    Kind.ACCOUNT_PAUSED: Topic.PAUSED,
    Kind.ACCOUNT_RESUMED: Topic.RESUMED,
    Kind.LIMITS_CHANGED: Topic.LIMITS_CHANGED,
    Kind.BOOK_RESET_ASKED: Topic.BOOK_RESET,
    Kind.STANDING_GIVEN: Topic.STANDING_GIVEN,
    Kind.STANDING_STOPPED: Topic.STANDING_STOPPED,
    Kind.LINKED: Topic.LINKED,
    Kind.UNLINKED: Topic.UNLINKED,
    Kind.ROLE_CHANGED: Topic.ROLE_CHANGED,
    Kind.OPERATION_REFUSED: Topic.REFUSED,
    Kind.EXIT_REFUSED: Topic.EXIT_REFUSED,
    Kind.STRATEGY_SPOKE: Topic.STRATEGY_SAYS,
}
WATCHED: Sequence[str] = sorted({*_OF_LEGS, *_OTHERS})
"""The kinds of event that can be news."""


def news_of(link: Link, order: Order | None, until_then: Sequence[Link]) -> News | None:
    """What there is to tell of this event; None when nothing.

    `order` is the one that the event is of, `until_then` are the events of its legs up to and including this one.
    """
    topic = _OF_LEGS.get(link.kind) or _OTHERS.get(link.kind)
    if topic is None:
        return None
    facts = facts_of(link)
    if link.kind in _OF_LEGS:
        return None if order is None else _of_leg(link, topic, order, until_then)
    if topic is Topic.DENIED and order is None:
        # A request that became no order was answered to the strategy; only limits leave a denied order.
        return None
    if topic is Topic.CHANGED and facts.get("enabled") == str(False):
        topic = Topic.DISABLED
    if topic is Topic.UNLINKED and str(Doer.of(link).id) == facts.get("user") and Doer.of(link).kind == "telegram":
        topic = Topic.LEFT
    return _make(link, topic, facts, order)


def may_have_been_asked_for(link: Link) -> bool:
    """Whether a person may have asked for what this event says of a leg, apart from approving its order."""
    return link.kind == Kind.LEG_CANCELLED


def just_asked(link: Link, requests: Sequence[Link]) -> Sequence[Doer]:
    """Who made these requests so short a time before this event that they still look at the answer."""
    at = datetime.fromisoformat(link.at)
    return [Doer.of(one) for one in requests if at - datetime.fromisoformat(one.at) < JUST_TAPPED]


def needs_earlier_events(link: Link) -> bool:
    """Whether only the earlier events of its order's legs show what this one says."""
    return link.kind in _OF_LEGS and link.kind != Kind.LEG_UNKNOWN


def _of_leg(link: Link, topic: Topic, order: Order, until_then: Sequence[Link]) -> News | None:
    facts = facts_of(link)
    before = [one for one in until_then if one.seq < link.seq]
    was_in_doubt = any(one.kind == Kind.LEG_UNKNOWN for one in before)
    ends_a_doubt = link.kind != Kind.LEG_UNKNOWN and _last_kinds(before).get(facts.get("leg")) in _DOUBT
    news: News | None
    if topic in _OF_ONE_LEG:
        news = _make(link, topic, facts, order)
    elif len(order.legs) > 1:
        news = _of_many_legs(link, order, until_then)
    elif topic is Topic.PART_FILLED and _filled(link) <= max(map(_filled, before), default=Decimal(0)):
        news = None
    else:
        news = _make(link, topic, facts, order)
    if news is None and ends_a_doubt:
        is_there = link.kind in {Kind.LEG_ACKNOWLEDGED, Kind.LEG_FILLED}
        news = _make(link, Topic.CONFIRMED if is_there else topic, facts, order)
    return news and replace(news, was_in_doubt=was_in_doubt, ends_a_doubt=ends_a_doubt)


def _of_many_legs(link: Link, order: Order, until_then: Sequence[Link]) -> News | None:
    """An order of several legs is told of once, when it has come to its end."""
    if event_name_of(link, order, until_then) not in {EventName.EXECUTED, EventName.FAILED}:
        return None
    filled = sum(kind == Kind.LEG_FILLED for kind in _last_kinds(until_then).values())
    return _make(link, Topic.ENDED, {"filled": str(filled), "legs": str(len(order.legs))}, order)


def _last_kinds(events: Sequence[Link]) -> Mapping[str | None, str]:
    """The kind of each leg's last event, by the leg's number."""
    return {facts_of(one).get("leg"): one.kind for one in events}


def _filled(link: Link) -> Decimal:
    return Decimal(facts_of(link).get("filled_quantity", "0"))


def _make(link: Link, topic: Topic, facts: Mapping[str, str], order: Order | None) -> News:
    return News(topic, datetime.fromisoformat(link.at), Doer.of(link), facts, order)
