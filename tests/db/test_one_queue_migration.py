"""A database that still had announcements: what was not sent is sent once, what was announced not again."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.process.bootstrap import open_runtime
from core.audit import Actor
from core.clock import utc_text
from core.insight.news import Topic
from tests.factories import ASHA
from tests.older_database import take_back_to
from tests.runtime import Spine, settings_for
from tests.services.insight.hearing import heard


def announce(spine: Spine, kind: str, facts: dict[str, str], is_sent: bool) -> None:
    """An announcement for Asha, as the older program wrote it."""
    at = utc_text(spine.clock.now())
    row = (spine.account.id, ASHA, ASHA, kind, json.dumps(facts), kind, at, at if is_sent else None)
    with closing(sqlite3.connect(spine.path)) as connection, connection:
        connection.execute(
            "INSERT INTO announcements (account_id, user_id, chat_id, kind, facts, occasion, created_at, sent_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )


async def test_announcements_become_notices_and_nothing_is_told_twice(spine: Spine, tmp_path: Path) -> None:
    await heard(spine)
    await spine.services.limit_book.change(spine.account, "", {"orders_per_day": "5"}, Actor("cli", "root"))
    await spine.services.pausing.pause_as(spine.account, Actor("cli", "root"))
    take_back_to(spine.path, "0012")
    changed = {"account": "main", "strategy": "", "by": "root", "limit.orders_per_day": "5"}
    announce(spine, "limits_changed", changed, is_sent=False)
    announce(spine, "paused", {"account": "main", "by": "root", "since": "10:30 IST"}, is_sent=True)

    async with open_runtime(settings_for(tmp_path), spine.clock) as upgraded:
        await upgraded.services.insight.notices.plan()
        inbox = await upgraded.services.insight.notices.inbox(ASHA)

    (waiting,) = inbox.due
    assert waiting.notice.topic is Topic.LIMITS_CHANGED
    assert waiting.notice.facts["changed.orders_per_day"] == "5"
    assert waiting.notice.facts["by_name"] == "root"
