"""Renders an order as a card (text and buttons), with a fingerprint that shows whether a sent card is out of date."""

import hashlib
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from telegram.constants import KeyboardButtonStyle

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.cards.checked import check_lines
from bot.cards.doubts import doubt_buttons
from bot.cards.holds import hold_lines, may_be_held
from bot.cards.status import status_lines
from bot.cards.stopping import stop_buttons
from bot.cards.terms import Quotes, changed_lines, headline, is_shown_whole, number, origin_lines, term_lines
from bot.text import card_face as face
from bot.text import messages as texts
from bot.text.language.translation import spoken
from core.accounts import Account, Language, Role
from core.ids import UserId
from core.orders.order import Order
from core.orders.states import QueueStatus
from core.review.changes import may_change_price, may_change_quantity
from core.review.check import Check, parse_check

REFRESH_SECONDS = 60


@dataclass(frozen=True, slots=True)
class View:
    """One order as one person sees it; `role` is None for somebody not linked any more."""

    order: Order
    account: Account
    reader: UserId
    role: Role | None
    many_accounts: bool
    check: Check | None = None
    """What was found out about an order that waits."""

    @property
    def may_decide(self) -> bool:
        """Whether this person gets the Approve and Reject buttons."""
        return self.role is not None and self.role.decides


@dataclass(frozen=True, slots=True)
class Rendered:
    """A card's HTML and buttons."""

    html: str
    rows: Rows

    @property
    def plain(self) -> str:
        """The text without markup: what the person reads."""
        return plain_text(self.html)


def plain_text(markup: str) -> str:
    """Our own HTML as the text that Telegram makes of it."""
    return html.unescape(re.sub(r"</?[a-z][^>]*>", "", markup))


def render_card(view: View, quotes: Quotes, now: datetime) -> Rendered:
    """The card as it should look now."""
    order = view.order
    if view.role is None:
        return Rendered(texts.NOT_YOURS_ANY_MORE.format(number=number(order)), ())
    rows, check = card_buttons(view), _check(view)
    blocks: list[Sequence[str]] = [
        [
            headline(order, view.account, view.many_accounts),
            *term_lines(order, quotes),
            *changed_lines(order, now),
        ],
        origin_lines(order),
        check_lines(check, order) if check is not None else [],
        [*status_lines(order, view.may_decide, now), *hold_lines(order, view.account, now)],
        [texts.WHY] if rows and order.status is QueueStatus.REJECTED else [],
    ]
    return Rendered("\n\n".join("\n".join(block) for block in blocks if block), rows)


def _check(view: View) -> Check | None:
    """What was found out: now while the order waits, afterwards what was shown to who decided."""
    order = view.order
    if order.status is QueueStatus.PENDING:
        return view.check
    return parse_check(order.checked) if order.checked else None


def card_buttons(view: View) -> Rows:
    """What this person may do about the order now; empty when nothing."""
    order = view.order
    if not view.may_decide:
        return ()
    if order.status is QueueStatus.PENDING:
        changes = _changes(order)
        return (_decisions(order), *([changes] if changes else []))
    doubts = doubt_buttons(order)
    if doubts or order.standing_id is not None:
        return [*doubts, *(stop_buttons(order.standing_id) if order.standing_id is not None else ())]
    if order.status is QueueStatus.REJECTED and order.rejected_by_id == view.reader:
        return () if order.rejected_reason else _reasons(order)
    return ()


def fingerprint(view: View, now: datetime) -> str:
    """A short hash of everything a card shows except what moves by itself within a minute."""
    order = view.order
    waits = order.status is QueueStatus.PENDING
    legs = [
        (leg.broker_status.value, leg.broker_order_id, str(leg.filled_quantity), str(leg.average_price), leg.message)
        + (() if leg.asked_at is None else (leg.asked_at, leg.candidates))
        for leg in order.legs
    ]
    account = (view.account.name, view.account.broker, view.role, view.many_accounts)
    held = (view.account.pause, order.stopped) if may_be_held(order) else None
    bucket = int(now.timestamp()) // REFRESH_SECONDS if waits else None
    # An answer that comes late is shown at the next look.
    missing = view.check.unknown if view.check is not None else ""
    seen = (
        order.id,
        order.version,
        order.status.value,
        order.rejected_reason,
        order.outage,
        legs,
        account,
        held,
        bucket,
        missing,
    )
    language = () if spoken() is Language.ENGLISH else (spoken().value,)
    return hashlib.sha256(repr((*seen, *language)).encode()).hexdigest()[:16]


def _decisions(order: Order) -> Sequence[Button]:
    approve = Button(texts.APPROVE, Press(Act.APPROVE, order.id, order.version), KeyboardButtonStyle.SUCCESS)
    reject = Button(texts.REJECT, Press(Act.REJECT, order.id, order.version), KeyboardButtonStyle.DANGER)
    return (approve, reject) if is_shown_whole(order) else (reject,)


def _changes(order: Order) -> Sequence[Button]:
    """What may be changed before approving, and the way back to what was asked."""
    offered = [
        (may_change_quantity(order), face.PART, "part"),
        (may_change_price(order), face.PRICE, "limit"),
        (order.asked is not None, face.ORIGINAL, "asked"),
    ]
    presses = {what: Press(Act.TERMS, order.id, order.version, what) for _, _, what in offered}
    return [Button(label, presses[what]) for is_offered, label, what in offered if is_offered]


def _reasons(order: Order) -> Rows:
    ready = [
        Button(reason, Press(Act.REASON, order.id, order.version, str(index)))
        for index, reason in enumerate(texts.READY_REASONS)
    ]
    other = Button(texts.OTHER_REASON, Press(Act.OTHER_REASON, order.id, order.version))
    none = Button(texts.NO_REASON, Press(Act.NO_REASON, order.id, order.version))
    return (ready, (other, none))
