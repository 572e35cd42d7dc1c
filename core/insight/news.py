"""Which events of the audit trail people are told of, and whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from core.accounts import Approver, Role
from core.audit import Kind, Link
from core.ids import UserId
from core.insight.doers import Doer, facts_of
from core.insight.notice_settings import NoticeKind
from core.orders.order import Order
from core.orders.order_events import EventName, event_name_of

JUST_TAPPED = timedelta(seconds=5)
"""Who decided so short a time ago still looks at the card, which shows the outcome already."""


class Topic(StrEnum):
    """What a notice says."""

    FILLED = "filled"
    PART_FILLED = "part filled"
    BROKER_REJECTED = "rejected"
    NOT_CONFIRMED = "not confirmed"
    CONFIRMED = "confirmed"
    IN_DOUBT = "in doubt"
    FOUND_LATE = "found late"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    ENDED = "ended"
    DENIED = "denied"
    CHANGED = "changed"
    STANDING_GIVEN = "standing given"
    STANDING_STOPPED = "standing stopped"
    LINKED = "linked"
    UNLINKED = "unlinked"
    LEFT = "left"
    REMOVED = "removed"
    ROLE_CHANGED = "role changed"
    REFUSED = "refused"
    EXIT_REFUSED = "exit refused"
    LIMITS_CHANGED = "limits changed"
    BOOK_RESET = "book reset"
    DISABLED = "disabled"
    PAUSED = "paused"
    RESUMED = "resumed"
    LOGIN_NEEDED = "login needed"
    BROKER_AWAY = "broker away"
    BROKER_BACK = "broker back"
    LOSS_NEAR = "loss near"
    LOSS_REACHED = "loss reached"
    STRATEGY_SAYS = "strategy says"
    SUMMARY = "summary"


KINDS: Mapping[Topic, NoticeKind] = {
    Topic.FILLED: NoticeKind.FILLS,
    Topic.PART_FILLED: NoticeKind.FILLS,
    Topic.ENDED: NoticeKind.FILLS,
    Topic.BROKER_REJECTED: NoticeKind.TROUBLE,
    Topic.NOT_CONFIRMED: NoticeKind.TROUBLE,
    Topic.CONFIRMED: NoticeKind.TROUBLE,
    Topic.BROKER_AWAY: NoticeKind.TROUBLE,
    Topic.BROKER_BACK: NoticeKind.TROUBLE,
    Topic.EXPIRED: NoticeKind.ENDED,
    Topic.CANCELLED: NoticeKind.ENDED,
    Topic.LAPSED: NoticeKind.ENDED,
    Topic.DENIED: NoticeKind.LIMITS,
    Topic.CHANGED: NoticeKind.CHANGES,
    Topic.STANDING_GIVEN: NoticeKind.CHANGES,
    Topic.STANDING_STOPPED: NoticeKind.CHANGES,
    Topic.LINKED: NoticeKind.CHANGES,
    Topic.UNLINKED: NoticeKind.CHANGES,
    Topic.LEFT: NoticeKind.CHANGES,
    Topic.REMOVED: NoticeKind.CHANGES,
    Topic.ROLE_CHANGED: NoticeKind.CHANGES,
    Topic.LIMITS_CHANGED: NoticeKind.CHANGES,
    Topic.BOOK_RESET: NoticeKind.CHANGES,
    Topic.REFUSED: NoticeKind.REFUSED,
    Topic.EXIT_REFUSED: NoticeKind.REFUSED,
    Topic.LOGIN_NEEDED: NoticeKind.LOGINS,
    Topic.STRATEGY_SAYS: NoticeKind.WORDS,
    Topic.SUMMARY: NoticeKind.SUMMARY,
}
"""What people may choose by. What is not here stops trading or needs somebody: it is always told, with sound."""
_FOR_DECIDERS = frozenset(
    {Topic.REFUSED, Topic.EXIT_REFUSED, Topic.LOGIN_NEEDED, Topic.LOSS_NEAR, Topic.LOSS_REACHED, Topic.IN_DOUBT}
)
_FOR_OWNERS = frozenset({Topic.STRATEGY_SAYS})
_SEEN_ON_THE_CARD = frozenset({Topic.FILLED, Topic.PART_FILLED, Topic.ENDED, Topic.CANCELLED, Topic.LAPSED})
_OF_LEGS: Mapping[str, Topic] = {
    Kind.LEG_FILLED: Topic.FILLED,
    Kind.LEG_ACKNOWLEDGED: Topic.PART_FILLED,
    Kind.LEG_REJECTED: Topic.BROKER_REJECTED,
    Kind.LEG_UNKNOWN: Topic.NOT_CONFIRMED,
    Kind.LEG_CANCELLED: Topic.CANCELLED,
    Kind.LEG_LAPSED: Topic.LAPSED,
}
_TROUBLE = frozenset({Topic.BROKER_REJECTED, Topic.NOT_CONFIRMED})
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


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell the people of an account."""

    topic: Topic
    at: datetime
    doer: Doer
    facts: Mapping[str, str] = field(default_factory=dict)
    order: Order | None = None
    asked_by: Sequence[Doer] = ()
    """Who asked for it a moment ago, and has the answer before them."""
    ends_a_doubt: bool = False
    """Whether people were told before that the order is not confirmed: then the card alone does not tell them."""

    @property
    def kind(self) -> NoticeKind | None:
        """The kind that people choose by; None for what nobody may switch off."""
        return KINDS.get(self.topic)

    @property
    def counted_by(self) -> str:
        """What happens again as the same: it is counted in one notice. Empty for what is told each time."""
        if self.topic is Topic.REFUSED:
            return self.facts.get("operation", "")
        if self.topic is Topic.EXIT_REFUSED:
            return " ".join(self.facts.get(name, "") for name in ("strategy", "exchange", "symbol", "action", "how"))
        return ""

    def concerns(self, person: Approver) -> bool:
        """Whether this person is told of it: not of what they did or saw themselves, or was before they came."""
        if person.linked_at > self.at or self.doer.is_person(person.user_id):
            return False
        if self.topic in _FOR_OWNERS and person.role is not Role.OWNER:
            return False
        if self.topic in _FOR_DECIDERS and not person.role.decides:
            return False
        is_on_the_card = self.topic in _SEEN_ON_THE_CARD and not self.ends_a_doubt
        return not (is_on_the_card and self._was_just_caused_by(person.user_id))

    def _was_just_caused_by(self, user_id: UserId) -> bool:
        return any(one.is_person(user_id) for one in self.asked_by) or self._was_just_decided_by(user_id)

    def _was_just_decided_by(self, user_id: UserId) -> bool:
        order = self.order
        if order is None or order.approved_by_id != user_id or order.approved_at is None:
            return False
        return self.at - order.approved_at < JUST_TAPPED


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
    return link.kind in _OF_LEGS and _OF_LEGS[link.kind] not in _TROUBLE


def _of_leg(link: Link, topic: Topic, order: Order, until_then: Sequence[Link]) -> News | None:
    facts = facts_of(link)
    if topic in _TROUBLE:
        return _make(link, topic, facts, order)
    before = [one for one in until_then if one.seq < link.seq]
    if len(order.legs) > 1:
        news = _of_many_legs(link, order, until_then)
    elif topic is Topic.PART_FILLED and _filled(link) <= max(map(_filled, before), default=Decimal(0)):
        news = None
    else:
        news = _make(link, topic, facts, order)
    if news is None:
        is_found = link.kind == Kind.LEG_ACKNOWLEDGED and _last_kinds(before).get(facts.get("leg")) in _DOUBT
        return _make(link, Topic.CONFIRMED, facts, order) if is_found else None
    return replace(news, ends_a_doubt=any(one.kind == Kind.LEG_UNKNOWN for one in before))


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
