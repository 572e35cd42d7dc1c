"""Announcements as messages."""

from collections.abc import Mapping

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.text import limits as texts
from bot.text.escaping import one_line, shown
from core.limits.bound_text import title
from core.ports import Announcement
from core.services.limits.telling import AnnouncementKind

_TEXTS: Mapping[AnnouncementKind, str] = {
    AnnouncementKind.PAUSED: texts.TOLD_PAUSED,
    AnnouncementKind.RESUMED: texts.TOLD_RESUMED,
    AnnouncementKind.LIMITS_CHANGED: texts.TOLD_LIMITS,
    AnnouncementKind.LOSS_NEAR: texts.TOLD_LOSS_NEAR,
    AnnouncementKind.LOSS_REACHED: texts.TOLD_LOSS_REACHED,
}
_PREFIX = "limit."
_MOST_BOUND = 200


def render_announcement(announcement: Announcement) -> tuple[str, Rows]:
    """The text and the buttons."""
    facts, kind = announcement.facts, AnnouncementKind(announcement.kind)
    strategy = facts.get("strategy", "")
    bounds = [
        f"• {title(name.removeprefix(_PREFIX))}: {shown(bound, _MOST_BOUND) if bound else texts.NO_LIMIT}"
        for name, bound in facts.items()
        if name.startswith(_PREFIX)
    ]
    text = _TEXTS[kind].format(
        account=shown(facts["account"]),
        strategy=texts.OF_STRATEGY.format(strategy=shown(strategy)) if strategy else "",
        by=shown(facts.get("by", "")),
        since=facts.get("since", ""),
        lost=facts.get("lost", ""),
        limit=facts.get("limit", ""),
        mode=texts.IN_SANDBOX if facts.get("mode") == "sandbox" else "",
        bounds="\n".join(bounds),
    )
    if kind not in {AnnouncementKind.LOSS_NEAR, AnnouncementKind.LOSS_REACHED}:
        return text, ()
    label = texts.PAUSE.format(account=one_line(facts["account"], 24))
    return text, [[Button(label, Press(Act.PAUSE, argument=f"p-{announcement.account_id}"))]]
