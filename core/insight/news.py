"""What people are told of, and whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from core.accounts import Approver, Role
from core.ids import UserId
from core.insight.doers import Doer
from core.insight.notice_settings import NoticeKind
from core.orders.order import Order

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
    NEVER_PLACED = "never placed"
    SENT_AGAIN = "sent again"
    DROPPED = "dropped"
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
    Topic.NEVER_PLACED: NoticeKind.TROUBLE,
    Topic.SENT_AGAIN: NoticeKind.TROUBLE,
    Topic.DROPPED: NoticeKind.TROUBLE,
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
DOUBTS = frozenset({Topic.NOT_CONFIRMED, Topic.IN_DOUBT})
"""What says that nobody knows whether the broker has an order."""
_SEEN_ON_THE_CARD = frozenset({Topic.FILLED, Topic.PART_FILLED, Topic.ENDED, Topic.CANCELLED, Topic.LAPSED})


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
    was_in_doubt: bool = False
    """Whether people were told before that the order is not confirmed: then the card alone does not tell them."""
    ends_a_doubt: bool = False
    """Whether it says what became of what was not confirmed: who was told of the doubt hears it in any case."""

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
        is_on_the_card = self.topic in _SEEN_ON_THE_CARD and not self.was_in_doubt
        return not (is_on_the_card and self._was_just_caused_by(person.user_id))

    def _was_just_caused_by(self, user_id: UserId) -> bool:
        return any(one.is_person(user_id) for one in self.asked_by) or self._was_just_decided_by(user_id)

    def _was_just_decided_by(self, user_id: UserId) -> bool:
        order = self.order
        if order is None or order.approved_by_id != user_id or order.approved_at is None:
            return False
        return self.at - order.approved_at < JUST_TAPPED
