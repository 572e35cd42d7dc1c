"""A database of before there were notices: what happened then is no news, and what happens now is."""

from pathlib import Path

from bot.process.bootstrap import open_runtime
from core.accounts import OrderMode
from core.audit import Actor
from core.insight.news import Topic
from core.insight.order_filter import OrderFilter
from tests.factories import ASHA
from tests.older_database import take_back_to
from tests.runtime import Spine, settings_for


async def test_people_of_an_older_version_are_told_of_what_happens_from_now_on(spine: Spine, tmp_path: Path) -> None:
    await spine.approved()
    await spine.execute()
    take_back_to(spine.path, "0011")

    async with open_runtime(settings_for(tmp_path), spine.clock) as upgraded:
        insight = upgraded.services.insight
        before = await insight.notices.plan()
        await upgraded.services.accounts.set("main", Actor("cli", "root"), order_mode=OrderMode.AUTO)
        await insight.notices.plan()
        inbox = await insight.notices.inbox(ASHA)
        listed = await insight.lists.page(ASHA, OrderFilter.NEWEST, None, 10)

    assert before == 0
    assert [one.notice.topic for one in inbox.due] == [Topic.CHANGED]
    assert len(listed.page.orders) == 1
