"""What people are told about limits and pauses, written in the transaction of what happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.accounts import Approver
from core.audit import Actor
from core.ids import AccountId
from core.limits.bound_text import render_bound
from core.limits.limits import UNITS, Limits
from core.ports import Announcement, Transaction


class AnnouncementKind(StrEnum):
    """The kinds of announcements."""

    PAUSED = "paused"
    RESUMED = "resumed"
    LIMITS_CHANGED = "limits_changed"
    LOSS_NEAR = "loss_near"
    LOSS_REACHED = "loss_reached"


@dataclass(frozen=True, slots=True)
class NewAnnouncement:
    """News for the people of an account; of one `occasion` each person is told once."""

    account_id: AccountId
    kind: AnnouncementKind
    facts: Mapping[str, str]
    occasion: str = ""
    is_for: Callable[[Approver], bool] = lambda person: True


async def tell(tx: Transaction, new: NewAnnouncement, now: datetime) -> int:
    """Write it down for everybody linked whom it is for; returns how many were not told before."""
    account = await tx.accounts.get(new.account_id)
    facts = {"account": account.name, **new.facts}
    occasion = new.occasion or f"{new.kind}:{new.account_id}:{(await tx.audit.head(new.account_id)).seq}"
    people = [one for one in await tx.accounts.list_approvers(new.account_id) if new.is_for(one)]
    return await tx.announcements.add(
        *(
            Announcement(new.account_id, one.user_id, one.chat_id, new.kind.value, facts, occasion, now)
            for one in people
        )
    )


def others_than(actor: Actor) -> Callable[[Approver], bool]:
    """Everybody but who did it: they have their answer."""
    return lambda person: actor.kind != "telegram" or person.user_id != actor.id


def limits_changed(
    account_id: AccountId, strategy: str, actor: Actor, change: tuple[Limits, Limits]
) -> NewAnnouncement:
    """What is different now, limit by limit."""
    was, after = change
    moved = [name for name in UNITS if getattr(was, name) != getattr(after, name)]
    bounds = {f"limit.{name}": render_bound(name, after) or "" for name in moved}
    facts = {"strategy": strategy, "by": actor.name or "the command line", **bounds}
    return NewAnnouncement(account_id, AnnouncementKind.LIMITS_CHANGED, facts, is_for=others_than(actor))
