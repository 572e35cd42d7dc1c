"""What people are told in the tests of notices."""

from core.ids import UserId
from core.insight.news import Topic
from core.services.insight.notices import Inbox
from tests.runtime import Spine


async def heard(spine: Spine) -> None:
    """Everything that waits counts as sent."""
    notices = spine.services.insight.notices
    await notices.plan()
    for user_id in await notices.readers_due():
        await notices.finish((await notices.inbox(user_id)).due, "sent")


async def topics(spine: Spine, user_id: UserId) -> list[Topic]:
    """What this person is told, planned now."""
    await spine.services.insight.notices.plan()
    return [one.notice.topic for one in (await spine.services.insight.notices.inbox(user_id)).due]


async def planned(spine: Spine, user_id: UserId) -> Inbox:
    """This person's inbox, planned now."""
    await spine.services.insight.notices.plan()
    return await spine.services.insight.notices.inbox(user_id)
